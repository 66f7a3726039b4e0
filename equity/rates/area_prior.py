"""Areas that are alike to their neighbours, as sparse matrices: thousands of them in seconds.

An area's effect is u = v + e, with v the structured part on the map and e independent noise of
variance n (the whole variance, for an island). With K the covariance of v, what data of curvature d
leave of u has the precision H = diag(d) + (K + n)^-1. Integrating e out, with g = 1 / (1 + n d),

  H^-1 = n g + g T^-1 g,  T = K^-1 + d g,

and T has the map's sparsity (Rue and Held, Gaussian Markov Random Fields, 2005, chapter 2): its
constraint that a part's v sum to zero, or the level a part has of its own, is a correction of rank
one a part, because T links no two parts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse.linalg import splu

from equity.rates.cells import Blocks
from equity.rates.events import Floats
from equity.rates.neighbourhood import LEVEL_VARIANCE, Neighbourhood

_PIN = 1e-9
"""Added to the Laplacian, so that a part nothing is known of has an inverse before its constraint
is applied: a millionth of the variance of the smoothest pattern of some thousand areas."""

_FEW = 50
"""Up to so many areas a dense factor is the faster one, also where BLAS has several threads."""


class AreaPrior:
    """The prior of areas with `deviation` s, of whose variance the part `share` is structured."""

    def __init__(self, around: Neighbourhood, deviation: float, share: float) -> None:
        self.around = around
        self.noise = np.full(around.size, deviation**2)
        self.noise[around.mapped] *= 1 - share
        self.log_size = -float(np.log(self.noise).sum())
        if around.is_mapped:
            self._structure = around.laplacian.copy()
            self._structure.sort_indices()
            columns = np.repeat(np.arange(around.mapped.size), np.diff(self._structure.indptr))
            self._diagonal = np.flatnonzero(self._structure.indices == columns)
            self._structure.data[self._diagonal] += _PIN
            self._structure.data *= (around.scale / (deviation**2 * share))[columns]
            sizes = around.part_sizes
            shrunk = ((sizes - 1) * np.log(deviation**2 * share)).sum()
            levels = np.log(LEVEL_VARIANCE * sizes).sum() if around.has_levels else 0.0
            self.log_size += float(around.log_sizes.sum() - shrunk - levels)
            self._marginal = _Structured(self, 1 / self.noise[around.mapped])

    def factored(self, weight: Floats) -> tuple[Callable[[Floats], Floats], float]:
        """What solves K^-1 + diag(`weight`), before constraints, and its log determinant.

        Raises LinAlgError.
        """
        if weight.size <= _FEW:
            dense = self._structure.toarray()
            dense[np.diag_indices_from(dense)] += weight
            root = cho_factor(dense, check_finite=False)
            return partial(cho_solve, root), 2 * float(np.log(root[0].diagonal()).sum())
        # The same pattern every time: making sparse arrays takes as long as factoring them.
        self._structure.data[self._diagonal] += weight
        try:
            found = splu(
                self._structure,
                permc_spec="MMD_AT_PLUS_A",
                diag_pivot_thresh=0.0,
                options={"SymmetricMode": True},
            )
        except RuntimeError as error:  # exactly singular
            raise np.linalg.LinAlgError(str(error)) from error
        finally:
            self._structure.data[self._diagonal] -= weight
        pivots = found.U.diagonal()
        if not (pivots > 0).all():
            raise np.linalg.LinAlgError("not positive definite")
        return found.solve, float(np.log(pivots).sum())

    def pull(self, effects: Floats) -> Floats:
        """(areas,) the precision of `effects` u, (K + n)^-1, times them."""
        pulled = effects / self.noise
        if self.around.is_mapped:
            own = self.around.mapped
            pulled[own] -= self._marginal.solve(pulled[own][:, None])[:, 0] / self.noise[own]
        return np.asarray(pulled)


class _Structured:
    """T = K^-1 + diag(`weight`) of the mapped areas, factored. Raises LinAlgError."""

    def __init__(self, prior: AreaPrior, weight: Floats) -> None:
        around = prior.around
        self._alone, log_size = prior.factored(weight)
        self._ones = self._alone(np.ones(weight.size))
        self._sizes = around.part_sizes
        self._starts = np.cumsum(self._sizes) - self._sizes
        base = LEVEL_VARIANCE * self._sizes**2 if around.has_levels else 1.0 * self._sizes
        self._held = np.add.reduceat(self._ones, self._starts) + base * around.has_levels
        if not (self._held > 0).all():
            raise np.linalg.LinAlgError("not positive definite")
        self.log_size = log_size + float(np.log(self._held / base).sum())

    def solve(self, columns: Floats) -> Floats:
        """T^-1 times `columns` (n, c)."""
        found = self._alone(columns)
        off = np.add.reduceat(self._ones[:, None] * columns, self._starts, axis=0)
        found -= self._ones[:, None] * np.repeat(off / self._held[:, None], self._sizes, axis=0)
        return np.asarray(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Areas:
    """H of areas alone."""

    noise: Floats
    gain: Floats
    prior: AreaPrior
    structured: _Structured | None

    def solve(self, columns: Floats) -> Floats:
        """H^-1 times `columns` (areas, c)."""
        found = (self.noise * self.gain)[:, None] * columns
        if self.structured:
            own = self.prior.around.mapped
            gain = self.gain[own][:, None]
            found[own] += gain * self.structured.solve(gain * columns[own])
        return np.asarray(found)


class Posterior:
    """The precision of f coefficients that are fixed and of all areas: what the data say, `blocks`
    with the prior of the fixed in it, and the areas' `prior`. Raises LinAlgError where it is not
    positive definite."""

    def __init__(self, blocks: Blocks, prior: AreaPrior) -> None:
        self._areas = _areas(blocks.areas, prior)
        self._across = blocks.across
        self._half = self._areas.solve(blocks.across.T)
        self._fixed = cho_factor(blocks.fixed - blocks.across @ self._half)
        self.log_size = 2 * float(np.log(np.diag(self._fixed[0])).sum())
        self.log_size -= float(np.log(prior.noise * self._areas.gain).sum())
        if self._areas.structured:
            self.log_size += self._areas.structured.log_size

    def solve(self, columns: Floats) -> Floats:
        """The inverse times `columns` (p, c)."""
        top, own = np.split(columns, [self._across.shape[0]])
        alone = self._areas.solve(own)
        fixed = cho_solve(self._fixed, top - self._across @ alone)
        return np.vstack([fixed, alone - self._half @ fixed])


def _areas(curvature: Floats, prior: AreaPrior) -> _Areas:
    rest = 1 + prior.noise * curvature
    if not (rest > 0).all():
        raise np.linalg.LinAlgError("not positive definite")
    gain, own = 1 / rest, prior.around.mapped
    structured = _Structured(prior, (curvature * gain)[own]) if own.size else None
    return _Areas(prior.noise, gain, prior, structured)
