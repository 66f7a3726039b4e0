"""Square map tiles (Web Mercator, EPSG:3857) and the finer squares they are cut into.

A square at `level` is one of 2^level by 2^level that cover the world; a tile of zoom z is a square
at level z. A square is known by one number, its column and row with their bits interleaved (Morton,
1966), so that the squares inside any larger one are a stretch of numbers, and the square around it
has the number without its last two bits.
"""

from math import asinh, atan, degrees, pi, radians, sinh, tan
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Web Mercator ends where the world is a square.
FARTHEST_LATITUDE = 85.0511287798066

Integers = NDArray[np.int64]
Numbers = TypeVar("Numbers", int, Integers)


def square_at(lon: float, lat: float, level: int) -> int:
    """The number of the square that a place in degrees (WGS84) lies in."""
    lat = min(max(lat, -FARTHEST_LATITUDE), FARTHEST_LATITUDE)
    right, down = (lon + 180) / 360, 0.5 - asinh(tan(radians(lat))) / (2 * pi)
    last = (1 << level) - 1
    column, row = (min(max(int(part * (1 << level)), 0), last) for part in (right, down))
    return square_number(column, row)


def squares_at(lons: ArrayLike, lats: ArrayLike, level: int) -> Integers:
    """The same for places (n,)."""
    lats = np.clip(np.asarray(lats, dtype=np.float64), -FARTHEST_LATITUDE, FARTHEST_LATITUDE)
    right = (np.asarray(lons, dtype=np.float64) + 180) / 360
    down = 0.5 - np.arcsinh(np.tan(np.radians(lats))) / (2 * pi)
    last = (1 << level) - 1
    column, row = (
        np.clip((part * (1 << level)).astype(np.int64), 0, last) for part in (right, down)
    )
    return _spread(column) | (_spread(row) << 1)


def square_number(column: int, row: int) -> int:
    """The number of the square in a column from the west and a row from the north."""
    return _spread(column) | (_spread(row) << 1)


def column_and_row(square: int) -> tuple[int, int]:
    """Where the square of a number lies."""
    return _gathered(square), _gathered(square >> 1)


def bounds_of(zoom: int, column: int, row: int) -> tuple[float, float, float, float]:
    """West, south, east and north of a tile, in degrees."""
    count = 1 << zoom
    west, east = (360 * edge / count - 180 for edge in (column, column + 1))
    north, south = (degrees(atan(sinh(pi * (1 - 2 * edge / count)))) for edge in (row, row + 1))
    return west, south, east, north


def places_in_tile(
    lons: ArrayLike, lats: ArrayLike, zoom: int, column: int, row: int, extent: int
) -> tuple[Integers, Integers]:
    """Right and down (n,) in units of a tile's side / `extent`; beyond it where a place is."""
    count = 1 << zoom
    right = (np.asarray(lons, dtype=np.float64) + 180) / 360 * count - column
    turned = np.arcsinh(np.tan(np.radians(np.asarray(lats, dtype=np.float64))))
    down = (0.5 - turned / (2 * pi)) * count - row
    return np.floor(right * extent).astype(np.int64), np.floor(down * extent).astype(np.int64)


def _spread(value: Numbers) -> Numbers:
    """The bits of numbers below 2^32 with a gap after each."""
    for shift, mask in _STEPS:
        value = (value | (value << shift)) & mask
    return value


def _gathered(value: int) -> int:
    value &= 0x5555555555555555
    for shift, mask in _STEPS_BACK:
        value = (value | (value >> shift)) & mask
    return value


_STEPS = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
_STEPS_BACK = (
    (1, 0x3333333333333333),
    (2, 0x0F0F0F0F0F0F0F0F),
    (4, 0x00FF00FF00FF00FF),
    (8, 0x0000FFFF0000FFFF),
    (16, 0x00000000FFFFFFFF),
)
