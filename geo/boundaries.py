"""Is a set of district boundaries fit to be used? Says all that is wrong with it at once.

Shapes are compared in the degrees they came in, where shared borders are exactly shared, and
measured in metres on an equal-area plane.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.projection import Plane

_POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_NEGLIGIBLE_M2 = 0.01  # no more than rounding to seven decimals leaves behind

Geometries = NDArray[Any]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Thinness:
    """What counts as drawing error: a strip nowhere wider, and no larger, than this."""

    width_m: float = 20.0
    area_m2: float = 10_000.0


@dataclass(frozen=True)
class Overlap:
    """Ground that two districts, named by id, both claim, and a place in its largest piece."""

    first: str
    second: str
    area_m2: float
    lon: float
    lat: float


@dataclass(frozen=True)
class Gap:
    """Ground enclosed by districts that none of them claims, and a place in it.

    A thin one is drawing error; a wide one may well be meant: a lake, another town.
    """

    area_m2: float
    lon: float
    lat: float
    is_thin: bool


@dataclass(frozen=True)
class Boundaries:
    """A set that passed: valid polygons in lon/lat degrees, and what is worth knowing of them.

    `repaired` are the ids of the districts whose rings had to be put right; `slivers` are thin
    overlaps. Slivers and gaps are listed largest first.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    geometries: tuple[Any, ...]
    repaired: tuple[str, ...]
    slivers: tuple[Overlap, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Problem:
    """One kind of fault and the areas that have it, as "name (id)" or, without id, "name (#3)".

    Slugs: `no-areas`, `ids-blank`, `ids-repeated`, `not-polygons`, `not-degrees` (numbers that
    are no place on Earth, as in a file in metres), `beyond-repair`, and `overlaps`, which alone
    has the pairs.
    """

    slug: str
    areas: tuple[str, ...]
    overlaps: tuple[Overlap, ...] = ()


class BoundaryError(ValueError):
    """The set cannot be used; `facts["problems"]` is a tuple of every Problem found."""

    slug = "boundaries-refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.slug}: {', '.join(p.areas)}" for p in problems))
        self.facts = {"problems": tuple(problems)}


def check_boundaries(
    ids: Sequence[str],
    names: Sequence[str],
    geometries: Sequence[Any],
    thinness: Thinness | None = None,
) -> Boundaries:
    """Check districts given in lon/lat degrees, repair their rings, list slivers and gaps.

    Raises BoundaryError with every problem found: areas too broken to compare are named and
    left out, and the overlaps among the others are still looked for.
    """
    given = shapely.force_2d(np.array(geometries, dtype=object))
    shapes, is_repaired, shape_faults = _put_right(given)
    keys = [id_ if id_.strip() else f"#{place}" for place, id_ in enumerate(ids, start=1)]
    labels = [f"{name} ({key})" for name, key in zip(names, keys, strict=True)]
    problems = [
        Problem(slug, tuple(compress(labels, is_faulty)))
        for slug, is_faulty in (_id_faults(ids) | shape_faults).items()
        if any(is_faulty)
    ]
    is_sound = ~np.any(list(shape_faults.values()), axis=0)
    if not is_sound.any():
        raise BoundaryError(problems or [Problem("no-areas", ())])
    shapes = shapes[is_sound]
    ruler = _Ruler(Plane.around(shapes), thinness or Thinness())
    overlaps, slivers = _overlaps(list(compress(keys, is_sound)), shapes, ruler)
    if overlaps:
        pairs = tuple(f"{overlap.first} / {overlap.second}" for overlap in overlaps)
        problems.append(Problem("overlaps", pairs, overlaps))
    if problems:
        raise BoundaryError(problems)
    return Boundaries(
        ids=tuple(ids),
        names=tuple(names),
        geometries=tuple(shapes),
        repaired=tuple(compress(ids, is_repaired)),
        slivers=slivers,
        gaps=_gaps(shapes, ruler),
    )


def _id_faults(ids: Sequence[str]) -> dict[str, Mask]:
    is_blank = np.array([not id_.strip() for id_ in ids], dtype=bool)
    times = Counter(ids)
    is_repeated = np.array([times[id_] > 1 for id_ in ids], dtype=bool)
    return {"ids-blank": is_blank, "ids-repeated": is_repeated & ~is_blank}


