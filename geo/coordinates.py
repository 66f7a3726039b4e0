"""Positions as people and programs send them: longitude and latitude in WGS84 degrees."""

from dataclasses import dataclass
from math import isfinite

from geo.distance import box_around

# A point further than this from a city is no slip of the finger on its edge.
FAR_METRES = 20_000


class CoordinateError(ValueError):
    """A position that cannot be meant; `slug` names what is wrong, `facts` hold the numbers."""

    def __init__(self, slug: str, **facts: float) -> None:
        super().__init__(slug, facts)
        self.slug = slug
        self.facts = facts


@dataclass(frozen=True)
class Extent:
    """A box in degrees, its edges included, that does not cross the 180th meridian."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, lon: float, lat: float) -> bool:
        """Whether the position is in the box; NaN never is."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    def padded(self, metres: float) -> "Extent":
        """The extent that holds everything within `metres` of this one."""
        # Degrees of longitude are shortest, and so most are needed, nearest to the pole.
        polar_lat = max(self.south, self.north, key=abs)
        return Extent(
            west=box_around(self.west, polar_lat, metres)[0],
            south=box_around(self.west, self.south, metres)[1],
            east=box_around(self.east, polar_lat, metres)[2],
            north=box_around(self.east, self.north, metres)[3],
        )


def check_lon_lat(lon: float, lat: float, extent: Extent | None = None) -> None:
    """Refuse a position that is no place on Earth or has its two numbers exchanged.

    `extent` is the city's: a place outside it is accepted here, but one that is far outside
    and would lie inside with the numbers exchanged is not.

    Raises CoordinateError with the slug `coordinates-not-numbers`, `coordinates-swapped` (with
    the facts `likely_lon` and `likely_lat`) or `coordinates-outside-world`.
    """
    if not (isfinite(lon) and isfinite(lat)):
        raise CoordinateError("coordinates-not-numbers", lon=lon, lat=lat)
    if extent is not None:
        is_far = not extent.padded(FAR_METRES).contains(lon, lat)
        if is_far and extent.contains(lat, lon):
            raise CoordinateError(
                "coordinates-swapped", lon=lon, lat=lat, likely_lon=lat, likely_lat=lon
            )
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise CoordinateError("coordinates-outside-world", lon=lon, lat=lat)
