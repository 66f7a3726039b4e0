"""Incidents that a model cannot tell apart but by their counts and exposure."""

from dataclasses import dataclass

import numpy as np

from equity.rates.events import Codes, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """A symmetric matrix (f + areas, f + areas) whose block of areas is diagonal: `fixed` (f, f),
    `across` (f, areas) and the diagonal `areas` (areas,)."""

    fixed: Floats
    across: Floats
    areas: Floats

    def __sub__(self, other: "Blocks") -> "Blocks":
        return Blocks(
            self.fixed - other.fixed, self.across - other.across, self.areas - other.areas
        )

    def quadratic(self, columns: Floats) -> Floats:
        """(n,) of `columns` (f + areas, n): each one's product with the matrix and itself."""
        top, own = np.split(columns, [len(self.fixed)])
        found = ((self.fixed @ top + 2 * self.across @ own) * top).sum(axis=0)
        return np.asarray(found + self.areas @ own**2)


@dataclass(frozen=True, slots=True, eq=False)
class CellDesign:
    """A coefficient for each kind of problem, each covariate and each area, in this order.

    `kind` and `area` (cells,) are codes below `kinds` and `areas`, `covariates` is (cells, q).
    Products with columns of ones and zeros are sums over codes, so that these are never written
    out.
    """

    kind: Codes
    covariates: Floats
    area: Codes
    kinds: int
    areas: int

    @property
    def fixed(self) -> int:
        """How many coefficients there are before those of areas."""
        return self.kinds + int(self.covariates.shape[1])

    def effects(self, coefficients: Floats) -> Floats:
        """(cells,) of `coefficients` (p,)."""
        kind, known, area = np.split(coefficients, (self.kinds, self.fixed))
        return np.asarray(kind[self.kind] + self.covariates @ known + area[self.area])

    def sums(self, values: Floats) -> Floats:
        """(p,) of `values` (cells,) over the cells a coefficient is in."""
        kinds = np.bincount(self.kind, values, self.kinds)
        areas = np.bincount(self.area, values, self.areas)
        return np.concatenate([kinds, values @ self.covariates, areas])

    def gram(self, weight: Floats) -> Blocks:
        """X'WX with `weight` (cells,)."""
        weighted = self.covariates * weight[:, None]
        kind_area = np.bincount(self.kind * self.areas + self.area, weight, self.kinds * self.areas)
        kind_area = kind_area.reshape(self.kinds, self.areas)
        kind_known = _columns_by(self.kind, weighted, self.kinds)
        area_known = _columns_by(self.area, weighted, self.areas)
        kinds = np.diag(kind_area.sum(axis=1))
        fixed = [[kinds, kind_known], [kind_known.T, weighted.T @ self.covariates]]
        return Blocks(np.block(fixed), np.vstack([kind_area, area_known.T]), kind_area.sum(axis=0))


def _columns_by(codes: Codes, columns: Floats, size: int) -> Floats:
    """(size, q) sums of `columns` (n, q)."""
    sums = [np.bincount(codes, column, size) for column in columns.T]
    return np.array(sums, float).reshape(-1, size).T


def cells_of(category: Codes, area: Codes, covariates: Floats) -> tuple[Codes, Codes]:
    """Position of the first incident of each cell (cells,), and the cell of each incident (n,).

    `covariates` is (n, p). One column after the other: sorting rows as wholes takes ten times as
    long, and copies them.
    """
    cell = category * (int(area.max(initial=0)) + 1) + area
    first, cell = _compact(cell)
    for column in covariates.T:
        levels, level = np.unique(column, return_inverse=True)
        if levels.size > 1 and (level != level[first][cell]).any():
            first, cell = _compact(cell * levels.size + level)
    return first, cell


def _compact(codes: Codes) -> tuple[Codes, Codes]:
    _, first, compact = np.unique(codes, return_index=True, return_inverse=True)
    return first, compact
