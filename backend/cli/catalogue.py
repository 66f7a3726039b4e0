"""`reports catalogue`: services, routes, words of danger and policy as one file."""

from pathlib import Path

import click

from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.reports.catalogue_file import CatalogueFile, read_catalogue
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
    click.echo(_summary(found))


@catalogue.command("export")
@in_city()
def export_command() -> None:
    """Print the catalogue in force; importing it again changes nothing."""
    click.echo(export_catalogue(current_session()), nl=False)


def _summary(file: CatalogueFile) -> str:
    """What the file has set, and nothing of what it leaves out."""
    words = sum(map(len, file.hazard_words.values()))
    languages = ", ".join(file.hazard_words)
    parts = [
        "the policy" if file.policy is not None else "",
        f"{len(file.services)} services" if file.services else "",
        f"{len(file.teams)} teams" if file.teams else "",
        f"{len(file.bodies)} bodies" if file.bodies else "",
        f"{len(file.routes)} routes" if file.routes is not None else "",
        f"{len(file.holidays)} holidays" if file.holidays is not None else "",
        f"{words} words of danger ({languages})" if languages else "",
    ]
    return f"Set: {', '.join(filter(None, parts)) or 'nothing, for the file is empty'}."
