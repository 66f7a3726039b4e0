"""Single incidents in a box, as a map or the list beside it shows them.

The public is shown each where it is told that it lies: where a service's places are rounded, the
rounded place is what lies in a box or a tile, so that asking for many of them tells no more.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.places.models import District
from backend.reports.catalogue import city_catalogue
from backend.reports.drawn_area import DrawnArea, is_in_area
from backend.reports.map_cells.count_cells import FINEST_LEVEL
from backend.reports.map_cells.counted_tile import Tile, count_tile
from backend.reports.map_cells.map_filter import MapFilter, further_meant, places_meant
from backend.reports.models import Incident, Service
from backend.reports.public_place import public_place
from backend.reports.workflow import OPEN_STATES
from geo.coordinates import Extent
from geo.tiles import column_and_row, square_at

Box: TypeAlias = tuple[float, float, float, float]
MOST_READ = 3000
"""Of more than that in one box those are looked at that came in last."""
MOST_BY_INDEX = 10 * MOST_READ
"""Of more than that SQLite's index of places, which has no order, is the longer way to them."""

_INCIDENT, _SERVICE, _DISTRICT = map(table_of, (Incident, Service, District))


@dataclass(frozen=True, slots=True)
class OnMap:
    """One incident as a map or the list beside it shows it; places in degrees."""

    number: str
    lon: float
    lat: float
    service_code: str
    state: str
    severity_band: int
    requests: int
    opened_at: datetime
    district_name: str | None


def incidents_in_box(
    session: Session, box: Box, wanted: MapFilter, most: int, area: DrawnArea | None = None
) -> list[OnMap]:
    """At most `most` incidents in a box and an area, the most severe and the oldest first."""
    is_crowded = _is_crowded(session, box, wanted)
    rows = rows_in_box(session, box, wanted, most, area, is_crowded=is_crowded, is_listed=True)
    found = [OnMap(*row) for row in rows]
    return sorted(found, key=lambda one: (one.severity_band, one.opened_at, one.number))[:most]


def rows_in_box(
    session: Session,
    box: Box,
    wanted: MapFilter,
    most: int,
    area: DrawnArea | None = None,
    *,
    is_crowded: bool = False,
    is_listed: bool = False,
) -> Iterator[tuple[Any, ...]]:
    """The rows of `incidents`, no more than `most` of any grid that places are rounded to."""
    if not wanted.is_public:
        query = incidents(session, wanted, area, is_crowded=is_crowded, is_listed=is_listed)
        yield from session.execute(query.limit(most), sides_of(box))
        return
    for grid, codes in _services_by_grid(session, wanted).items():
        own = replace(wanted, service_codes=codes)
        query = incidents(session, own, is_crowded=is_crowded, is_listed=is_listed)
        if grid is None:
            yield from session.execute(query.limit(most), sides_of(box))
            continue
        for number, lon, lat, *said in session.execute(query, _sides_around(box, grid)):
            place = public_place(lon, lat, grid)
            if _is_in(box, *place):
                yield number, *place, *said


def places_in_box(session: Session, box: Box, wanted: MapFilter) -> list[tuple[float, float]]:
    """Where those in a box lie, as far as whoever asks is told: all of them, so ask for few."""
    by_grid = {None: wanted.service_codes}
    found: list[tuple[float, float]] = []
    for grid, codes in (
        _services_by_grid(session, wanted) if wanted.is_public else by_grid
    ).items():
        query = _read(session, replace(wanted, service_codes=codes))
        places = query.with_only_columns(_INCIDENT.c.lon, _INCIDENT.c.lat)
        if grid is None:
            found += ((lon, lat) for lon, lat in session.execute(places, sides_of(box)))
            continue
        exact = session.execute(places, _sides_around(box, grid))
        rounded = (public_place(lon, lat, grid) for lon, lat in exact)
        found += (place for place in rounded if _is_in(box, *place))
    return found


def incidents(
    session: Session,
    wanted: MapFilter,
    area: DrawnArea | None = None,
    *,
    is_crowded: bool = False,
    is_listed: bool = False,
) -> sa.Select[*tuple[Any, ...]]:
    """The first seven fields of `OnMap`, or all of a list; the most severe first.

    They are as they are and not as the public is told. The box is the parameters west, south, east
    and north.
    """
    meeting = _read(session, wanted, is_crowded=is_crowded)
    if area is not None:
        meeting = meeting.where(is_in_area(area, _INCIDENT.c.lon, _INCIDENT.c.lat))
    read = meeting.order_by(_INCIDENT.c.id.desc()).limit(MOST_READ).subquery()
    band = sa.func.coalesce(read.c.own_severity_band, _SERVICE.c.severity_band)
    found = (
        sa.select(
            read.c.number,
            read.c.lon,
            read.c.lat,
            read.c.service_code,
            read.c.state,
            band.label("severity_band"),
            read.c.request_count,
        )
        .select_from(read)
        .join(_SERVICE, _SERVICE.c.code == read.c.service_code)
        .order_by(band, read.c.opened_at, read.c.number)
    )
    if not is_listed:
        return found
    in_district = _DISTRICT.c.id == read.c.district_id
    return found.add_columns(read.c.opened_at, _DISTRICT.c.name).outerjoin(_DISTRICT, in_district)