def _put_right(given: Geometries) -> tuple[Geometries, Mask, dict[str, Mask]]:
    """The shapes with their rings repaired, which those were, and each fault's bearers."""
    is_polygon = np.isin(shapely.get_type_id(given), _POLYGONAL)
    is_comparable = is_polygon & is_on_earth(given)
    is_repaired = is_comparable & ~shapely.is_valid(given)
    shapes = given.copy()
    shapes[~is_comparable] = None
    shapes[is_repaired] = shapely.make_valid(
        given[is_repaired], method="structure", keep_collapsed=False
    )
    return (
        shapes,
        is_repaired,
        {
            "not-polygons": ~is_polygon,
            "not-degrees": is_polygon & ~is_comparable,
            "beyond-repair": is_comparable & ~(shapely.area(shapes) > 0),
        },
    )


def is_on_earth(shapes: Geometries) -> Mask:
    """Whether every position is a longitude and a latitude; NaN is neither."""
    places, owner = shapely.get_coordinates(shapes, return_index=True)
    is_place = (np.abs(places) <= (180, 90)).all(axis=1)
    is_on_earth = np.ones(len(shapes), dtype=bool)
    is_on_earth[owner[~is_place]] = False
    return is_on_earth


class _Ruler:
    """Measures pieces of ground given in degrees."""

    def __init__(self, plane: Plane, thinness: Thinness) -> None:
        self._plane = plane
        self._thinness = thinness

    def measure(self, pieces: Geometries) -> tuple[NDArray[np.float64], Mask]:
        """Areas in m2, and whether each piece is thin: no circle of the width fits into it."""
        flat = self._plane.to_plane(pieces)
        areas = shapely.area(flat)
        is_narrow = shapely.is_empty(shapely.buffer(flat, -self._thinness.width_m / 2))
        return areas, is_narrow & (areas <= self._thinness.area_m2)


def _overlaps(
    ids: Sequence[str], shapes: Geometries, ruler: _Ruler
) -> tuple[tuple[Overlap, ...], tuple[Overlap, ...]]:
    """Pairs that truly overlap, and pairs that do so only in thin pieces; largest first."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    pieces, pair = shapely.get_parts(
        shapely.intersection(shapes[one], shapes[other]), return_index=True
    )
    areas, is_thin = ruler.measure(pieces)
    by_size = np.argsort(-areas, kind="stable")
    by_size = by_size[areas[by_size] > _NEGLIGIBLE_M2]
    total = np.bincount(pair[by_size], weights=areas[by_size], minlength=len(one))
    is_true = np.bincount(pair[by_size], weights=~is_thin[by_size], minlength=len(one)) > 0
    pairs, first = np.unique(pair[by_size], return_index=True)
    found: tuple[list[Overlap], list[Overlap]] = [], []
    for k, (lon, lat) in zip(pairs, _places_in(pieces[by_size[first]]), strict=True):
        overlap = Overlap(ids[one[k]], ids[other[k]], float(total[k]), lon, lat)
        found[0 if is_true[k] else 1].append(overlap)
    true, slivers = (tuple(sorted(some, key=lambda o: -o.area_m2)) for some in found)
    return true, slivers


def _gaps(shapes: Geometries, ruler: _Ruler) -> tuple[Gap, ...]:
    """The ground inside the outlines that no shape covers, largest piece first."""
    covered = shapely.union_all(shapes)
    outlines = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(covered)))
    pieces = shapely.get_parts(shapely.difference(shapely.union_all(outlines), covered))
    areas, is_thin = ruler.measure(pieces)
    by_size = np.argsort(-areas, kind="stable")
    by_size = by_size[areas[by_size] > _NEGLIGIBLE_M2]
    places = _places_in(pieces[by_size])
    return tuple(
        Gap(float(areas[k]), lon, lat, bool(is_thin[k]))
        for k, (lon, lat) in zip(by_size, places, strict=True)
    )


def _places_in(pieces: Geometries) -> list[tuple[float, float]]:
    """A lon and lat inside each piece; none may be empty."""
    places = shapely.get_coordinates(shapely.point_on_surface(pieces))
    return [(lon, lat) for lon, lat in places.tolist()]
