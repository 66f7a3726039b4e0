"""How a command says no: plain sentences on standard error and an exit code above 0."""

from collections.abc import Mapping
from typing import NoReturn

import click

from backend.ballots.tally.findings import InvalidElection
from backend.core.errors import DomainError
from backend.core.problem_text import ProblemText


def refuse(error: DomainError, texts: Mapping[str, ProblemText], code: int = 1) -> NoReturn:
    """Print what is wrong, where and what to do, with every problem of a file, and exit."""
    click.echo(sentence(error, texts), err=True)
    for fault in error.faults:
        click.echo(sentence(fault, texts), err=True)
    for found in error.problems if isinstance(error, InvalidElection) else ():
        text = texts[found.slug]
        click.echo(f"{text.title}. {text.about(found.facts)} {text.remedy}", err=True)
    raise SystemExit(code)


def sentence(error: DomainError, texts: Mapping[str, ProblemText]) -> str:
    """The three sentences of one error."""
    text = texts[error.slug]
    return f"{text.title}. {text.about(error.facts)} {text.remedy}"
