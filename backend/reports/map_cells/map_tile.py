"""One tile of the map as a vector tile: counts in squares, or single incidents close up.

Layer `cells` has `incidents` in the middle of each square. Layer `reports` has `number`, `service`,
`state` and, for staff, `band` and `reports`. Layer `cut` is there where more lie in the tile than
are in it: how many are `shown`, and `of` how many where that is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.reports.map_cells.count_cells import FINEST_LEVEL, FINEST_ZOOM, LEVELS_IN_TILE
from backend.reports.map_cells.on_map import (
    MapFilter,
    Square,
    incidents,
    rows_in_box,
    sides_of,
    squares_of_tile,
)
from geo.tiles import bounds_of, column_and_row, places_in_tile
from geo.vector_tile import EXTENT, PointFeature, encode_tile

MOST_POINTS = 500
"""A side of 512 pixels has room for some 400 marks that do not cover each other."""
FARTHEST_ZOOM = 22


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


def count_tile(session: Session, tile: Tile, wanted: MapFilter) -> Counted:
    """What is counted in a tile, which is cheap: enough to know whether it has changed."""
    return Counted(squares_of_tile(session, tile.zoom, tile.column, tile.row, wanted))


def write_tile(session: Session, tile: Tile, wanted: MapFilter, counted: Counted) -> bytes:
    """The tile itself; without any incident, no bytes."""
    if tile.zoom <= FINEST_ZOOM:
        return encode_tile({"cells": (_cell(one) for one in counted.squares if one.incidents)})
    by_database = session.get_bind().dialect.name == "postgresql" and not wanted.is_public
    write = _points_by_database if by_database else _points
    written, shown = write(session, tile, wanted)
    return written + _cut(tile, counted, shown)


def _cell(square: Square) -> PointFeature:
    side = EXTENT >> LEVELS_IN_TILE
    in_tile = square.number & ((1 << 2 * LEVELS_IN_TILE) - 1)
    right, down = (place * side + side // 2 for place in column_and_row(in_tile))
    return PointFeature(right, down, {"incidents": square.incidents})


def _points(session: Session, tile: Tile, wanted: MapFilter) -> tuple[bytes, int]:
    place = (tile.zoom, tile.column, tile.row)
    rows = list(rows_in_box(session, bounds_of(*place), wanted, MOST_POINTS))
    # The most severe first, if there are several lists.
    rows = sorted(rows, key=lambda row: row[_BAND])[:MOST_POINTS]
    lons, lats = [row[1] for row in rows], [row[2] for row in rows]
    rights, downs = places_in_tile(lons, lats, *place, EXTENT)
    points = []
    for row, right, down in zip(rows, rights.tolist(), downs.tolist(), strict=True):
        number, _lon, _lat, service, state, band, reports, *_ = row
        said: dict[str, str | int] = {"number": number, "service": service, "state": state}
        if not wanted.is_public:
            said |= {"band": band, "reports": reports}
        points.append(PointFeature(right, down, said))
    return encode_tile({"reports": points}), len(points)


def _points_by_database(session: Session, tile: Tile, wanted: MapFilter) -> tuple[bytes, int]:
    """The same of what staff see, written by PostGIS, which is quicker at it."""
    point = incidents(session, wanted).limit(MOST_POINTS).subquery("found").c
    place = sa.func.ST_SetSRID(sa.func.ST_MakePoint(point.lon, point.lat), 4326)
    chosen = sa.select(
        point.number,
        point.service_code.label("service"),
        point.state,
        point.severity_band.label("band"),
        point.request_count.label("reports"),
        sa.func.ST_AsMVTGeom(sa.func.ST_Transform(place, 3857), _ENVELOPE, EXTENT, 0, True).label(
            "place"
        ),
    ).subquery("point")
    written = sa.func.ST_AsMVT(sa.literal_column("point"), "reports", EXTENT, "place")
    box = bounds_of(tile.zoom, tile.column, tile.row)
    known = sides_of(box) | {"zoom": tile.zoom, "column": tile.column, "row": tile.row}
    found = session.execute(sa.select(written, sa.func.count()).select_from(chosen), known).one()
    return bytes(found[0]), found[1]


_BAND = 5
_ENVELOPE = sa.func.ST_TileEnvelope(
    *(sa.bindparam(name, type_=sa.Integer) for name in ("zoom", "column", "row"))
)


def _cut(tile: Tile, counted: Counted, shown: int) -> bytes:
    is_known = tile.zoom <= FINEST_LEVEL
    if shown < MOST_POINTS or (is_known and counted.incidents <= shown):
        return b""
    said = {"shown": shown} | ({"of": counted.incidents} if is_known else {})
    return encode_tile({"cut": [PointFeature(EXTENT // 2, EXTENT // 2, said)]})
