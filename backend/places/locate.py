"""From a point to its district, with an index that is built once for each version of boundaries."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from sqlalchemy.orm import Session

from backend.core.city_cache import CityCache
from backend.places.queries import current_boundary_version, district_shapes
from geo.coordinates import Extent
from geo.districts import DistrictIndex


@dataclass(frozen=True, slots=True)
class DistrictMap:
    """The districts in force as an index; `row_ids[i]` is the row of the index's i-th district."""

    boundary_set_id: int
    row_ids: dict[str, int]
    index: DistrictIndex
    extent: Extent

    def locate(self, lon: float, lat: float) -> int | None:
        """The district row a point belongs to, None outside the jurisdiction."""
        code = self.index.locate(lon, lat)
        return None if code is None else self.row_ids[code]

    def find(self, lon: float, lat: float) -> tuple[int | None, str | None]:
        """The row and the code of the district a point belongs to; None outside."""
        code = self.index.locate(lon, lat)
        return (None, None) if code is None else (self.row_ids[code], code)

    def locate_many(self, lons: ArrayLike, lats: ArrayLike) -> list[int | None]:
        """The district rows of many points at once."""
        rows: NDArray[np.int64] = np.array([*self.row_ids.values(), -1])
        return [None if row < 0 else int(row) for row in rows[self.index.locate_many(lons, lats)]]


_maps: CityCache[DistrictMap] = CityCache()


def district_map(session: Session) -> DistrictMap | None:
    """The districts in force, None before any were imported."""
    version = current_boundary_version(session)
    if version is None:
        return None
    return _maps.get(session, version, lambda: _build(session, version[0]))


def _build(session: Session, boundary_set_id: int) -> DistrictMap:
    rows = district_shapes(session, boundary_set_id)
    shapes = shapely.from_wkb([row[2] for row in rows])
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    return DistrictMap(
        boundary_set_id,
        {code: row_id for row_id, code, _ in rows},
        DistrictIndex([code for _, code, _ in rows], shapes),
        Extent(west, south, east, north),
    )
