"""Distances over the ground between lon/lat positions, on a sphere of the Earth's mean radius.

The sphere is within 0.6 % of the WGS84 ellipsoid everywhere: enough to say what is near.
"""

from math import asin, cos, degrees, pi, radians, sin

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_M = 6_371_008.8  # mean radius R1 of WGS84, (2a + b) / 3


def metres_between(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Great-circle metres between two positions in degrees."""
    return float(metres_between_many(lon_a, lat_a, lon_b, lat_b))


def metres_between_many(
    lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike
) -> NDArray[np.float64]:
    """Great-circle metres by the haversine formula, for degrees of shapes that broadcast.

    Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984), 159.
    """
    lon_a, lat_a, lon_b, lat_b = (np.radians(angle) for angle in (lon_a, lat_a, lon_b, lat_b))
    squared_half_chord = (
        np.sin((lat_b - lat_a) / 2) ** 2
        + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    )
    metres: NDArray[np.float64] = (
        2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(squared_half_chord, 1)))
    )
    return metres


def box_around(lon: float, lat: float, metres: float) -> tuple[float, float, float, float]:
    """The least (west, south, east, north) in degrees that holds everything within `metres`.

    Where the box would reach over a pole or the 180th meridian it takes in every longitude.
    """
    angle = metres / EARTH_RADIUS_M
    south, north = lat - degrees(angle), lat + degrees(angle)
    if south > -90 and north < 90:
        # The circle reaches furthest east not on its centre's parallel but nearer the pole.
        reach = degrees(asin(min(1.0, sin(min(angle, pi / 2)) / cos(radians(lat)))))
        if lon - reach >= -180 and lon + reach <= 180:
            return lon - reach, south, lon + reach, north
    return -180.0, max(south, -90.0), 180.0, min(north, 90.0)
