"""`reports`: services and requests from files, and requests as files."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from backend.cli.catalogue import catalogue
from backend.cli.city_context import in_city
from backend.cli.export_requests import export_command
from backend.cli.printing import print_json
from backend.cli.refusal import sentence
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.locate import district_map
from backend.places.queries import the_city
from backend.reports.column_map import ColumnMap, read_column_map
from backend.reports.import_requests import ImportResult, store_import
from backend.reports.import_services import import_services, read_services
from backend.reports.map_cells.count_cells import coarse_cells_differ, miscounted
from backend.reports.map_cells.recount_cells import recount_cells
from backend.reports.prepare_import import prepare_import
from backend.reports.request_file import RequestFile, RowProblem, read_requests
from backend.reports.suggestion_counts import suggestion_counts
from backend.wiring import PROBLEM_TEXTS

_FILE = click.Path(path_type=Path)


def _read_zone(_context: object, _option: object, text: str | None) -> ZoneInfo | None:
    try:
        return None if text is None else ZoneInfo(text)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise click.BadParameter(f"{text} is not a time zone.") from error


@click.group()
def reports() -> None:
    """Bring services and requests in from files, and requests out."""


reports.add_command(export_command)


reports.add_command(catalogue)


@reports.command("import")
@click.argument("file", type=_FILE)
@click.option(
    "--map", "map_file", type=_FILE, help="TOML map of columns; see docs/guide/new-city.md."
)
@click.option(
    "--time-zone",
    callback=_read_zone,
    help="Whose clocks moments without a zone were read from, such as Europe/Warsaw; otherwise "
    "that of the map, or UTC.",
)
@click.option("--strict", is_flag=True, help="Import nothing if any row cannot be read.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@in_city()
def import_command(
    file: Path, map_file: Path | None, time_zone: ZoneInfo | None, strict: bool, as_json: bool
) -> None:
    """Import a CSV of requests; rows that cannot be read are listed and the rest goes in."""
    column_map = read_column_map(map_file) if map_file else ColumnMap()
    column_map = replace(column_map, time_zone=time_zone or column_map.time_zone)
    result = None
    while result is None:
        # Again when somebody else has imported requests or boundaries in the meantime.
        requests, result = _import(file, column_map, strict)
    _list_rows([*requests.refused, *requests.unsure])
    zone = column_map.time_zone.key
    if as_json:
        print_json(_document(requests, result, zone))
    else:
        _print_summary(requests, result)
        _print_zone(requests, zone)


@reports.command("suggestions")
@in_city(only_reads=True)
def suggestions_command() -> None:
    """How often the keywords of each language suggested what people then chose."""
    for one in suggestion_counts(current_session()):
        click.echo(
            f"{one.language}: {one.reports} reports, {one.suggested} with a suggestion, "
            f"of which {one.taken} took it"
        )


@reports.command("map-cells")
@click.option("--check", is_flag=True, help="Change nothing; end with an error where any is wrong.")
@in_city()
def map_cells_command(check: bool) -> None:
    """Count the incidents in every square of the map again, and correct what was counted."""
    if check:
        wrong = len(miscounted(current_session()))
        is_wrong = wrong > 0 or coarse_cells_differ(current_session())
    else:
        with unit_of_work(OPERATOR) as work:
            wrong, is_wrong = recount_cells(work), False
    click.echo(f"{wrong} counters {'are' if check else 'were'} wrong.")
    if is_wrong:
        raise click.exceptions.Exit(1)


@reports.command("services")
@click.argument("file", type=_FILE)
@in_city()
def services_command(file: Path) -> None:
    """Import the catalogue of services from a CSV; known codes are changed, none is removed."""
    services = read_services(file)
    with unit_of_work(OPERATOR) as work:
        import_services(work, services)
    click.echo(f"{len(services)} services are set.")


def _import(
    path: Path, column_map: ColumnMap, strict: bool
) -> tuple[RequestFile, ImportResult | None]:
    session, districts = current_session(), district_map(current_session())
    extent, runtime = districts.extent if districts else None, current_runtime()
    file = read_requests(path, column_map, extent, runtime.clock.now())
    with prepare_import(session, runtime, file, column_map) as prepared:
        if strict and file.refused:
            _list_rows(file.refused)
            raise Invalid("import-rows-refused", file=file.name, refused=len(file.refused))
        with unit_of_work(OPERATOR) as work:
            return file, store_import(work, prepared)


def _list_rows(rows: Sequence[RowProblem]) -> None:
    for row in rows:
        click.echo(f"Line {row.line}: {sentence(row.error, PROBLEM_TEXTS)}", err=True)


def _document(requests: RequestFile, result: ImportResult, zone: str) -> dict[str, object]:
    return {
        "imported": result.imported,
        "already_here": result.already_here,
        "closed": result.closed,
        "joined": result.joined,
        "left_apart": result.left_apart,
        "refused": _row_documents(requests.refused),
        "unsure": _row_documents(requests.unsure),
        "without_zone": requests.without_zone,
        "read_as": zone,
        "outside": result.outside,
        "closed_early": result.closed_early,
        "new_services": list(result.new_services),
        "same_name": list(result.same_name),
    }


def _row_documents(rows: Sequence[RowProblem]) -> list[dict[str, object]]:
    return [
        {
            "line": row.line,
            "problem": row.error.slug,
            "detail": sentence(row.error, PROBLEM_TEXTS),
        }
        for row in rows
    ]


def _print_summary(requests: RequestFile, result: ImportResult) -> None:
    click.echo(f"{result.imported} requests imported, {result.already_here} were here already.")
    click.echo(f"{len(requests.refused)} rows could not be read.")
    if requests.unsure:
        click.echo(f"{len(requests.unsure)} moments lie in an hour when clocks were changed.")
    if result.closed:
        click.echo(f"{result.closed} that were open are closed now.")
    if result.joined:
        click.echo(f"{result.joined} from before lie under what they repeat, which is here now.")
    if result.left_apart:
        click.echo(
            f"{result.left_apart} from before repeat what is here now but cannot be joined to it: "
            "closed, of another kind, or too far away."
        )
    if result.outside:
        click.echo(f"{result.outside} lie outside the jurisdiction and have a list of their own.")
    if result.closed_early:
        click.echo(
            f"{result.closed_early} were closed before they were opened; taken as one moment."
        )
    if result.same_name:
        names = ", ".join(result.same_name)
        known = len(result.same_name)
        click.echo(f"Services without a code that the city has by their name: {known} ({names}).")
    if result.new_services:
        names = ", ".join(result.new_services)
        click.echo(f"New services, whose severity and target somebody should check: {names}.")


def _print_zone(requests: RequestFile, zone: str) -> None:
    """How local moments were taken: to import the file again would not correct it."""
    if not requests.without_zone:
        return
    click.echo(f"{requests.without_zone} rows have moments without a time zone: read as {zone}.")
    city = the_city(current_session())
    if city.time_zone != zone:
        click.echo(
            f"This city's clocks are those of {city.time_zone}. Where the moments are by them, say "
            f"--time-zone {city.time_zone} with the next file. What is here already stays as it "
            "was read."
        )
