"""One tile of the map as a vector tile: counts in squares, or single incidents close up.

Layer `cells` has `incidents` in the middle of each square, and `is_wider` where the number counts
more than the filter lets through, since no counter knows all of it and there are too many to look
at each. Layer `reports` has `number`, `service`, `state` and, for staff, `band` and `reports`.
Layer `cut` is there where more lie in the tile than are in it: how many are `shown`.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.reports.map_cells.count_cells import FINEST_LEVEL, LEVELS_IN_TILE
from backend.reports.map_cells.counted_tile import Counted, Tile
from backend.reports.map_cells.map_filter import MapFilter
from backend.reports.map_cells.on_map import (
    MOST_READ,
    Box,
    incidents,
    places_in_box,
    rows_in_box,
    sides_of,
)
from geo.tiles import bounds_of, column_and_row, places_in_tile, squares_at
from geo.vector_tile import EXTENT, PointFeature, encode_tile

FIRST_WITH_POINTS = 14
"""From this zoom on single incidents are shown, unless they are too many."""
LAST_WITH_SQUARES = FINEST_LEVEL + 1
"""To this zoom too many are counted instead; there the finest squares are four tiles each."""
MOST_POINTS = 500
"""A side of 512 pixels has room for some 400 marks that do not cover each other."""

Rows: TypeAlias = Sequence[tuple[Any, ...]]


def write_tile(session: Session, tile: Tile, wanted: MapFilter, counted: Counted) -> bytes:
    """The tile itself; without any incident, no bytes.

    It is written from the counters where those know enough, and where there are more incidents than
    can be looked at. Otherwise from those that were looked at: one by one, or counted as well where
    they are more than there is room for.
    """
    if tile.zoom <= LAST_WITH_SQUARES and _are_too_many(tile, counted):
        return _counted_cells(tile, counted, is_wider=not wanted.is_counted)
    if tile.zoom < FIRST_WITH_POINTS:
        if wanted.is_counted:
            return _counted_cells(tile, counted, is_wider=False)
        return _looked_at_cells(session, tile, wanted)
    if wanted.is_counted and counted.incidents <= MOST_POINTS:
        if session.get_bind().dialect.name == "postgresql" and not wanted.is_public:
            return _points_by_database(session, tile, wanted)
    elif wanted.is_counted and tile.zoom <= FINEST_LEVEL:
        return _looked_at_cells(session, tile, wanted)
    rows = list(rows_in_box(session, _box(tile), wanted, MOST_POINTS + 1))
    if len(rows) <= MOST_POINTS:
        return _points(tile, wanted, rows)
    if tile.zoom <= LAST_WITH_SQUARES:
        return _looked_at_cells(session, tile, wanted)
    return _points(tile, wanted, rows) + _CUT


def _are_too_many(tile: Tile, counted: Counted) -> bool:
    """Whether nobody can look at each; beyond the finest squares, four tiles share a number."""
    tiles_in_square = 4 if tile.zoom > FINEST_LEVEL else 1
    return counted.candidates > MOST_READ * tiles_in_square


def _box(tile: Tile) -> Box:
    return bounds_of(tile.zoom, tile.column, tile.row)


def _counted_cells(tile: Tile, counted: Counted, *, is_wider: bool) -> bytes:
    """By the counters' squares: eighths of the tile's side, larger ones beyond the finest zoom."""
    if tile.zoom > FINEST_LEVEL and not tile.column & tile.row & 1:
        # The middle of the square is the corner its four tiles meet in: one of them has the number.
        return b""
    depth = min(LEVELS_IN_TILE, FINEST_LEVEL - tile.zoom)
    numbers = {one.number: one.incidents for one in counted.squares if one.incidents}
    return _cells(numbers, depth, is_wider=is_wider)


def _looked_at_cells(session: Session, tile: Tile, wanted: MapFilter) -> bytes:
    places = np.array(places_in_box(session, _box(tile), wanted)).reshape(-1, 2)
    squares = squares_at(places[:, 0], places[:, 1], tile.zoom + LEVELS_IN_TILE).tolist()
    # What lies on an edge may lie in the square beyond it.
    own = (one for one in squares if one >> 2 * LEVELS_IN_TILE == tile.number)
    return _cells(Counter(own), LEVELS_IN_TILE, is_wider=False)


def _cells(numbers: dict[int, int], depth: int, *, is_wider: bool) -> bytes:
    """Incidents by the numbers of squares, each the tile's side / 2^depth."""
    said = {"is_wider": 1} if is_wider else {}
    cells = []
    for number, incidents_there in numbers.items():
        right, down = _middle(number, depth)
        cells.append(PointFeature(right, down, {"incidents": incidents_there, **said}))
    return encode_tile({"cells": cells})


def _middle(square: int, depth: int) -> tuple[int, int]:
    """Right and down in a tile; of a square twice as wide the corner of its south-eastern tile."""
    if depth < 0:
        return 0, 0
    side = EXTENT >> depth
    column, row = column_and_row(square & ((1 << 2 * depth) - 1))
    return column * side + side // 2, row * side + side // 2


def _points(tile: Tile, wanted: MapFilter, rows: Rows) -> bytes:
    # The most severe first, if there are several lists.
    rows = sorted(rows, key=lambda row: row[_BAND])[:MOST_POINTS]
    lons, lats = [row[1] for row in rows], [row[2] for row in rows]
    rights, downs = places_in_tile(lons, lats, tile.zoom, tile.column, tile.row, EXTENT)
    points = []
    for row, right, down in zip(rows, rights.tolist(), downs.tolist(), strict=True):
        number, _lon, _lat, service, state, band, reports = row
        said: dict[str, str | int] = {"number": number, "service": service, "state": state}
        if not wanted.is_public:
            said |= {"band": band, "reports": reports}
        points.append(PointFeature(right, down, said))
    return encode_tile({"reports": points})


def _points_by_database(session: Session, tile: Tile, wanted: MapFilter) -> bytes:
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
    known = sides_of(_box(tile)) | {"zoom": tile.zoom, "column": tile.column, "row": tile.row}
    return bytes(session.execute(sa.select(written).select_from(chosen), known).scalar_one())


_BAND = 5
_ENVELOPE = sa.func.ST_TileEnvelope(
    *(sa.bindparam(name, type_=sa.Integer) for name in ("zoom", "column", "row"))
)

# Where more were found than there is room for.
_CUT = encode_tile({"cut": [PointFeature(EXTENT // 2, EXTENT // 2, {"shown": MOST_POINTS})]})