def _read(
    session: Session, wanted: MapFilter, *, is_crowded: bool = False
) -> sa.Select[*tuple[Any, ...]]:
    """What is asked of the incidents themselves; of what is open by an index of its own."""
    west, south, east, north = _SIDES
    lon, lat = _INCIDENT.c.lon, _INCIDENT.c.lat
    state, service_code = _INCIDENT.c.state, _INCIDENT.c.service_code
    source: sa.FromClause = _INCIDENT
    meets: list[sa.ColumnElement[bool]]
    if session.get_bind().dialect.name == "sqlite":
        # East and south edges are other tiles'.
        meets = [lon >= west, lon < east, lat > south, lat <= north]
        if not is_crowded:
            index = _OPEN_PLACES if wanted.are_open else _PLACES
            # It holds 32-bit floats rounded outwards.
            source = index.join(_INCIDENT, _INCIDENT.c.id == index.c.id)
            meets += [index.c.west <= east, index.c.east >= west]
            meets += [index.c.south <= north, index.c.north >= south]
        elif wanted.are_open:
            meets.append(_INCIDENT.c.closed_at.is_(None))
        # No index of states or services is to be taken for better than that of places.
        state, service_code = state + "", service_code + ""  # type: ignore[assignment]
    else:
        envelope = sa.func.ST_MakeEnvelope(west, south, east, north, 4326)
        position: sa.ColumnElement[Any] = sa.literal_column("incident.position")
        meets = [position.op("&&", is_comparison=True)(envelope)]
        if wanted.are_open:
            meets.append(_INCIDENT.c.closed_at.is_(None))
    if wanted.states != OPEN_STATES:
        meets.append(state.in_(wanted.states))
    if wanted.service_codes:
        meets.append(service_code.in_(wanted.service_codes))
    meets += places_meant(wanted) + further_meant(session, wanted.further)
    return sa.select(*_SAID).select_from(source).where(*meets)


def sides_of(box: Box) -> dict[str, float]:
    """A box as the parameters of `incidents`."""
    return dict(zip(("west", "south", "east", "north"), box, strict=True))


def _is_crowded(session: Session, box: Box, wanted: MapFilter) -> bool:
    """Whether SQLite meets enough of them sooner by going back from the newest incident.

    PostgreSQL finds that out by itself.
    """
    if session.get_bind().dialect.name != "sqlite":
        return False
    west, south, east, north = box
    zoom = FINEST_LEVEL
    while True:
        first, last = (
            column_and_row(square_at(*corner, zoom)) for corner in ((west, north), (east, south))
        )
        if last[0] - first[0] <= 1 and last[1] - first[1] <= 1:
            break
        zoom -= 1
    tiles = [Tile(zoom, *at) for at in {first, last, (first[0], last[1]), (last[0], first[1])}]
    return sum(count_tile(session, tile, wanted).candidates for tile in tiles) > MOST_BY_INDEX


def _sides_around(box: Box, grid: int) -> dict[str, float]:
    """Where all that is told to be in the box is: nearer to its square's middle than its side."""
    return sides_of(astuple(Extent(*box).padded(grid)))


def _is_in(box: Box, lon: float, lat: float) -> bool:
    west, south, east, north = box
    return west <= lon < east and south < lat <= north


def _services_by_grid(session: Session, wanted: MapFilter) -> dict[int | None, tuple[str, ...]]:
    found: dict[int | None, tuple[str, ...]] = {}
    for code, terms in city_catalogue(session).services.items():
        if not wanted.service_codes or code in wanted.service_codes:
            grid = terms.public_grid_metres
            found[grid] = (*found.get(grid, ()), code)
    return found


_SIDES = [sa.bindparam(name, type_=sa.Double) for name in ("west", "south", "east", "north")]
_BOX = ("id", "west", "east", "south", "north")
_PLACES, _OPEN_PLACES = (
    sa.table(name, *(sa.column(side, sa.Double) for side in _BOX))
    for name in ("incident_position", "incident_position_open")
)
_SAID = [
    _INCIDENT.c[name]
    for name in (
        "number",
        "lon",
        "lat",
        "service_code",
        "state",
        "own_severity_band",
        "request_count",
        "opened_at",
        "district_id",
    )
]
