"""A plane in metres around a city: the Lambert azimuthal equal-area projection on WGS84.

Areas are exact at any distance. Lengths err by about (distance from the centre / Earth's
diameter)^2 / 2: 8 in a million at 50 km, so a plane of one city also serves for drawing and for
widths. A local equirectangular plane would be simpler, but its areas are wrong by 1 % at 50 km
from the centre at 50 degrees north.

Formulas: Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395 (1987), pp.
187-190; the latitude of an authalic latitude by his equation 3-16.
"""

from math import asin, cos, radians, sin, sqrt
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

_A = 6_378_137.0  # semi-major axis of WGS84, metres
_E2 = 0.0066943799901413165  # its first eccentricity squared
_E = sqrt(_E2)
_LATITUDE_STEPS = 3  # Newton's, from 0.002 radians off: 4e-6, 1e-11, nothing

Floats = NDArray[np.float64]


class Plane:
    """Metres east and north of a centre given in degrees, which is no pole."""

    def __init__(self, lon: float, lat: float) -> None:
        self._lon, phi = radians(lon), radians(lat)
        self._q_pole = float(_q(1.0))
        self._radius = _A * sqrt(self._q_pole / 2)
        beta = asin(float(_q(sin(phi))) / self._q_pole)
        self._sin, self._cos = sin(beta), cos(beta)
        # Stretches east and squeezes north so that lengths are right at the centre.
        self._stretch = _A * cos(phi) / (sqrt(1 - _E2 * sin(phi) ** 2) * self._radius * self._cos)

    @classmethod
    def around(cls, geometries: Any) -> "Plane":
        """The plane centred on the box around geometries in degrees."""
        west, south, east, north = shapely.total_bounds(geometries)
        return cls((west + east) / 2, (south + north) / 2)

    def forward(self, lons: ArrayLike, lats: ArrayLike) -> tuple[Floats, Floats]:
        """Degrees (n,) to metres east and north (n,)."""
        angle = np.radians(lons) - self._lon
        sin_beta = _q(np.sin(np.radians(lats))) / self._q_pole
        cos_beta = np.sqrt(np.maximum(1 - sin_beta**2, 0))
        toward = self._cos * cos_beta * np.cos(angle) + self._sin * sin_beta
        scale = self._radius * np.sqrt(2 / (1 + toward))
        x = scale * self._stretch * cos_beta * np.sin(angle)
        y = scale / self._stretch * (self._cos * sin_beta - self._sin * cos_beta * np.cos(angle))
        return x, y

    def inverse(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Metres east and north (n,) to degrees (n,)."""
        east = np.asarray(x, dtype=np.float64) / self._stretch
        north = np.asarray(y, dtype=np.float64) * self._stretch
        # With half = sin(c/2): sin(c) / distance and cos(c) without dividing by zero.
        half = np.hypot(east, north) / (2 * self._radius)
        sine = np.sqrt(1 - half**2) / self._radius
        cosine = 1 - 2 * half**2
        sin_beta = cosine * self._sin + north * sine * self._cos
        angle = np.arctan2(east * sine, self._cos * cosine - north * sine * self._sin)
        return np.degrees(self._lon + angle), np.degrees(self._latitude(sin_beta))

    def to_plane(self, geometry: Any) -> Any:
        """A geometry, or an array of them, from degrees to metres."""
        return shapely.transform(geometry, lambda places: np.column_stack(self.forward(*places.T)))

    def to_degrees(self, geometry: Any) -> Any:
        """A geometry, or an array of them, from metres to degrees."""
        return shapely.transform(geometry, lambda places: np.column_stack(self.inverse(*places.T)))

    def _latitude(self, sin_beta: Floats) -> Floats:
        q = sin_beta * self._q_pole
        latitude = np.arcsin(np.clip(sin_beta, -1, 1))
        for _ in range(_LATITUDE_STEPS):
            sine = np.sin(latitude)
            slope = 2 * (1 - _E2) * np.cos(latitude) / (1 - _E2 * sine**2) ** 2
            latitude = latitude + (q - _q(sine)) / slope
        return latitude


def _q(sine: Floats | float) -> Floats:
    """Snyder's equation 3-12: twice the area per radian from the equator to a latitude, a = 1."""
    value: Floats = (1 - _E2) * (sine / (1 - _E2 * sine**2) + np.arctanh(_E * sine) / _E)
    return value
