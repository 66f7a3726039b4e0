"""`ballots`: elections from files, and other rules tried on them."""

from typing import Any, BinaryIO

import click

from backend.ballots.import_election import import_election
from backend.ballots.published import published_profile
from backend.ballots.queries import find_election
from backend.ballots.result_document import read_result
from backend.ballots.tally.pabulib_sections import MAX_BYTES
from backend.cli.city_context import in_city
from backend.cli.tally import print_tally, rule_options
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.uow import unit_of_work


@click.group()
def ballots() -> None:
    """Bring elections in from files, and try rules on them."""


@ballots.command("import")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--result",
    type=click.File("rb"),
    help="The published result beside FILE (SLUG-result.json), counted by its rule. Default: the "
    "rule that FILE names.",
)
@in_city()
def import_command(file: BinaryIO, result: BinaryIO | None) -> None:
    """Store the Pabulib election FILE with its result; the same file twice is one election."""
    published = read_result(result.read(MAX_BYTES)) if result else None
    data = file.read(MAX_BYTES + 1)
    with unit_of_work(OPERATOR) as work:
        found = import_election(work, data, published)
        slug, voters = found.election.slug, found.election.voters
    word = "stored" if found.is_new else "was here already"
    click.echo(f"Election {slug} with {voters} ballots {word}: /elections/{slug}")


@ballots.command("rehearse")
@click.argument("slug")
@rule_options
@in_city(only_reads=True)
def rehearse_command(slug: str, **options: Any) -> None:
    """Count the stored election SLUG by any rule; nothing is changed."""
    session = current_session()
    print_tally(published_profile(session, find_election(session, slug)), **options)
