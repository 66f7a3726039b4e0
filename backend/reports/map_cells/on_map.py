"""What a map shows of incidents: how many in each square, and single ones in a box.

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
from backend.reports.map_cells.count_cells import COARSEST_ZOOM, FINEST_ZOOM, LEVELS_IN_TILE
from backend.reports.map_cells.models import MapCell
from backend.reports.models import Incident, Service
from backend.reports.public_place import public_place
from backend.reports.workflow import CLOSED_STATES, OPEN_STATES, State
from geo.coordinates import Extent
from geo.tiles import square_number

Box: TypeAlias = tuple[float, float, float, float]
CLOSED_ON_MAP = tuple(state for state in CLOSED_STATES if state is not State.DUPLICATE)
"""What was joined to another is shown with that."""
MOST_READ = 3000
"""Of more than that in one box some are not even looked at, whatever the order."""

_CELL, _INCIDENT, _SERVICE = map(table_of, (MapCell, Incident, Service))
_DISTRICT = table_of(District)


@dataclass(frozen=True, slots=True)
class MapFilter:
    """What of the incidents to show; empty and None do not filter."""

    is_public: bool
    states: tuple[State, ...] = OPEN_STATES
    service_codes: tuple[str, ...] = ()
    district_code: str | None = None


@dataclass(frozen=True, slots=True)
class Square:
    """Of one square of a tile: its number, its incidents, and the decision that changed it last."""

    number: int
    incidents: int
    changed_sequence: int


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


def squares_of_tile(
    session: Session, zoom: int, column: int, row: int, wanted: MapFilter
) -> list[Square]:
    """What is counted in a tile, by the finest squares it is cut into at its zoom.

    Beyond the finest zoom these are as large as the tile, or larger.
    """
    counted = min(max(zoom, COARSEST_ZOOM), FINEST_ZOOM)
    level = counted + LEVELS_IN_TILE
    finer = 2 * max(level - zoom, 0)
    tile = square_number(column, row) >> 2 * max(zoom - level, 0)
    query = _squares(wanted, 2 * max(COARSEST_ZOOM - zoom, 0))
    stretch = {"zoom": counted, "first": tile << finer, "last": (tile + 1 << finer) - 1}
    return [Square(*found) for found in session.execute(query, stretch)]


def _squares(wanted: MapFilter, finer: int) -> sa.Select[int, int, int]:
    number: sa.ColumnElement[int] = _CELL.c.square
    if finer:
        number = number.op(">>")(sa.literal_column(str(finer)))
    meets = [_CELL.c.state.in_(wanted.states)]
    if wanted.service_codes:
        meets.append(_CELL.c.service_code.in_(wanted.service_codes))
    if wanted.district_code is not None:
        meets.append(_CELL.c.district_id.in_(_district_ids(wanted.district_code)))
    return (
        sa.select(number, sa.func.sum(_CELL.c.incidents), sa.func.max(_CELL.c.changed_sequence))
        .where(
            _CELL.c.zoom == sa.bindparam("zoom"),
            _CELL.c.square.between(sa.bindparam("first"), sa.bindparam("last")),
            *meets,
        )
        .group_by(number)
    )


def incidents_in_box(
    session: Session, box: Box, wanted: MapFilter, most: int, area: DrawnArea | None = None
) -> list[OnMap]:
    """At most `most` incidents in a box and an area, the most severe and the oldest first."""
    found = [OnMap(*row) for row in rows_in_box(session, box, wanted, most, area)]
    return sorted(found, key=lambda one: (one.severity_band, one.opened_at, one.number))[:most]


def rows_in_box(
    session: Session, box: Box, wanted: MapFilter, most: int, area: DrawnArea | None = None
) -> Iterator[tuple[Any, ...]]:
    """The same as rows, no more than `most` of any grid that places are rounded to."""
    if not wanted.is_public:
        query = incidents(session, wanted, area).limit(most)
        yield from session.execute(query, sides_of(box))
        return
    for grid, codes in _services_by_grid(session, wanted).items():
        own = replace(wanted, service_codes=codes)
        if grid is None:
            yield from session.execute(incidents(session, own).limit(most), sides_of(box))
            continue
        # The middle of a square of the grid is nearer to each of its points than its side is long.
        wide = sides_of(astuple(Extent(*box).padded(grid)))
        for number, lon, lat, *said in session.execute(incidents(session, own), wide):
            place = public_place(lon, lat, grid)
            if _is_in(box, *place):
                yield number, *place, *said


def incidents(
    session: Session, wanted: MapFilter, area: DrawnArea | None = None
) -> sa.Select[*tuple[Any, ...]]:
    """The fields of `OnMap`, as they are and not as the public is told, most severe first.

    The box is the parameters west, south, east and north.
    """
    meeting = _read(session.get_bind().dialect.name, wanted)
    if area is not None:
        meeting = meeting.where(is_in_area(area, _INCIDENT.c.lon, _INCIDENT.c.lat))
    read = meeting.limit(MOST_READ).subquery()
    band = sa.func.coalesce(read.c.own_severity_band, _SERVICE.c.severity_band)
    return (
        sa.select(
            read.c.number,
            read.c.lon,
            read.c.lat,
            read.c.service_code,
            read.c.state,
            band.label("severity_band"),
            read.c.request_count,
            read.c.opened_at,
            _DISTRICT.c.name,
        )
        .select_from(read)
        .join(_SERVICE, _SERVICE.c.code == read.c.service_code)
        .outerjoin(_DISTRICT, _DISTRICT.c.id == read.c.district_id)
        .order_by(band, read.c.opened_at, read.c.number)
    )


def _read(dialect: str, wanted: MapFilter) -> sa.Select[*tuple[Any, ...]]:
    """What is asked of the incidents themselves; of what is open by an index of its own."""
    are_open = set(wanted.states) <= set(OPEN_STATES)
    west, south, east, north = _SIDES
    lon, lat = _INCIDENT.c.lon, _INCIDENT.c.lat
    state, service_code = _INCIDENT.c.state, _INCIDENT.c.service_code
    source: sa.FromClause = _INCIDENT
    meets: list[sa.ColumnElement[bool]]
    if dialect == "sqlite":
        # Joined, it is read until there are enough; by IN it would be read to its end.
        index = _OPEN_PLACES if are_open else _PLACES
        source = index.join(_INCIDENT, _INCIDENT.c.id == index.c.id)
        meets = [index.c.west <= east, index.c.east >= west]
        meets += [index.c.south <= north, index.c.north >= south]
        # It holds 32-bit floats rounded outwards. East and south edges are other tiles'.
        meets += [lon >= west, lon < east, lat > south, lat <= north]
        # No index of states or services is to be taken for better than that of places.
        state, service_code = state + "", service_code + ""  # type: ignore[assignment]
    else:
        envelope = sa.func.ST_MakeEnvelope(west, south, east, north, 4326)
        position: sa.ColumnElement[Any] = sa.literal_column("incident.position")
        meets = [position.op("&&", is_comparison=True)(envelope)]
        if are_open:
            meets.append(_INCIDENT.c.closed_at.is_(None))
    if wanted.states != OPEN_STATES:
        meets.append(state.in_(wanted.states))
    if wanted.service_codes:
        meets.append(service_code.in_(wanted.service_codes))
    if wanted.district_code is not None:
        meets.append(_INCIDENT.c.district_id.in_(_district_ids(wanted.district_code)))
    return sa.select(*_SAID).select_from(source).where(*meets)


def sides_of(box: Box) -> dict[str, float]:
    """A box as the parameters of `incidents`."""
    return dict(zip(("west", "south", "east", "north"), box, strict=True))


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


def _district_ids(code: str) -> sa.Select[int]:
    return sa.select(_DISTRICT.c.id).where(_DISTRICT.c.code == code)


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
