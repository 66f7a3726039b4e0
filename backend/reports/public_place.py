"""Where the public is told a report is: exactly, or to a grid where a place could name a person."""

from math import ceil, cos, floor, radians

_METRES_PER_DEGREE = 111_320.0


def public_place(lon: float, lat: float, grid_metres: int | None) -> tuple[float, float]:
    """The middle of the grid cell a point (degrees, WGS84) lies in; without a grid, the point.

    Cells are `grid_metres` high and about as wide, counted from the equator and the zero meridian:
    every report of a cell has the same place, so that many of them betray no more than one.
    """
    if grid_metres is None:
        return lon, lat
    height = grid_metres / _METRES_PER_DEGREE
    middle = (floor(lat / height) + 0.5) * height
    # A whole number of cells around the globe, so that none is cut at the antimeridian.
    count = max(1, ceil(360.0 / (height / max(cos(radians(middle)), 1e-6))))
    width = 360.0 / count
    return round((floor(lon / width) + 0.5) * width, 6), round(middle, 6)
