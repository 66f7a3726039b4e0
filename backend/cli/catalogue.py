"""`reports catalogue`: services, routes, words of danger and policy as one file."""

from pathlib import Path

import click

from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.administration.catalogue_changes import catalogue_changes
from backend.reports.administration.shorter_retention import erased_by_all
from backend.reports.catalogue_file import CatalogueFile, read_catalogue
from backend.reports.export_catalogue import export_catalogue
from backend.reports.import_catalogue import import_catalogue


@click.group()
def catalogue() -> None:
    """Bring the catalogue in from a TOML file, or write it to one."""


@catalogue.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Also where the next night then erases.")
@in_city()
def import_command(file: Path, yes: bool) -> None:
    """Set what FILE says, whole or not at all; docs/guide/reports.md says how it is written.

    Where a shorter time lets the next night erase something, it says what and sets nothing without
    --yes.
    """
    found = read_catalogue(file)
    if not yes and (erased := _erased(found)):
        raise click.ClickException(f"{erased}\nNothing was set. With --yes it is.")
    with unit_of_work(OPERATOR) as work:
        import_catalogue(work, found)
    click.echo(_summary(found))


@catalogue.command("export")
@in_city(only_reads=True)
def export_command() -> None:
    """Print the catalogue in force; importing it again changes nothing."""
    click.echo(export_catalogue(current_session()), nl=False)


def _erased(file: CatalogueFile) -> str:
    """What the next night would take for good, a line for each service; empty where nothing."""
    session, now = current_session(), current_runtime().clock.now()
    found = erased_by_all(session, catalogue_changes(session, file), now)
    session.rollback()
    lines = [f"  {code}, closed problems: {count}" for code, count in sorted(found.items())]
    what = "The next night would erase words, photos and contacts, for good, of:"
    return "\n".join([what, *lines]) if lines else ""


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
