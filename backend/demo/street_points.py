"""Drawing places beside the streets of a district."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from backend.demo.land import Array
from backend.demo.town import Town

KERB = (2.0, 9.0)
BUSINESS = {"arterial": 1.6, "street": 1.0, "lane": 1.2, "bridge": 0.0}


@dataclass(frozen=True)
class Spots:
    """Drawn places: degrees, and for each the index of its street in `Town.streets`."""

    longitude: Array
    latitude: Array
    street: NDArray[np.intp]


class StreetPoints:
    """Draws places near streets, busy streets more often; bridges never."""

    def __init__(self, town: Town) -> None:
        self._plane = town.plane
        self._polygons = {district.id: district.polygon for district in town.districts}
        lines = [street.line for street in town.streets]
        degrees, owner = shapely.get_coordinates(lines, return_index=True)
        metres = np.column_stack(town.plane.forward(*degrees.T))
        goes_on = np.flatnonzero(owner[:-1] == owner[1:])
        self._from = metres[goes_on]
        self._step = metres[goes_on + 1] - metres[goes_on]
        self._street = owner[goes_on]
        business = np.array([BUSINESS[street.kind] for street in town.streets])
        self._weight = np.hypot(*self._step.T) * business[self._street]
        ends = np.stack([degrees[goes_on], degrees[goes_on + 1]], axis=1)
        self._middle = ends.mean(axis=1)
        self._tree = shapely.STRtree(shapely.linestrings(ends))

    def street_metres(self, district_id: str) -> float:
        """Metres of street in a district, busy streets counted more."""
        inside = shapely.contains_xy(self._polygons[district_id], *self._middle.T)
        return float(self._weight[inside].sum())

    def draw(self, rng: np.random.Generator, district_id: str, count: int) -> Spots:
        """`count` places inside one district, a few metres to the side of a street."""
        polygon = self._polygons[district_id]
        shapely.prepare(polygon)
        near = self._near(district_id)
        chance = self._weight[near] / self._weight[near].sum()
        places, streets = np.empty((0, 2)), np.empty(0, dtype=np.intp)
        while len(places) < count:
            # Border streets throw about a third of the draws across the border: draw again.
            pick = near[rng.choice(len(near), size=2 * (count - len(places)) + 8, p=chance)]
            drawn = np.column_stack(self._plane.inverse(*self._beside(rng, pick).T))
            inside = shapely.contains_xy(polygon, drawn[:, 0], drawn[:, 1])
            places = np.concatenate([places, drawn[inside]])
            streets = np.concatenate([streets, self._street[pick[inside]]])
        return Spots(places[:count, 0], places[:count, 1], streets[:count])

    def _near(self, district_id: str) -> NDArray[np.intp]:
        return np.sort(self._tree.query(self._polygons[district_id], predicate="intersects"))

    def _beside(self, rng: np.random.Generator, pick: NDArray[np.intp]) -> Array:
        step = self._step[pick]
        along = self._from[pick] + rng.random((len(pick), 1)) * step
        across = np.column_stack([-step[:, 1], step[:, 0]]) / np.hypot(*step.T)[:, None]
        aside = rng.uniform(*KERB, len(pick)) * rng.choice([-1, 1], len(pick))
        return np.asarray(along + aside[:, None] * across)
