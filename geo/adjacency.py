"""Which districts are neighbours."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray


def neighbour_pairs(geometries: Sequence[Any] | NDArray[Any]) -> NDArray[np.int64]:
    """Positions (pairs, 2) of the polygons that share a length of border, each pair in order.

    Touching in single points is not enough; overlapping in a sliver is, as it is drawing error
    along a border that is meant to be shared.
    """
    shapes = np.array(geometries, dtype=object)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = np.unique(np.column_stack([one, other])[one < other], axis=0)
    shared = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    neighbours: NDArray[np.int64] = pairs[shapely.length(shared) > 0]
    return neighbours
