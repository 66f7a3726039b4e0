"""What the counters know of one tile: how many lie in each of its squares, and its last change."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.places.models import District
from backend.reports.map_cells.count_cells import COARSEST_ZOOM, FINEST_ZOOM, LEVELS_IN_TILE
from backend.reports.map_cells.map_filter import MapFilter, district_ids
from backend.reports.map_cells.models import MapCell
from backend.reports.workflow import OPEN_STATES
from geo.tiles import square_number

FARTHEST_ZOOM = 22
_CELL = table_of(MapCell)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile by its zoom, and its column and row from the north-west."""

    zoom: int
    column: int
    row: int

    @property
    def is_on_earth(self) -> bool:
        """Whether there is such a tile."""
        side = 1 << self.zoom
        return self.zoom <= FARTHEST_ZOOM and self.column < side and self.row < side

    @property
    def number(self) -> int:
        """Its number as a square at the level of its zoom."""
        return square_number(self.column, self.row)


@dataclass(frozen=True, slots=True)
class Square:
    """Of one square of a tile: its number, its incidents, and the decision that changed it last.

    `candidates` are the incidents among which those of the filter are to be looked for.
    """

    number: int
    incidents: int
    changed_sequence: int
    candidates: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What the counters know of a tile; `changed_sequence` rises with every change of it."""

    squares: Sequence[Square]

    @property
    def changed_sequence(self) -> int:
        """The decision that changed it last, 0 where nothing ever was."""
        return max((one.changed_sequence for one in self.squares), default=0)

    @property
    def incidents(self) -> int:
        """How many lie in it, or in the square around it beyond the finest."""
        return sum(one.incidents for one in self.squares)

    @property
    def candidates(self) -> int:
        """How many of them, whatever their kind and district, whoever reads must look at."""
        return sum(one.candidates for one in self.squares)


def count_tile(session: Session, tile: Tile, wanted: MapFilter) -> Counted:
    """What is counted in a tile, by the finest squares it is cut into at its zoom.

    Beyond the finest zoom these are larger than an eighth of it, and in the end than the tile. It
    is cheap: enough to know whether the tile has changed.
    """
    counted = min(max(tile.zoom, COARSEST_ZOOM), FINEST_ZOOM)
    level = counted + LEVELS_IN_TILE
    finer = 2 * max(level - tile.zoom, 0)
    number = tile.number >> 2 * max(tile.zoom - level, 0)
    query = _squares(wanted, 2 * max(COARSEST_ZOOM - tile.zoom, 0))
    stretch = {"zoom": counted, "first": number << finer, "last": (number + 1 << finer) - 1}
    return Counted([Square(*found) for found in session.execute(query, stretch)])


def _squares(wanted: MapFilter, finer: int) -> sa.Select[int, int, int, int]:
    number: sa.ColumnElement[int] = _CELL.c.square
    if finer:
        number = number.op(">>")(sa.literal_column(str(finer)))
    meets = sa.and_(*_meant(wanted))
    read = [_CELL.c.state.in_(OPEN_STATES)] if wanted.are_open else []
    return (
        sa.select(
            number,
            sa.func.sum(sa.case((meets, _CELL.c.incidents), else_=0)),
            sa.func.max(sa.case((meets, _CELL.c.changed_sequence), else_=0)),
            sa.func.sum(_CELL.c.incidents),
        )
        .where(
            _CELL.c.zoom == sa.bindparam("zoom"),
            _CELL.c.square.between(sa.bindparam("first"), sa.bindparam("last")),
            *read,
        )
        .group_by(number)
    )


def _meant(wanted: MapFilter) -> list[sa.ColumnElement[bool]]:
    district_id = _CELL.c.district_id
    meets: list[sa.ColumnElement[bool]] = [_CELL.c.state.in_(wanted.states)]
    if wanted.service_codes:
        meets.append(_CELL.c.service_code.in_(wanted.service_codes))
    if wanted.district_codes:
        meets.append(district_id.in_(district_ids(wanted.district_codes)))
    if wanted.area_ids is not None:
        meets.append(district_id.in_(wanted.area_ids))
    if wanted.is_outside is not None:
        # A city without districts takes whatever comes for its own.
        is_outside = (district_id == 0) & _HAS_DISTRICTS
        meets.append(is_outside if wanted.is_outside else ~is_outside)
    return meets


_HAS_DISTRICTS = sa.exists(sa.select(table_of(District).c.id)).correlate(None)
