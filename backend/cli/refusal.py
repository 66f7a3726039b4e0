"""How a command says no: plain sentences on standard error and exit code 1."""

from collections.abc import Mapping
from typing import NoReturn

import click

from backend.ballots.tally.findings import InvalidElection
from backend.core.errors import DomainError
from backend.core.problem_text import ProblemText


def refuse(error: DomainError, texts: Mapping[str, ProblemText]) -> NoReturn:
    """Print what is wrong, where and what to do, with every problem of a file, and exit."""
    click.echo(sentence(error, texts), err=True)
    for fault in error.faults:
        click.echo(sentence(fault, texts), err=True)
    for found in error.problems if isinstance(error, InvalidElection) else ():
        text = texts[found.slug]
        click.echo(f"{text.title}. {text.about(found.facts)} {text.remedy}", err=True)
    raise SystemExit(1)


def sentence(error: DomainError, texts: Mapping[str, ProblemText]) -> str:
    """The three sentences of one error."""
    text = texts[error.slug]
    return f"{text.title}. {text.about(error.facts)} {text.remedy}"
