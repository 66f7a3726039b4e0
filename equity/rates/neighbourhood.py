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
from scipy.sparse import csc_array, diags_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from equity.errors import EquityError
from equity.rates.events import Codes, Floats

LEVEL_VARIANCE = 1.0
"""Of a part's own level, on the log scale: what is said of the level of a part is left to data."""

_AT_ONCE = 500
"""Columns of an inverse that are worked out together, so that it is never there as a whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """The `mapped` areas (n,) of `size`, those with neighbours, part by part; the rest are islands.

    `laplacian` (n, n) of the graph times `scale` (n,), alike within a part, is the precision of the
    scaled autoregression. Connected parts have `part_sizes` (parts,) areas; `log_sizes` (parts,)
    are the logs of the products of the precision's eigenvalues but for the one that is zero. Where
    there are several parts each has a level of its own, of `LEVEL_VARIANCE`; else the areas of the
    only one are zero on average.
    """

    size: int
    mapped: Codes
    laplacian: csc_array
    scale: Floats
    part_sizes: Codes
    log_sizes: Floats

    @property
    def has_levels(self) -> bool:
        """Whether there are several parts with neighbours."""
        return self.part_sizes.size > 1

    @property
    def is_mapped(self) -> bool:
        """Whether any two areas are neighbours."""
        return self.mapped.size > 0

    def structured(self) -> Floats:
        """(size, size) a root of the covariance of the scaled autoregression, from independent
        directions; dense, for drawing from it."""
        root = np.eye(self.size)
        for inside in _slices(self.part_sizes):
            block = self.mapped[inside]
            values, vectors = eigh(self.laplacian[inside][:, inside].toarray())
            deviations = np.zeros(len(values))
            deviations[1:] = 1 / np.sqrt(values[1:] * self.scale[inside.start])
            root[np.ix_(block, block)] = vectors * deviations
        return root


def neighbourhood(size: int, pairs: NDArray[Any] | None = None) -> Neighbourhood:
    """From `pairs` (n, 2) of positions that are neighbours; without pairs all are islands.

    Raises EquityError `neighbours-impossible` for a position outside 0..size-1 or a pair of one.
    """
    edges = np.empty((0, 2), np.intp) if pairs is None else np.asarray(pairs, np.intp)
    edges = edges.reshape(-1, 2)
    if edges.size and (edges.min() < 0 or edges.max() >= size or (edges.T[0] == edges.T[1]).any()):
        raise EquityError("neighbours-impossible", areas=size)
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    mapped, ends = np.unique(edges, return_inverse=True)
    one, other = ends.reshape(-1, 2).T
    joined = csc_array((np.ones(one.size), (one, other)), shape=(mapped.size, mapped.size))
    adjacency = joined + joined.T
    parts, part = connected_components(adjacency, directed=False)
    by_part = np.argsort(part, kind="stable")
    laplacian = csc_array(diags_array(adjacency.sum(axis=0)) - adjacency)[by_part][:, by_part]
    sizes = np.bincount(part, minlength=parts)
    scale, log_sizes = np.ones(mapped.size), np.zeros(parts)
    for number, inside in enumerate(_slices(sizes)):
        scale[inside], log_sizes[number] = _scaled(laplacian[inside][:, inside])
    return Neighbourhood(size, mapped[by_part], laplacian, scale, sizes, log_sizes)


def _slices(sizes: Codes) -> list[slice]:
    ends = np.cumsum(sizes)
    return [slice(int(end - size), int(end)) for size, end in zip(sizes, ends, strict=True)]


def _scaled(laplacian: csc_array) -> tuple[float, float]:
    """What a part's Laplacian is to be multiplied by, and the log of the product of its eigenvalues
    after that, but for the one that is zero (by the matrix tree theorem)."""
    size = laplacian.shape[0]
    grounded = laplacian + csc_array(([1.0], ([0], [0])), shape=laplacian.shape)
    factor = splu(csc_array(grounded))
    diagonal, means = np.empty((2, size))
    for first in range(0, size, _AT_ONCE):
        here = np.arange(first, min(first + _AT_ONCE, size))
        columns = np.zeros((size, here.size))
        columns[here, here - first] = 1.0
        columns = factor.solve(columns)
        diagonal[here], means[here] = columns[here, here - first], columns.mean(axis=0)
    marginal = diagonal - 2 * means + means.mean()
    scale = float(np.exp(np.log(marginal).mean()))
    trees = float(np.log(np.abs(factor.U.diagonal())).sum())
    return scale, trees + np.log(size) + (size - 1) * np.log(scale)
