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
from scipy.sparse import csr_array, hstack
from scipy.special import expit

from equity.errors import EquityError
from equity.rates.cells import cells_of
from equity.rates.events import Codes, Floats, Observations
from equity.rates.evidence import explore
from equity.rates.neighbourhood import Neighbourhood
from equity.rates.newton import Derivatives, NoMaximum, climb, inverse
from equity.rates.poisson import CountFit, gram
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
    """What is fitted: coefficients are `kinds` kinds, then covariates, then areas.

    `design` (cells, p) and the prior `precision` of all but the areas; log rates are counted from
    `level`, the log of the city's plain rate. `rows` (areas, p) are what makes an area's rate: its
    own coefficient and the covariates that are the area's; `share` (areas,) the weights of the
    mean to which the rates are relative; `area` (cells,) where each cell lies.
    """

    groups: RepeatGroups
    kinds: int
    design: csr_array
    precision: Floats
    level: float
    around: Neighbourhood
    reach: Reach
    rows: Floats
    share: Floats
    area: Codes

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
    `hyper`.

    `effective_duplicates` (areas,) is what the incidents of an area tell of its log rate, in
    duplicates that would all be independent: for these variance is one over their number.
    """

    fit: CountFit
    log_rates: LogRates
    effective_duplicates: Floats
    at_mode: Floats
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
    design = hstack([_one_hot(kind, kinds), csr_array(known), _one_hot(area, areas)], format="csr")
    fixed = kinds + covariates.shape[1]
    precision = np.eye(fixed) / _COVARIATE_SD**2
    precision[:kinds, :kinds] = np.linalg.inv(
        _LEVEL_SD**2 * np.ones((kinds, kinds)) + _KIND_SD**2 * np.eye(kinds)
    )
    days = np.bincount(observations.area, observations.exposure_days, areas)
    return Problem(
        groups=repeat_groups(cell, observations.duplicates, exposure, first.size),
        kinds=kinds,
        design=design,
        precision=precision,
        level=log((observations.duplicates.sum() + 0.5) / exposure.sum()),
        around=around,
        reach=reach,
        rows=np.hstack([np.zeros((areas, kinds)), _of_areas(area, known, areas), np.eye(areas)]),
        share=days / days.sum(),
        area=area,
    )


def posterior(problem: Problem) -> AreaPosterior:
    """Averaged over hyperparameters (see `equity.rates.evidence`).

    Raises EquityError `no-fit`, where Newton's method ends nowhere.
    """
    try:
        return _averaged(problem, _Fit(problem))
    except (NoMaximum, np.linalg.LinAlgError) as error:
        raise EquityError("no-fit", incidents=int(problem.groups.incidents.sum())) from error


def _averaged(problem: Problem, fit: "_Fit") -> AreaPosterior:
    middle = log(problem.reach.median_days)
    wide = 3 * problem.reach.deviation
    start = [log(0.3), 0.0, middle]
    bounds = [(-4.0, 1.0), (-3.5, 6.0), (middle - wide, middle + wide)]
    if problem.around.is_mapped:
        start.append(0.0)
        bounds.append((-5.0, 5.0))
    found = explore(fit.log_evidence, np.array(start), bounds)
    nodes, weights = found.nodes, found.weights
    size, areas = fit.latest.size, len(problem.share)
    modes = np.empty((len(nodes), size))
    means, errors = np.empty((2, len(nodes), areas))
    spread, robust_spread = np.zeros((2, size, size))
    for i, (weight, node) in enumerate(zip(weights, nodes, strict=True)):
        modes[i], covariance, robust = fit.at(node)
        spread += weight * covariance
        robust_spread += weight * robust
        means[i], gradient = log_relative(modes[i], problem.rows, problem.share)
        variances = [((gradient @ each) * gradient).sum(axis=1) for each in (covariance, robust)]
        errors[i] = np.sqrt(np.maximum(*variances))
    mean = weights @ modes
    between = (modes - mean).T @ (weights[:, None] * (modes - mean))
    half = HALF_WIDTH * found.errors
    best, at_mode = fit.terms(found.mode), fit.latest
    level = problem.level * (np.arange(size) < problem.kinds)
    return AreaPosterior(
        CountFit(mean + level, spread + between, robust_spread + between, best.value),
        mixed(weights, means, errors),
        np.asarray(np.bincount(problem.area, best.information, areas), float),
        at_mode + level,
        *(problem.hyper(found.mode + side * half) for side in (0, -1, 1)),
    )


class _Fit:
    """The fit at given hyperparameters, each from where the last one ended."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.latest = np.zeros(problem.design.shape[1])

    def log_evidence(self, position: Floats) -> float:
        """Laplace's, but for a constant."""
        problem, hyper = self.problem, self.problem.hyper(position)
        try:
            found, variances = self._climb(hyper)
        except NoMaximum:
            return _NO_EVIDENCE
        size = np.linalg.slogdet(problem.precision)[1] - np.log(variances).sum()
        volume = size - np.linalg.slogdet(found.information)[1]
        return float(found.value + volume / 2) + _log_prior(position, problem.reach)

    def at(self, position: Floats) -> tuple[Floats, Floats, Floats]:
        """Mode (p,), covariance (p, p) and that of the sandwich, the prior being one cluster."""
        problem, hyper = self.problem, self.problem.hyper(position)
        found, variances = self._climb(hyper)
        covariance = inverse(found.information)
        squares = cell_squares(
            problem.groups, self._log_rate(self.latest), hyper.frailty, hyper.reach_days
        )
        spread = gram(problem.design, squares) + self._prior(variances)
        return self.latest, covariance, covariance @ spread @ covariance

    def terms(self, position: Floats) -> CellTerms:
        """Of the likelihood alone, at the mode."""
        hyper = self.problem.hyper(position)
        self._climb(hyper)
        return self._terms(self.latest, hyper)

    def _climb(self, hyper: Hyper) -> tuple[Derivatives, Floats]:
        problem = self.problem
        variances = problem.around.variances(hyper.deviation, hyper.structured_part)
        prior = self._prior(variances)

        def at(x: Floats) -> Derivatives:
            terms = self._terms(x, hyper)
            return Derivatives(
                float(terms.value - x @ prior @ x / 2),
                problem.design.T @ terms.score - prior @ x,
                gram(problem.design, terms.information) + prior,
            )

        self.latest, found = climb(self.latest, at, _TOLERANCE)
        return found, variances

    def _terms(self, x: Floats, hyper: Hyper) -> CellTerms:
        log_rate = self._log_rate(x)
        return cell_terms(self.problem.groups, log_rate, hyper.frailty, hyper.reach_days)

    def _log_rate(self, x: Floats) -> Floats:
        return np.asarray(self.problem.level + self.problem.design @ x)

    def _prior(self, variances: Floats) -> Floats:
        """Precision (p, p) of all coefficients."""
        directions = self.problem.around.directions
        of_areas = (directions / variances) @ directions.T
        return np.asarray(block_diag(self.problem.precision, of_areas))


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


def _one_hot(codes: Codes, size: int) -> csr_array:
    entries = (np.ones(codes.size), (np.arange(codes.size), codes))
    return csr_array(entries, shape=(codes.size, size))
