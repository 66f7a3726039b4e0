"""How a command says no: plain sentences on standard error and exit code 1."""

from collections.abc import Mapping
from typing import NoReturn

import click

from backend.ballots.tally.findings import InvalidElection
from backend.core.errors import DomainError
from backend.core.problem_text import ProblemText


def refuse(error: DomainError, texts: Mapping[str, ProblemText]) -> NoReturn:
    """Print what is wrong, where and what to do, with every problem of a file, and exit."""
    found = error.problems if isinstance(error, InvalidElection) else ()
    for slug, facts in ((error.slug, error.facts), *((each.slug, each.facts) for each in found)):
        text = texts[slug]
        click.echo(f"{text.title}. {text.detail.format_map(facts)} {text.remedy}", err=True)
    raise SystemExit(1)
