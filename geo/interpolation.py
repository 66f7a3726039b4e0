"""Carrying figures from one set of areas to another that cuts the ground differently.

Areal interpolation (Goodchild and Lam 1980): what an area has is spread over it, evenly or as given
places (homes, census blocks) are, and each piece goes to the area it lies in. What is a sum is
shared out and nothing is lost; what is a mean, a share or a median is averaged and never summed.
Shapes are compared on an equal-area plane (`geo.projection`).

Margins of error follow the handbook of the American Community Survey (US Census Bureau 2020,
Understanding and Using ACS Data, chapter 8), as if areas erred independently and the way the
figures were spread were known. It is not: an even spread over an area half of which is a park
errs in ways no margin tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.districts import DistrictIndex
from geo.grid import OUTSIDE
from geo.projection import Plane

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LEAST_SHARE = 0.01
"""A piece below this share of both areas it belongs to is drawing error, not shared ground."""

Floats = NDArray[np.float64]
Shapes: TypeAlias = Sequence[Any] | NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where within areas people are: lon/lat degrees (n,) and weights (n,), none negative."""

    lons: Floats
    lats: Floats
    weights: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Crosswalk:
    """Which share of each source area goes to each target area: `shares` (targets, sources).

    `unplaced` (sources,) is the share that goes nowhere: 1 for a source that no target meets,
    otherwise 0, or the part outside all targets where that was asked for.
    """

    shares: "csr_array"
    unplaced: Floats

    def sums(self, values: Floats) -> Floats:
        """Counts of the sources (sources,) as counts of the targets (targets,).

        Together with `unplaced` x `values` they add up to what was given.
        """
        found: Floats = self.shares @ values
        return found

    def sums_margin(self, margins: Floats) -> Floats:
        """The margin of `sums`: the root of the sum of (share x margin) squared."""
        margin: Floats = np.sqrt(self.shares.power(2) @ margins**2)
        return margin

    def means(self, values: Floats, weights: Floats) -> Floats:
        """Means, shares or medians of the sources as means of the targets, weighted by `weights`
        (sources,): residents, households, whatever the figure is a mean over; the ground itself
        for a density.

        Sources without value (NaN) are left out; NaN where nothing is left. A mean of medians is
        no median, only the nearest there is.
        """
        known = ~np.isnan(values)
        carried = self.shares @ np.where(known, values * weights, 0)
        return _over(carried, self.shares @ np.where(known, weights, 0))

    def means_margin(self, values: Floats, weights: Floats, margins: Floats) -> Floats:
        """The margin of `means`, weights taken as known."""
        known = ~np.isnan(values)
        spread = self.shares.power(2) @ np.where(known, (margins * weights) ** 2, 0)
        return _over(np.sqrt(spread), self.shares @ np.where(known, weights, 0))


def crosswalk(
    sources: Shapes,
    targets: Shapes,
    *,
    places: Places | None = None,
    least_share: float = LEAST_SHARE,
    is_outside_apart: bool = False,
) -> Crosswalk:
    """How areas `sources` fall on areas `targets`, valid polygons in lon/lat degrees that do not
    overlap among themselves.

    A piece of ground below `least_share` of its source and of its target is left out. What of a
    source lies outside all targets is counted with the rest of it (shores are drawn differently in
    different files), unless it `is_outside_apart`. With `places` a source is spread as the weights
    of the places in it are; a source without any is spread evenly.
    """
    from scipy.sparse import csr_array, diags_array

    plane = Plane.around(np.array(sources, dtype=object))
    ground, whole = _shared_ground(plane, sources, targets, least_share)
    if places is not None:
        weighed, of_source = _places_shared(sources, targets, places)
        has_places = of_source > 0
        ground = ground @ diags_array(~has_places * 1.0) + weighed @ diags_array(has_places * 1.0)
        whole = np.where(has_places, of_source, whole)
    placed = ground.sum(axis=0)
    outside = np.clip(1 - placed / whole, 0, 1)
    if not is_outside_apart:
        outside = np.where(placed > 0, 0.0, 1.0)
    shares = ground @ diags_array(_over(1 - outside, placed, nothing=0.0))
    return Crosswalk(csr_array(shares), outside)


def _shared_ground(
    plane: Plane, sources: Shapes, targets: Shapes, least_share: float
) -> tuple["csr_array", Floats]:
    """Square metres (targets, sources) in common, slivers left out, and of each source in all.

    A sliver over the edge of all targets is no ground either.
    """
    from scipy.sparse import csr_array

    one, other = (plane.to_plane(np.array(shapes, dtype=object)) for shapes in (sources, targets))
    source, target = shapely.STRtree(other).query(one, predicate="intersects")
    area = shapely.area(shapely.intersection(one[source], other[target]))
    areas, target_areas = shapely.area(one), shapely.area(other)
    is_ground = (area >= least_share * areas[source]) | (area >= least_share * target_areas[target])
    covered = np.bincount(source, area, len(one))
    kept = np.bincount(source[is_ground], area[is_ground], len(one))
    outside = areas - covered
    shared = csr_array(
        (area[is_ground], (target[is_ground], source[is_ground])), shape=(len(other), len(one))
    )
    return shared, np.asarray(kept + np.where(outside >= least_share * areas, outside, 0), float)


def _places_shared(sources: Shapes, targets: Shapes, places: Places) -> tuple["csr_array", Floats]:
    """Weights of places (targets, sources) in both, and of each source in all."""
    from scipy.sparse import csr_array

    source, target = (
        DistrictIndex([str(k) for k in range(len(shapes))], shapes).locate_many(
            places.lons, places.lats
        )
        for shapes in (sources, targets)
    )
    in_source, in_both = source != OUTSIDE, (source != OUTSIDE) & (target != OUTSIDE)
    shared = csr_array(
        (places.weights[in_both], (target[in_both], source[in_both])),
        shape=(len(targets), len(sources)),
    )
    of_source = np.bincount(source[in_source], places.weights[in_source], len(sources))
    return shared, of_source.astype(np.float64)


def _over(part: Floats, whole: Floats, nothing: float = np.nan) -> Floats:
    found: Floats = np.divide(part, whole, out=np.full(np.shape(part), nothing), where=whole > 0)
    return found
