"""How far it is from stop to stop: along a street network or, without one, over the ground."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from equity.errors import EquityError
from equity.rates.events import Codes, Floats
from geo.distance import metres_between_many

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class Ground(Protocol):
    """What knows the ways between places, which are numbered from 0, and from the depot."""

    def metres_between(self, places: Codes) -> Floats:
        """(n + 1, n + 1) metres, there as long as back; the depot comes first."""

    def metres_from_depot(self) -> Floats:
        """(places,) metres to every place, infinite where no way leads."""


@dataclass(frozen=True, slots=True, eq=False)
class StraightLines:
    """Great circles between the positions `lons`, `lats` (places,) in degrees."""

    lons: Floats
    lats: Floats
    depot: tuple[float, float]

    def metres_between(self, places: Codes) -> Floats:
        """See `Ground`."""
        lons = np.concatenate([[self.depot[0]], self.lons[places]])
        lats = np.concatenate([[self.depot[1]], self.lats[places]])
        return metres_between_many(lons[:, None], lats[:, None], lons, lats)

    def metres_from_depot(self) -> Floats:
        """See `Ground`."""
        return metres_between_many(*self.depot, self.lons, self.lats)


@dataclass(frozen=True, slots=True, eq=False)
class StreetNetwork:
    """Shortest ways over `edges` (m, 2) of junctions with `metres` (m,), open in both directions.

    `junction` (places,) is where each place is reached; `depot` is a junction.
    """

    edges: Codes
    metres: Floats
    junction: Codes
    depot: int

    def metres_between(self, places: Codes) -> Floats:
        """See `Ground`. Raises EquityError `places-unreachable`."""
        wanted = np.concatenate([[self.depot], self.junction[places]])
        stops, back = np.unique(wanted, return_inverse=True)
        ways = self._from(stops)[:, stops]
        if not np.isfinite(ways).all():
            lost = places[~np.isfinite(ways[back[0]][back[1:]])]
            raise EquityError("places-unreachable", count=lost.size)
        # There and back are added up in different order.
        return np.asarray(np.minimum(ways, ways.T)[np.ix_(back, back)], dtype=np.float64)

    def metres_from_depot(self) -> Floats:
        """See `Ground`."""
        found: Floats = self._from(np.array([self.depot]))[0, self.junction]
        return found

    def _from(self, junctions: Codes) -> Floats:
        """Metres from each of some junctions to each of all."""
        if not (np.isfinite(self.metres) & (self.metres >= 0)).all():
            raise EquityError("street-length-impossible")
        from scipy.sparse.csgraph import dijkstra

        ways = dijkstra(self._graph(), directed=False, indices=junctions)
        return np.asarray(ways, dtype=np.float64)

    def _graph(self) -> "csr_array":
        """The shortest of parallel edges: a sparse matrix would add them up."""
        size = int(max(self.edges.max(), self.junction.max(initial=0), self.depot)) + 1
        ends = np.sort(self.edges, axis=1)
        pair = ends[:, 0] * size + ends[:, 1]
        order = np.lexsort((self.metres, pair))
        first = order[np.unique(pair[order], return_index=True)[1]]
        from scipy.sparse import csr_array

        return csr_array((self.metres[first], (ends[first, 0], ends[first, 1])), (size, size))
