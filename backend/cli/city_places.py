"""`city places` and `city basemap`: what has a name in the city, and the ground of its maps."""

from pathlib import Path

import click

from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.basemap import tiles_of
from backend.places.draw_basemap import MAX_ZOOM, draw_basemap
from backend.places.import_places import import_places
from backend.places.place_file import read_places


@click.command("places")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", "name_column", required=True, help="Its column of names of streets.")
@click.option("--number", "number_column", help="Its column of house numbers.")
@click.option("--kind", "kind_column", help="Its column of kinds of landmark, such as school.")
@click.option("--only", is_flag=True, help="Forget what came from files of other names.")
@in_city()
def places_command(
    file: Path, name_column: str, number_column: str | None, kind_column: str | None, only: bool
) -> None:
    """Make streets, addresses and landmarks of FILE findable by name.

    Lines are streets; points are addresses where they have a number, landmarks where not. A file of
    the same name before is replaced; the same file again changes nothing.
    """
    read = read_places(file, name_column, number_column, kind_column)
    with unit_of_work(OPERATOR) as work:
        done = import_places(work, read, only=only)
    click.echo(f"{done.places} streets and landmarks, {done.addresses} addresses can be found.")
    if not done.is_new:
        click.echo("They were there already: nothing has changed.")
    if read.unreadable:
        click.echo(f"{read.unreadable} rows have no name, no shape or no readable number.")
    if done.outside:
        click.echo(f"{done.outside} places lie far outside of the city and were left out.")


@click.command("basemap")
@click.option("--attribution", default="", help="Whose data it is; else the city's name.")
@click.option(
    "--max-zoom",
    type=click.IntRange(10, 16),
    default=MAX_ZOOM,
    show_default=True,
    help="How far in there are tiles; each step doubles the file.",
)
@in_city()
def basemap_command(attribution: str, max_zoom: int) -> None:
    """Draw the ground of the city's maps from its districts and its ground."""
    data_dir = current_runtime().settings.data_dir
    drawn = draw_basemap(current_session(), data_dir, attribution=attribution, max_zoom=max_zoom)
    tiles = tiles_of(data_dir, drawn.version)
    size = tiles.stat().st_size
    click.echo(f"The ground map is in force: {tiles}, {size / 1e6:.1f} MB, {drawn.attribution}.")
