"""How alike neighbouring areas may be expected to be: the scaled intrinsic autoregression.

The structure of an ICAR (Besag, York and Mollie, 1991) has a variance that depends on the map. It
is scaled so that the geometric mean of the areas' variances is one (Sorbye and Rue, Spatial
Statistics 2014; Riebler et al., Statistical Methods in Medical Research 2016), for every connected
part of the map by itself; an area without neighbours gets independent noise of variance one, and
where the map has several parts with neighbours each has a level of its own (Freni-Sterrantino,
Ventrucci and Rue, Spatial and Spatio-temporal Epidemiology 2018).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from equity.errors import EquityError
from equity.rates.events import Floats

LEVEL_VARIANCE = 1.0
"""Of a part's own level, on the log scale: what is said of the level of a part is left to data."""


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """Independent directions in which areas vary: `directions` (areas, areas), orthonormal columns.

    `structured` (areas,) is the variance along each under the scaled autoregression, zero where it
    is constrained; `level` (areas,) the fixed variance of the parts' own levels. `islands` counts
    the areas without neighbours.
    """

    directions: Floats
    structured: Floats
    level: Floats
    islands: int

    @property
    def size(self) -> int:
        """How many areas there are."""
        return len(self.structured)

    @property
    def is_mapped(self) -> bool:
        """Whether any two areas are neighbours."""
        return self.islands < self.size

    def variances(self, deviation: float, share: float) -> Floats:
        """(areas,) of u = deviation (sqrt(share) structured + sqrt(1 - share) independent)."""
        return deviation**2 * (share * self.structured + (1 - share)) + self.level


def neighbourhood(size: int, pairs: NDArray[Any] | None = None) -> Neighbourhood:
    """From `pairs` (n, 2) of positions that are neighbours; without pairs all are islands.

    Raises EquityError `neighbours-impossible` for a position outside 0..size-1 or a pair of one.
    """
    edges = np.empty((0, 2), np.intp) if pairs is None else np.asarray(pairs, np.intp)
    edges = edges.reshape(-1, 2)
    if edges.size and (edges.min() < 0 or edges.max() >= size or (edges.T[0] == edges.T[1]).any()):
        raise EquityError("neighbours-impossible", areas=size)
    joined = csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(size, size))
    parts, part_of = connected_components(joined, directed=False)
    adjacency = (joined + joined.T).toarray() > 0
    directions, structured, level = np.zeros((size, size)), np.ones(size), np.zeros(size)
    members = [np.flatnonzero(part_of == part) for part in range(parts)]
    has_levels = sum(part.size > 1 for part in members) > 1
    column = 0
    for part in members:
        block = slice(column, column := column + part.size)
        if part.size == 1:
            directions[part, block] = 1.0
            continue
        directions[np.ix_(part, np.arange(size)[block])], structured[block] = _scaled(
            adjacency[np.ix_(part, part)]
        )
        if has_levels:
            level[block.start] = LEVEL_VARIANCE * part.size
    islands = sum(part.size == 1 for part in members)
    return Neighbourhood(directions, structured, level, islands)


def _scaled(adjacency: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Directions of one part, the constant one first, and their variances after scaling."""
    precision = np.diag(adjacency.sum(axis=1)) - adjacency.astype(float)
    values, vectors = eigh(precision)
    variances = np.zeros(len(values))
    variances[1:] = 1 / values[1:]
    marginal = (vectors**2) @ variances
    return vectors, variances / np.exp(np.log(marginal).mean())
