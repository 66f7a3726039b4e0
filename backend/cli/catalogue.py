"""`reports catalogue`: services, routes, words of danger and policy as one file."""

from pathlib import Path

import click

from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.reports.catalogue_file import read_catalogue
from backend.reports.export_catalogue import export_catalogue
from backend.reports.import_catalogue import import_catalogue


@click.group()
def catalogue() -> None:
    """Bring the catalogue in from a TOML file, or write it to one."""


@catalogue.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@in_city()
def import_command(file: Path) -> None:
    """Set what FILE says, whole or not at all; docs/guide/reports.md says how it is written."""
    found = read_catalogue(file)
    with unit_of_work(OPERATOR) as work:
        import_catalogue(work, found)
    words = sum(map(len, found.hazard_words.values()))
    click.echo(
        f"{len(found.services)} services, {len(found.teams)} teams, {len(found.bodies)} bodies, "
        f"{len(found.routes or ())} routes, {len(found.holidays or ())} holidays and {words} words "
        "of danger are set."
    )


@catalogue.command("export")
@in_city()
def export_command() -> None:
    """Print the catalogue in force; importing it again changes nothing."""
    click.echo(export_catalogue(current_session()), nl=False)
