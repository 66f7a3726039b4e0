"""Whether an estimator finds again what the simulator hid: the acceptance test of the method.

Every scenario is run with many seeds; the figures are means over the seeds and the rules are
fixed beforehand.
"""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from statistics import NormalDist

import numpy as np

from equity.measures.fractional_rank import fractional_rank
from equity.rates.events import Codes, Floats, ObservationRule, Observations, observe
from equity.rates.hidden_stock import hidden_stock
from equity.simulation.estimators import BEGAN_AT, COVARIATES, Estimator, Recovered
from equity.simulation.event_log import EventLog
from equity.simulation.recovery_scenarios import NamedScenario, categories_for
from equity.simulation.scenario import Category, City
from equity.simulation.simulate import Truth, simulate

_HALF_WIDTH = NormalDist().inv_cdf(0.95)  # of a 90 % interval, in standard errors
_NO_DIFFERENCE = 1e-9
_WELL_COVERED = {"1", "5", "6", "7", "8"}
_HARD_TO_COVER = {"2", "3", "4", "9"}
_WITHOUT_RULE = {"8b"}
_OPEN_RECORD = {"2", "3", "4", "8b"}


@dataclass(frozen=True, slots=True)
class Scores:
    """How one run was recovered, or the mean over runs; NaN where it has no meaning.

    `reported` is the part of the incidents that somebody reported, `told` that of the areas with
    an estimate. `coverage` is that of the areas' 90 % intervals, `slope` of the regression of
    estimated on true log rates, `rmse` of the estimates; `flagged` is the part of all areas whose
    interval leaves the mean out. `bias_seniors` and `bias_income` are of the effects, of whose
    intervals `effects_covered` covers; `level` is the estimated over the true mean rate. `stock`,
    `per_head` and `reports` are rank correlations over the areas with the true hidden stock: of
    the estimated one, of reports for each resident, and of plain reports.
    """

    incidents: float
    reported: float
    told: float
    coverage: float
    slope: float
    rmse: float
    flagged: float
    bias_seniors: float
    bias_income: float
    effects_covered: float
    level: float
    stock: float
    per_head: float
    reports: float


@dataclass(frozen=True, slots=True)
class Check:
    """A rule: the figure called `name` lies between `least` and `most`."""

    name: str
    figure: float
    least: float
    most: float

    @property
    def is_passed(self) -> bool:
        """NaN passes nothing."""
        return self.least <= self.figure <= self.most


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """Mean scores, their standard errors over the seeds, and the rules.

    `records` are what nobody has reached so far; they decide nothing.
    """

    named: NamedScenario
    seeds: int
    mean: Scores
    error: Scores
    checks: tuple[Check, ...]
    records: tuple[Check, ...]

    @property
    def is_passed(self) -> bool:
        """Whether every rule holds."""
        return all(check.is_passed for check in self.checks)


def recover(
    estimator: Estimator,
    city: City,
    neighbours: Codes,
    scenarios: Iterable[NamedScenario],
    seeds: int,
) -> Iterator[ScenarioResult]:
    """Each scenario in turn, over the seeds 1 to `seeds`."""
    for named in scenarios:
        runs = np.array(
            [
                astuple(_recovered_once(estimator, city, neighbours, named, seed))
                for seed in range(1, seeds + 1)
            ]
        )
        mean = Scores(*runs.mean(axis=0).tolist())
        spread = runs.std(axis=0, ddof=1) if seeds > 1 else np.full(len(fields(Scores)), np.nan)
        yield ScenarioResult(
            named=named,
            seeds=seeds,
            mean=mean,
            error=Scores(*(spread / np.sqrt(seeds)).tolist()),
            checks=_checks(named.key, mean),
            records=_records(named.key, mean),
        )


def _recovered_once(
    estimator: Estimator, city: City, neighbours: Codes, named: NamedScenario, seed: int
) -> Scores:
    """One run."""
    categories = categories_for(city, named)
    log, truth = simulate(city, categories, named.scenario, seed, neighbours)
    recovered = estimator(log, city, neighbours)
    return _scores(named, city, categories, log, truth, recovered)


