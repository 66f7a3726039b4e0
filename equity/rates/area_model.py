"""The rate of each area from what the map, the census and its own further reports say together.

log rate = kind of problem + covariates + u(area), where u = s (sqrt(rho) S + sqrt(1 - rho) V), S
the scaled autoregression over neighbours and V independent (BYM2: Riebler et al. 2016, Simpson et
al., Statistical Science 2017), with the likelihood of `equity.rates.repeats`. Priors: s ~
half-normal(1), logit rho ~ N(0, 2), log k ~ N(0, 2), log H ~ N(log median, 1 or 1.5); covariates ~
N(0, 1) for a standard deviation; kinds ~ N(common level, 2), the level itself nearly free. The
second figure is a standard deviation throughout.
"""

from dataclasses import dataclass
from math import exp, log

import numpy as np
from scipy.linalg import block_diag
from scipy.special import expit

from equity.errors import EquityError
from equity.rates.cells import CellDesign, cells_of
from equity.rates.events import Codes, Floats, Observations
from equity.rates.evidence import explore
from equity.rates.neighbourhood import Neighbourhood
from equity.rates.newton import Derivatives, NoMaximum, climb, inverse
from equity.rates.poisson import CountFit
from equity.rates.relative_rates import HALF_WIDTH, LogRates, log_relative, mixed
from equity.rates.repeats import CellTerms, RepeatGroups, cell_squares, cell_terms, repeat_groups

_LEVEL_SD, _KIND_SD, _COVARIATE_SD = 5.0, 2.0, 1.0
_SHARE_SD, _FRAILTY_SD = 2.0, 2.0
_NO_EVIDENCE = -1e12
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known beforehand of H: its median in days, and how far off its log may be."""

    median_days: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Hyper:
    """Deviation s of the areas, its part rho shared with neighbours, frailty k and reach H."""

    deviation: float
    structured_part: float
    frailty: float
    reach_days: float


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What is fitted.

    `design` makes log rates of p coefficients, `precision` is the prior's of all but the areas'.
    Log rates are counted from `level`, the log of the city's plain rate. `rows` (areas, p) are what
    makes an area's rate: its own coefficient and the covariates that are the area's; `share`
    (areas,) the weights of the mean to which the rates are relative.
    """

    groups: RepeatGroups
    design: CellDesign
    precision: Floats
    level: float
    around: Neighbourhood
    reach: Reach
    rows: Floats
    share: Floats

    def hyper(self, position: Floats) -> Hyper:
        """From the scale of the search."""
        share = float(expit(position[3])) if self.around.is_mapped else 0.0
        return Hyper(exp(position[0]), share, exp(position[1]), exp(position[2]))


@dataclass(frozen=True, slots=True, eq=False)
class AreaPosterior:
    """Coefficients averaged over hyperparameters (those of kinds are log rates a day), with
    covariances from the model and from the sandwich; rates of areas with the wider of the two at
    each point; hyperparameters at their mode and at the ends of their 90 % intervals. The level of
    rates, frailty and reach trade off, so that `at_mode` (p,) are the coefficients that go with
    `hyper`, which is `position` (h,) on the scale of the search.

    `effective_duplicates` (areas,) is what the incidents of an area tell of its log rate, in
    duplicates that would all be independent: for these variance is one over their number.
    """

    fit: CountFit
    log_rates: LogRates
    effective_duplicates: Floats
    at_mode: Floats
    position: Floats
    hyper: Hyper
    lowest: Hyper
    highest: Hyper


def pose(
    observations: Observations,
    exposure: Floats,
    covariates: Floats,
    around: Neighbourhood,
    reach: Reach,
) -> Problem:
    """`exposure` (m,) in effective days and `covariates` (m, p) on the scale of their priors.

    A covariate that never varies within an area is the area's, as census figures are; the effect
    of any other (a tree's risk) is no part of an area's rate.
    """
    kinds, areas = len(observations.categories), len(observations.areas)
    first, cell = cells_of(observations.category, observations.area, covariates)
    kind, area, known = observations.category[first], observations.area[first], covariates[first]
    design = CellDesign(kind, known, area, kinds, areas)
    precision = np.eye(design.fixed) / _COVARIATE_SD**2
    precision[:kinds, :kinds] = np.linalg.inv(
        _LEVEL_SD**2 * np.ones((kinds, kinds)) + _KIND_SD**2 * np.eye(kinds)
    )
    days = np.bincount(observations.area, observations.exposure_days, areas)
    return Problem(
        groups=repeat_groups(cell, observations.duplicates, exposure, first.size),
        design=design,
        precision=precision,
        level=log((observations.duplicates.sum() + 0.5) / exposure.sum()),
        around=around,
        reach=reach,
        rows=np.hstack([np.zeros((areas, kinds)), _of_areas(area, known, areas), np.eye(areas)]),
        share=days / days.sum(),
    )


def posterior(problem: Problem, near: AreaPosterior | None = None) -> AreaPosterior:
    """Averaged over hyperparameters (see `equity.rates.evidence`).

    The search begins at `near`, that of a problem of the same coefficients and hyperparameters.
    Raises EquityError `no-fit`, where Newton's method ends nowhere.
    """
    try:
        return _averaged(problem, near)
    except (NoMaximum, np.linalg.LinAlgError) as error:
        raise EquityError("no-fit", incidents=int(problem.groups.incidents.sum())) from error


