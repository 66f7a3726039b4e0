"""Counting incidents into the squares of the map: a few that changed, or many at once."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.reports.map_cells.models import MapCell
from backend.reports.models import Incident, Service
from backend.reports.public_place import public_place
from geo.tiles import square_at, squares_at

COARSEST_ZOOM, FINEST_ZOOM = 8, 13
"""Zooms with counters of their own."""
LEVELS_IN_TILE = 3
"""A tile is counted in 8 by 8 squares: a number in a circle needs some 64 pixels."""
FINEST_LEVEL = FINEST_ZOOM + LEVELS_IN_TILE

_CELL, _INCIDENT, _SERVICE = map(table_of, (MapCell, Incident, Service))
_CHUNK = 50_000


class Cell(NamedTuple):
    """What one counter of the finest zoom counts."""

    square: int
    service_code: str
    state: str
    district_id: int


COUNTED = sa.select(
    _INCIDENT.c.lon,
    _INCIDENT.c.lat,
    _INCIDENT.c.service_code,
    _INCIDENT.c.state,
    sa.func.coalesce(_INCIDENT.c.district_id, 0).label("district_id"),
    _SERVICE.c.public_grid_metres,
    _INCIDENT.c.changed_sequence,
).join(_SERVICE, _SERVICE.c.code == _INCIDENT.c.service_code)


def add_to_cells(connection: Connection, changes: Mapping[Cell, int], sequence: int) -> None:
    """Add to the counters at every zoom; all of them, also by nothing, changed with `sequence`."""
    rows = [
        {
            "zoom": zoom,
            "square": square,
            "service_code": service_code,
            "state": state,
            "district_id": district_id,
            "incidents": incidents,
            "changed_sequence": sequence,
        }
        for zoom, cells in _at_each_zoom(changes)
        for (square, service_code, state, district_id), incidents in cells.items()
    ]
    if rows:
        connection.execute(_ADD[connection.dialect.name], rows)


def _at_each_zoom(cells: Mapping[Cell, int]) -> Iterator[tuple[int, Mapping[Cell, int]]]:
    for zoom in range(FINEST_ZOOM, COARSEST_ZOOM - 1, -1):
        yield zoom, cells
        around: dict[Cell, int] = defaultdict(int)
        for cell, incidents in cells.items():
            around[cell._replace(square=cell.square >> 2)] += incidents
        cells = around


def cells_of(
    place: tuple[float, float], grid: int | None, kind: tuple[str, str, int], incidents: int
) -> dict[Cell, int]:
    """Where incidents at one place (degrees) are counted.

    Where they are shown to the public is counted, where they are has only changed.
    """
    cells = {Cell(square_at(*place, FINEST_LEVEL), *kind): 0}
    shown = Cell(square_at(*public_place(*place, grid), FINEST_LEVEL), *kind)
    return cells | {shown: incidents}


def count_incidents(session: Session, *conditions: sa.ColumnElement[bool]) -> Counter[Cell]:
    """Every counter of the finest zoom, counted from the incidents that meet the conditions."""
    counted: Counter[Cell] = Counter()
    query = COUNTED.where(*conditions).execution_options(yield_per=_CHUNK)
    for rows in session.execute(query).partitions():
        places = [public_place(row.lon, row.lat, row.public_grid_metres) for row in rows]
        lons, lats = zip(*places, strict=True)
        squares = squares_at(lons, lats, FINEST_LEVEL).tolist()
        counted.update(
            Cell(square, row.service_code, row.state, row.district_id)
            for square, row in zip(squares, rows, strict=True)
        )
    return counted


def miscounted(session: Session, *service_codes: str) -> dict[Cell, int]:
    """What the counters lack, or have too many where negative; of some services, or of all."""
    are_meant = [_INCIDENT.c.service_code.in_(service_codes)] if service_codes else []
    lacking = count_incidents(session, *are_meant)
    stored = sa.select(*(_CELL.c[name] for name in Cell._fields), _CELL.c.incidents).where(
        _CELL.c.zoom == FINEST_ZOOM
    )
    if service_codes:
        stored = stored.where(_CELL.c.service_code.in_(service_codes))
    for *cell, incidents in session.execute(stored.execution_options(yield_per=_CHUNK)):
        lacking[Cell(*cell)] -= incidents
    return {cell: incidents for cell, incidents in lacking.items() if incidents}


def coarse_cells_differ(session: Session) -> bool:
    """Whether the counters of any zoom are not the sums of those of the next finer one."""
    for zoom in range(COARSEST_ZOOM, FINEST_ZOOM):
        kinds = [_CELL.c[name] for name in Cell._fields[1:]]
        finer, own = (
            sa.select(square.label("square"), *kinds, sa.func.sum(_CELL.c.incidents))
            .where(_CELL.c.zoom == at)
            .group_by(square, *kinds)
            .having(sa.func.sum(_CELL.c.incidents) != 0)
            for at, square in (
                (zoom + 1, _CELL.c.square.op(">>")(sa.literal_column("2"))),
                (zoom, _CELL.c.square),
            )
        )
        for one, other in ((finer, own), (own, finer)):
            if session.execute(sa.except_(one, other).limit(1)).first():
                return True
    return False


def _add(dialect: str) -> sa.Executable:
    insert: Any = {"sqlite": insert_sqlite, "postgresql": insert_postgresql}[dialect](_CELL)
    adding: sa.Executable = insert.on_conflict_do_update(
        index_elements=["zoom", *Cell._fields],
        set_={
            "incidents": _CELL.c.incidents + insert.excluded.incidents,
            "changed_sequence": insert.excluded.changed_sequence,
        },
    )
    return adding


_ADD = {dialect: _add(dialect) for dialect in ("sqlite", "postgresql")}
