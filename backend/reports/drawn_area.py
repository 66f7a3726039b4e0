"""An area somebody drew on a map, as an address carries it, and what lies in it."""

from dataclasses import dataclass
from math import isfinite

import sqlalchemy as sa

from backend.core.errors import Invalid

MOST_CORNERS = 60


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """A polygon by its corners, longitude and latitude in degrees; its edges do not cross."""

    corners: tuple[tuple[float, float], ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        lons, lats = zip(*self.corners, strict=True)
        return min(lons), min(lats), max(lons), max(lats)

    def __str__(self) -> str:
        return ",".join(f"{number:.6f}" for corner in self.corners for number in corner)


def read_area(text: str) -> DrawnArea:
    """Four numbers are west, south, east and north; more are corners, each longitude, latitude.

    Raises `Invalid`.
    """
    try:
        numbers = [float(one) for one in text.split(",")]
    except ValueError as error:
        raise Invalid("area-not-readable", pointer="/area", most=MOST_CORNERS) from error
    if len(numbers) == 4:
        west, south, east, north = numbers
        numbers = [west, south, east, south, east, north, west, north]
    corners = tuple(zip(numbers[::2], numbers[1::2], strict=False))
    is_on_earth = all(isfinite(one) and abs(one) <= 180 for one in numbers)
    if len(numbers) % 2 or not 3 <= len(corners) <= MOST_CORNERS or not is_on_earth:
        raise Invalid("area-not-readable", pointer="/area", most=MOST_CORNERS)
    return DrawnArea(corners)


def is_in_area(
    area: DrawnArea, lon: sa.ColumnElement[float], lat: sa.ColumnElement[float]
) -> sa.ColumnElement[bool]:
    """Whether a place lies in the area: a line from it eastwards crosses an odd number of edges.

    In arithmetic that every database has (Shimrat, Algorithm 112, CACM 5(8), 1962). The box comes
    first, for the indexes.
    """
    west, south, east, north = area.box
    crossed = [
        sa.case(
            (
                sa.and_(
                    (lat >= min(y1, y2)) & (lat < max(y1, y2)),
                    lon < x1 + (lat - y1) * ((x2 - x1) / (y2 - y1)),
                ),
                1,
            ),
            else_=0,
        )
        for (x1, y1), (x2, y2) in zip(
            area.corners, (*area.corners[1:], area.corners[0]), strict=True
        )
        if y1 != y2
    ]
    edges = sum(crossed[1:], start=crossed[0]) if crossed else sa.literal(0)
    return sa.and_(lon.between(west, east), lat.between(south, north), edges % 2 == 1)