def _averaged(problem: Problem, near: AreaPosterior | None) -> AreaPosterior:
    design = problem.design
    size, areas = design.fixed + design.areas, design.areas
    level = problem.level * (np.arange(size) < design.kinds)
    start, bounds = _search(problem)
    fit = _Fit(problem, near.at_mode - level if near else np.zeros(size))
    found = explore(fit.at, near.position if near else start, bounds)
    modes = np.array([node.mode for node in found.at_nodes])
    means, errors = np.empty((2, len(modes), areas))
    spread, robust_spread = np.zeros((2, size, size))
    for i, (weight, node) in enumerate(zip(found.weights, found.at_nodes, strict=True)):
        covariance, robust = fit.covariances(node)
        spread += weight * covariance
        robust_spread += weight * robust
        means[i], gradient = log_relative(node.mode, problem.rows, problem.share)
        variances = [((gradient @ each) * gradient).sum(axis=1) for each in (covariance, robust)]
        errors[i] = np.sqrt(np.maximum(*variances))
    mean = found.weights @ modes
    between = (modes - mean).T @ (found.weights[:, None] * (modes - mean))
    half = HALF_WIDTH * found.errors
    best = fit.terms(found.at_mode.mode, found.at_mode.hyper)
    return AreaPosterior(
        CountFit(mean + level, spread + between, robust_spread + between, best.value),
        mixed(found.weights, means, errors),
        np.asarray(np.bincount(design.area, best.information, areas), float),
        found.at_mode.mode + level,
        found.mode,
        *(problem.hyper(found.mode + side * half) for side in (0, -1, 1)),
    )


def _search(problem: Problem) -> tuple[Floats, list[tuple[float, float]]]:
    """Where it begins and what it is within: log deviation, log frailty, log reach, and the logit
    of the part shared with neighbours where there are any."""
    middle = log(problem.reach.median_days)
    wide = 3 * problem.reach.deviation
    start = [log(0.3), 0.0, middle, 0.0]
    bounds = [(-4.0, 1.0), (-3.5, 6.0), (middle - wide, middle + wide), (-5.0, 5.0)]
    size = 4 if problem.around.is_mapped else 3
    return np.array(start[:size]), bounds[:size]


@dataclass(frozen=True, slots=True, eq=False)
class _Laplace:
    """The normal approximation at hyperparameters: its `mode` (p,), its precision
    `information` and the prior's `precision` (p, p), and the log evidence but for a constant."""

    hyper: Hyper
    mode: Floats
    information: Floats
    precision: Floats
    log_evidence: float


class _Fit:
    """The fit at given hyperparameters, each from where the nearest one ended."""

    def __init__(self, problem: Problem, start: Floats) -> None:
        self.problem = problem
        self._size = np.linalg.slogdet(problem.precision)[1]
        self._positions: list[Floats] = []
        self._modes = [start]

    def at(self, position: Floats) -> _Laplace:
        """With `position` on the scale of the search; no evidence where Newton's method fails."""
        problem, hyper = self.problem, self.problem.hyper(position)
        variances = problem.around.variances(hyper.deviation, hyper.structured_part)
        directions = problem.around.directions
        prior = block_diag(problem.precision, (directions / variances) @ directions.T)

        def derivatives(x: Floats) -> Derivatives:
            terms, pull = self.terms(x, hyper), prior @ x
            return Derivatives(
                float(terms.value - x @ pull / 2),
                problem.design.sums(terms.score) - pull,
                problem.design.gram(terms.information) + prior,
            )

        start = self._nearest(position)
        try:
            mode, found = climb(start, derivatives, _TOLERANCE)
        except NoMaximum:
            return _Laplace(hyper, start, prior, prior, _NO_EVIDENCE)
        self._positions.append(position)
        self._modes.append(mode)
        volume = self._size - np.log(variances).sum() - np.linalg.slogdet(found.information)[1]
        evidence = float(found.value + volume / 2) + _log_prior(position, problem.reach)
        return _Laplace(hyper, mode, found.information, prior, evidence)

    def _nearest(self, position: Floats) -> Floats:
        """The mode (p,) at the nearest hyperparameters so far; at first where the search begins."""
        if not self._positions:
            return self._modes[0]
        off = np.abs(np.array(self._positions) - position).sum(axis=1)
        return self._modes[1 + int(off.argmin())]

    def covariances(self, found: _Laplace) -> tuple[Floats, Floats]:
        """The model's (p, p) and that of the sandwich, the prior being one cluster."""
        covariance = inverse(found.information)
        squares = cell_squares(
            self.problem.groups,
            self._log_rate(found.mode),
            found.hyper.frailty,
            found.hyper.reach_days,
        )
        spread = self.problem.design.gram(squares) + found.precision
        return covariance, covariance @ spread @ covariance

    def terms(self, x: Floats, hyper: Hyper) -> CellTerms:
        """Of the likelihood alone."""
        return cell_terms(self.problem.groups, self._log_rate(x), hyper.frailty, hyper.reach_days)

    def _log_rate(self, x: Floats) -> Floats:
        return np.asarray(self.problem.level + self.problem.design.effects(x))


def _log_prior(position: Floats, reach: Reach) -> float:
    """Density on the scale of the search, but for a constant."""
    deviation, frailty, reached, *share = position
    return float(
        deviation
        - np.exp(2 * deviation) / 2
        - (frailty / _FRAILTY_SD) ** 2 / 2
        - ((reached - log(reach.median_days)) / reach.deviation) ** 2 / 2
        - sum((part / _SHARE_SD) ** 2 / 2 for part in share)
    )


def _of_areas(area: Codes, covariates: Floats, areas: int) -> Floats:
    """(areas, p): the value of what never varies within an area, else zero.

    An area without incidents has the mean, which is zero.
    """
    first = np.zeros((areas, covariates.shape[1]))
    first[area] = covariates
    return np.where((first[area] == covariates).all(axis=0), first, 0.0)
