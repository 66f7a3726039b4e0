"""Which district a point lies in, one at a time or a million at once.

The rule, for both ways: a point belongs to the district whose area or border holds it. Where
several do, on a shared border or in a thin overlap, it belongs to the one whose id comes first in
code-point order. So every point has one answer, and the order of the file does not matter.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.grid import OUTSIDE, GridTable


class DistrictIndex:
    """Looks up points among districts with unique ids and polygons in lon/lat degrees.

    Straight borders are straight in degrees, as GeoJSON has it (RFC 7946, section 3.1.1).
    """

    def __init__(self, ids: Sequence[str], geometries: Sequence[Any] | NDArray[Any]) -> None:
        if not len(ids) == len(geometries) == len(set(ids)):
            raise ValueError("every district needs one geometry and an id of its own")
        self.ids = tuple(ids)
        self._by_precedence = np.array(
            sorted(range(len(self.ids)), key=self.ids.__getitem__), dtype=np.int64
        )
        self._polygons = np.array(geometries, dtype=object)[self._by_precedence]
        shapely.prepare(self._polygons)
        # A prepared polygon builds its search index at its first answer, and shapely answers
        # without Python's lock: one question to each now, so that threads only ever read.
        shapely.intersects_xy(self._polygons, *shapely.bounds(self._polygons)[:, :2].T)
        self._tree = shapely.STRtree(self._polygons)

    def locate(self, lon: float, lat: float) -> str | None:
        """The id of the district that holds the point, or None (also for NaN)."""
        near = self._tree.query(shapely.points(lon, lat))
        holding = near[shapely.intersects_xy(self._polygons[near], lon, lat)]
        return self.ids[self._by_precedence[min(holding)]] if holding.size else None

    def locate_many(self, lons: ArrayLike, lats: ArrayLike) -> NDArray[np.int64]:
        """Positions in `ids` of the districts that hold the points (n,), -1 where none does.

        The first call builds a table (half a CPU second for 2,325 districts), the others use it.
        """
        x = np.asarray(lons, dtype=np.float64)
        y = np.asarray(lats, dtype=np.float64)
        if not self.ids:
            return np.full(len(x), OUTSIDE, dtype=np.int64)
        # -1 picks the last of these positions, which stands for outside.
        return np.append(self._by_precedence, OUTSIDE)[self._table.locate(x, y)]

    @cached_property
    def _table(self) -> GridTable:
        return GridTable(self._polygons, self._tree)
