"""Where a house number is, from the numbers around it where it is not known itself. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from backend.places.typed_name import HouseNumber

REACH = 40
"""How far from a known number another may be: beyond, nothing is said."""


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """A number whose place (degrees) is known; of a range's ends no house need have it."""

    number: HouseNumber
    lon: float
    lat: float
    is_exact: bool


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """Where a number is, or about where."""

    lon: float
    lat: float
    is_approximate: bool


def find_number(
    wanted: HouseNumber, known: Sequence[KnownNumber], street: BaseGeometry | None = None
) -> FoundNumber | None:
    """The place of `wanted` among the numbers `known` of one street.

    Between two known numbers of its side it lies along `street` (a line in degrees), or straight
    between them; past the last one, at it. None where no known number is within `REACH`.
    """
    for one in known:
        if one.is_exact and wanted.text == one.number.text:
            return FoundNumber(one.lon, one.lat, is_approximate=False)
    number = wanted.first
    for one in known:
        if one.is_exact and one.number.first <= number <= one.number.last:
            # The house's other entrance, or one of those the range stands for.
            return FoundNumber(one.lon, one.lat, is_approximate=True)
    # Even and odd numbers face each other in most cities, and where they do not it costs little.
    side = [one for one in known if one.number.first % 2 == number % 2] or known
    below = max(
        (one for one in side if one.number.last < number),
        key=lambda one: one.number.last,
        default=None,
    )
    above = min(
        (one for one in side if one.number.first >= number),
        key=lambda one: one.number.first,
        default=None,
    )
    if below and above and above.number.first - below.number.last <= 2 * REACH:
        share = (number - below.number.last) / (above.number.first - below.number.last)
        return FoundNumber(*_between(below, above, share, street), is_approximate=True)
    nearest = min(filter(None, (below, above)), key=lambda one: _gap(one, number), default=None)
    if nearest is None or _gap(nearest, number) > REACH:
        return None
    return FoundNumber(nearest.lon, nearest.lat, is_approximate=True)


def _gap(one: KnownNumber, number: int) -> int:
    return min(abs(one.number.first - number), abs(one.number.last - number))


def _between(
    below: KnownNumber, above: KnownNumber, share: float, street: BaseGeometry | None
) -> tuple[float, float]:
    if street is not None:
        line = shapely.line_merge(street)
        # In several pieces there is no telling how far along a place is.
        if line.geom_type == "LineString":
            first = line.project(shapely.Point(below.lon, below.lat))
            last = line.project(shapely.Point(above.lon, above.lat))
            point = line.interpolate(first + share * (last - first))
            return point.x, point.y
    lon = below.lon + share * (above.lon - below.lon)
    return lon, below.lat + share * (above.lat - below.lat)