def _scores(
    named: NamedScenario,
    city: City,
    categories: tuple[Category, ...],
    log: EventLog,
    truth: Truth,
    found: Recovered,
) -> Scores:
    true = truth.log_rate - np.log(np.exp(truth.log_rate) @ found.weight / found.weight.sum())
    is_told = np.isfinite(found.log_rate)
    told = int(is_told.sum())
    error = (found.log_rate - true)[is_told]
    is_covered = (found.low <= true) & (true <= found.high)
    is_flagged = (found.low > 0) | (found.high < 0)
    effects = np.array(named.scenario.rate_effects)[:COVARIATES]
    bias = found.coefficients - effects
    seen = observe(log.requests(BEGAN_AT), ObservationRule())
    base = np.array([category.rate for category in categories])
    rates = base[seen.category] * np.exp(truth.log_rate[seen.area])
    reports = np.bincount(log.area[log.is_report], minlength=true.size)
    reported = float(truth.reported.sum())
    return Scores(
        incidents=reported,
        reported=reported / float(truth.incidents.sum()),
        told=told / true.size,
        coverage=float(is_covered[is_told].mean()) if told else np.nan,
        slope=_slope(true[is_told], found.log_rate[is_told]),
        rmse=float(np.sqrt((error**2).mean())) if told else np.nan,
        flagged=float(is_flagged.mean()),
        bias_seniors=float(bias[0]),
        bias_income=float(bias[1]),
        effects_covered=float((np.abs(bias) <= _HALF_WIDTH * found.errors).mean()),
        level=found.level / float(rates @ seen.exposure_days / seen.exposure_days.sum()),
        stock=_rank_correlation(_estimated_stock(log, seen, found.log_rate), truth.hidden_stock),
        per_head=_rank_correlation(reports / city.population, truth.hidden_stock),
        reports=_rank_correlation(reports, truth.hidden_stock),
    )


def _slope(true: Floats, estimate: Floats) -> float:
    """Of the regression of estimate on truth."""
    off = true - true.mean() if true.size else true
    square = off @ off
    return float(off @ estimate / square) if square > _NO_DIFFERENCE else np.nan


def _rank_correlation(one: Floats | Codes, other: Floats | Codes) -> float:
    """Spearman's; NaN where one of them is the same everywhere."""
    alike = np.ones(one.size)
    left, right = (fractional_rank(values.astype(float), alike) - 0.5 for values in (one, other))
    size = np.sqrt((left @ left) * (right @ right))
    return float(left @ right / size) if size > _NO_DIFFERENCE else np.nan


def _estimated_stock(log: EventLog, seen: Observations, log_rate: Floats) -> Floats:
    """(areas,) from the log and relative rates; where these cannot tell, that of the mean."""
    areas, categories = len(log.areas), len(log.categories)
    relative = np.exp(np.where(np.isnan(log_rate), 0.0, log_rate))
    watched = np.bincount(seen.category, relative[seen.area] * seen.exposure_days, categories)
    further = np.bincount(seen.category, seen.duplicates, categories)
    _, first = np.unique(log.incident[log.is_report], return_index=True)
    cell = (log.area * categories + log.category)[log.is_report][first]
    reported = np.bincount(cell, minlength=areas * categories).reshape(areas, categories)
    return hidden_stock(
        reported / log.window_days, np.outer(relative, (further + 0.5) / (watched + 1.0))
    )


def _checks(key: str, mean: Scores) -> tuple[Check, ...]:
    """The rules of a scenario; with no disparity all that matters is that none is seen."""
    if key == "none":
        return (Check("flagged", mean.flagged, 0.0, 0.05),)
    checks = [Check("stock", mean.stock, mean.per_head, 1.0)]
    if key in _WELL_COVERED:
        checks.append(Check("coverage", mean.coverage, 0.85, 0.95))
    if key in _HARD_TO_COVER:
        checks.append(Check("coverage", mean.coverage, 0.8, 1.0))
    if key not in _WITHOUT_RULE:
        checks += [
            Check("slope", mean.slope, 0.8, 1.1),
            Check("bias_seniors", mean.bias_seniors, -0.05, 0.05),
            Check("bias_income", mean.bias_income, -0.05, 0.05),
        ]
    return tuple(checks)


def _records(key: str, mean: Scores) -> tuple[Check, ...]:
    if key not in _OPEN_RECORD:
        return ()
    return (Check("coverage", mean.coverage, 0.88, 1.0), Check("slope", mean.slope, 0.9, 1.1))
