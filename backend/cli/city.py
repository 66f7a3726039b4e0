"""`city`: what a city is: its name, its districts, its ground map."""

from pathlib import Path

import click

from backend.cli.city_context import in_city
from backend.cli.city_places import basemap_command, places_command
from backend.cli.printing import print_json
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.places.boundary_file import CensusFile, DistrictFile, read_districts, read_shapes
from backend.places.describe_city import describe_city, lay_ground
from backend.places.import_boundaries import import_boundaries
from backend.places.models import GROUND_KINDS
from backend.places.queries import current_boundary_set, current_districts
from backend.reports.reread_districts import reread_districts

# Rounded coordinates leave cracks that nobody needs to read about one by one.
_SMALLEST_SHOWN_M2 = 10
_FILE = click.Path(path_type=Path)


@click.group()
def city() -> None:
    """Describe the city and its places."""


city.add_command(places_command)
city.add_command(basemap_command)


@city.command("import")
@click.option("--boundaries", type=_FILE, required=True, help="Any file of polygons GDAL reads.")
@click.option("--id", "id_column", required=True, help="Its column of district ids.")
@click.option("--name", "name_column", required=True, help="Its column of district names.")
@click.option("--census", type=_FILE, help="A CSV of census figures by district id.")
@click.option("--join", "join_column", help="The census file's column of district ids.")
@click.option("--column", "columns", multiple=True, help="measure=column, such as population=Pop.")
@click.option("--margin", "margins", multiple=True, help="measure=column of 90 % margins of error.")
@click.option("--source", default="", help="Who publishes the figures; else the file's name.")
@click.option("--vintage", default="", help="Of when they are, such as 2014-2018.")
@click.option("--licence", default="", help="Under which they may be published.")
@click.option("--reread", is_flag=True, help="Read the incidents again under these boundaries.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@in_city()
def import_command(
    boundaries: Path,
    id_column: str,
    name_column: str,
    census: Path | None,
    join_column: str | None,
    columns: tuple[str, ...],
    margins: tuple[str, ...],
    reread: bool,
    as_json: bool,
    **published: str,
) -> None:
    """Bring new district boundaries into force, whole or not at all.

    The file in force again, with a census, brings new figures for the same districts.
    """
    table = _census_file(census, join_column, columns, margins, published)
    file = read_districts(boundaries, id_column, name_column, table)
    with unit_of_work(OPERATOR) as work:
        # What was reported before there were any districts has none to keep.
        is_first = current_boundary_set(work.session) is None
        version = import_boundaries(work, file).id
    moved = _reread() if reread or is_first else None
    result = _result(file, version, moved)
    if as_json:
        print_json(result)
        return
    click.echo(f"{len(file.boundaries.ids)} districts are in force (version {version}).")
    _list_oddities(file)
    if moved is not None:
        click.echo(f"{moved} problems were given their district.")


def _reread() -> int:
    with unit_of_work(OPERATOR) as work:
        return reread_districts(work)


@city.command("reread")
@in_city()
def reread_command() -> None:
    """Give every problem its district under the boundaries in force."""
    moved = _reread()
    click.echo(f"{moved} problems lie in another district now.")


@city.command("districts")
@in_city(only_reads=True)
def districts_command() -> None:
    """List the districts in force: code, which other commands and files take, and name."""
    found = current_districts(current_session())
    width = max((len(one.code) for one in found), default=0)
    for one in found:
        click.echo(f"{one.code:{width}}  {one.name}")


@city.command("describe")
@click.option("--name")
@click.option("--jurisdiction-id", help="By custom the city's main domain name.")
@click.option("--time-zone", help="Such as Europe/Warsaw.")
@click.option("--emergency-number")
@click.option("--currency", help="ISO 4217, such as EUR.")
@click.option("--country", help="ISO 3166, two letters such as PL.")
@in_city()
def describe_command(**given: str | None) -> None:
    """Say who the city is; what is not given stays as it is."""
    with unit_of_work(OPERATOR) as work:
        city_row = describe_city(work, **{name: text for name, text in given.items() if text})
        click.echo(f"{city_row.name} ({city_row.jurisdiction_id}), {city_row.time_zone}.")


@city.command("ground")
@click.argument("kind", type=click.Choice(GROUND_KINDS))
@click.argument("file", type=_FILE)
@click.option("--name", "name_column", help="The file's column of names.")
@in_city()
def ground_command(kind: str, file: Path, name_column: str | None) -> None:
    """Lay one layer of the quiet ground map from FILE, replacing what was there."""
    shapes = read_shapes(file, name_column)
    with unit_of_work(OPERATOR) as work:
        count = lay_ground(work, kind, shapes)
    click.echo(f"The ground map has {count} shapes of {kind}.")


def _census_file(
    path: Path | None,
    join: str | None,
    columns: tuple[str, ...],
    margins: tuple[str, ...],
    published: dict[str, str],
) -> CensusFile | None:
    if path is None:
        if join or columns or margins or any(published.values()):
            raise click.UsageError("--join, --column and what follows belong to --census FILE.")
        return None
    if not join or not columns:
        raise click.UsageError("--census needs --join COLUMN and at least one --column.")
    named, with_margin = _pairs("--column", columns), _pairs("--margin", margins)
    if not with_margin.keys() <= named.keys():
        raise click.UsageError("--margin is for a measure that a --column names.")
    return CensusFile(path, join, named, with_margin, **published)


def _pairs(option: str, texts: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    if any(not measure or not name for measure, _, name in pairs):
        raise click.UsageError(f"{option} takes measure=column, such as population=Pop.")
    return {measure: name for measure, _, name in pairs}


def _result(file: DistrictFile, version: int, moved: int | None) -> dict[str, object]:
    found = file.boundaries
    return {
        "version": version,
        "districts": len(found.ids),
        "repaired": list(found.repaired),
        "slivers": [
            {"first": one.first, "second": one.second, "area_m2": one.area_m2}
            for one in found.slivers
        ],
        "gaps": [{"lon": one.lon, "lat": one.lat, "area_m2": one.area_m2} for one in found.gaps],
        "without_figures": list(file.without_figures),
        "reread": moved,
    }


def _list_oddities(file: DistrictFile) -> None:
    found = file.boundaries
    if found.repaired:
        click.echo(f"Rings were repaired in: {', '.join(found.repaired)}.")
    for sliver in found.slivers:
        click.echo(f"Sliver between {sliver.first} and {sliver.second}: {sliver.area_m2:.0f} m².")
    shown = [gap for gap in found.gaps if gap.area_m2 >= _SMALLEST_SHOWN_M2]
    if len(shown) < len(found.gaps):
        click.echo(f"Gaps under {_SMALLEST_SHOWN_M2} m²: {len(found.gaps) - len(shown)}.")
    for gap in shown:
        click.echo(f"Gap at {gap.lat:.5f}, {gap.lon:.5f}: {gap.area_m2:.0f} m².")
    if file.without_figures:
        click.echo(f"No census figures for: {', '.join(file.without_figures)}.")
