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
from scipy.special import expit

from equity.errors import EquityError
from equity.rates.area_prior import AreaPrior, Posterior
from equity.rates.cells import Blocks, CellDesign, cells_of
from equity.rates.events import Codes, Floats, Observations
from equity.rates.evidence import explore
from equity.rates.neighbourhood import Neighbourhood
from equity.rates.newton import NoMaximum, climb, with_ridge
from equity.rates.poisson import CountFit
from equity.rates.relative_rates import HALF_WIDTH, LogRates, mixed, over_mean
from equity.rates.repeats import CellTerms, RepeatGroups, cell_squares, cell_terms, repeat_groups

_LEVEL_SD, _KIND_SD, _COVARIATE_SD = 5.0, 2.0, 1.0
_SHARE_SD, _FRAILTY_SD = 2.0, 2.0
_NO_EVIDENCE = -1e12
_TOLERANCE = 1e-9
_AT_ONCE = 500
"""Columns of the covariance that are worked out together, so that it is never there as a whole."""


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
    Log rates are counted from `level`, the log of the city's plain rate. An area's rate is made of
    its own coefficient and of `census` (areas, q), the covariates that are the area's; `share`
    (areas,) are the weights of the mean to which the rates are relative.
    """

    groups: RepeatGroups
    design: CellDesign
    precision: Floats
    level: float
    around: Neighbourhood
    reach: Reach
    census: Floats
    share: Floats

    def hyper(self, position: Floats) -> Hyper:
        """From the scale of the search."""
        share = float(expit(position[3])) if self.around.is_mapped else 0.0
        return Hyper(exp(position[0]), share, exp(position[1]), exp(position[2]))


@dataclass(frozen=True, slots=True, eq=False)
class AreaPosterior:
    """Coefficients averaged over hyperparameters (those of kinds are log rates a day), with
    variances from the model and from the sandwich; rates of areas with the wider of the two at
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
        census=_of_areas(area, known, areas),
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
    variances = np.zeros((2, size))
    for i, (weight, node) in enumerate(zip(found.weights, found.at_nodes, strict=True)):
        of_coefficients, means[i], of_rates = fit.variances(node)
        variances += weight * of_coefficients
        errors[i] = np.sqrt(np.maximum(of_rates.max(axis=0), 0.0))
    mean = found.weights @ modes
    variances += found.weights @ (modes - mean) ** 2
    half = HALF_WIDTH * found.errors
    best = fit.terms(found.at_mode.mode, found.at_mode.hyper)
    return AreaPosterior(
        CountFit(mean + level, variances[0], variances[1], best.value),
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
    """The normal approximation at hyperparameters: its `mode` (p,), what is known there, and the
    log evidence."""

    hyper: Hyper
    mode: Floats
    known: "_Known"
    log_evidence: float


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """Of likelihood and prior together at one point; `likelihood` is the curvature of the first,
    `prior` and `fixed` (f, f) are the precisions of the second."""

    value: float
    score: Floats
    likelihood: Blocks
    prior: AreaPrior
    fixed: Floats

    def posterior(self, ridge: float = 0.0) -> Posterior:
        """The precision, with the part `ridge` of its diagonal besides. Raises LinAlgError."""
        seen = self.likelihood
        fixed, own = seen.fixed + self.fixed, np.abs(seen.areas) + 1 / self.prior.noise
        fixed += ridge * np.diag(np.abs(np.diag(fixed)))
        return Posterior(Blocks(fixed, seen.across, seen.areas + ridge * own), self.prior)

    def step(self) -> Floats:
        """As in `equity.rates.newton.Ascent`."""
        return with_ridge(lambda ridge: self.posterior(ridge).solve(self.score[:, None])[:, 0])


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
        prior = AreaPrior(problem.around, hyper.deviation, hyper.structured_part)
        first = problem.design.fixed

        def known(x: Floats) -> _Known:
            terms = self.terms(x, hyper)
            pull = np.concatenate([problem.precision @ x[:first], prior.pull(x[first:])])
            return _Known(
                float(terms.value - x @ pull / 2),
                problem.design.sums(terms.score) - pull,
                problem.design.gram(terms.information),
                prior,
                problem.precision,
            )

        start = self._nearest(position)
        try:
            mode, found = climb(start, known, _TOLERANCE)
            size = found.posterior().log_size
        except (NoMaximum, np.linalg.LinAlgError):
            return _Laplace(hyper, start, known(start), _NO_EVIDENCE)
        self._positions.append(position)
        self._modes.append(mode)
        volume = self._size + prior.log_size - size
        evidence = found.value + volume / 2 + _log_prior(position, problem.reach)
        return _Laplace(hyper, mode, found, evidence)

    def _nearest(self, position: Floats) -> Floats:
        """The mode (p,) at the nearest hyperparameters so far; at first where the search begins."""
        if not self._positions:
            return self._modes[0]
        off = np.abs(np.array(self._positions) - position).sum(axis=1)
        return self._modes[1 + int(off.argmin())]

    def variances(self, found: _Laplace) -> tuple[Floats, Floats, Floats]:
        """Of the coefficients (2, p), then of areas the logs of their rates over the mean (areas,)
        and the variances of these (2, areas): the model's, and those of the sandwich, in which the
        prior is one cluster.

        With H the precision and D what the scores' squares are more than the curvature, the
        sandwich is H^-1 (H + D) H^-1, of which only the diagonal is needed.
        """
        problem, kinds = self.problem, self.problem.design.kinds
        squares = cell_squares(
            problem.groups, self._log_rate(found.mode), found.hyper.frailty, found.hyper.reach_days
        )
        more = problem.design.gram(squares) - found.known.likelihood
        inverse = found.known.posterior().solve
        first, size = problem.design.fixed, found.mode.size
        effect = found.mode[first:] + problem.census @ found.mode[kinds:first]
        logs, part = over_mean(effect, problem.share)
        fixed = inverse(np.eye(size, first))
        mean = inverse(np.concatenate([np.zeros(kinds), part @ problem.census, part])[:, None])

        def both(columns: Floats, own: Floats) -> Floats:
            return np.array([own, own + more.quadratic(columns)])

        coefficients, rates = [both(fixed, fixed.diagonal())], []
        for areas in np.array_split(np.arange(first, size), -(-(size - first) // _AT_ONCE)):
            census = problem.census[areas - first]
            columns = inverse(np.eye(size, areas.size, -int(areas[0])))
            coefficients.append(both(columns, columns[areas].diagonal()))
            columns += fixed[:, kinds:] @ census.T - mean
            own = columns[areas].diagonal() + (census * columns[kinds:first].T).sum(axis=1)
            off = part @ columns[first:] + (part @ problem.census) @ columns[kinds:first]
            rates.append(both(columns, own - off))
        return np.hstack(coefficients), logs, np.hstack(rates)

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
