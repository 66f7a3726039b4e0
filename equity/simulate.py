"""A city whose true reporting rates are known, to see what an estimator makes of its event log.

The generative model is that of `equity.events`, with the ways in which a real city departs from
it: need that runs against reporting, incidents that differ unseen (gamma frailty), problems that
vanish by themselves, a burst of reports after the first, an app that shows what is already
reported, people who call again, and service that is faster in richer areas. The log is what the
city sees; the truth is kept apart.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equity.events import Codes, Floats, Mask, Requests

CHANNELS = ("app", "web", "phone", "counter")
REPORTED_WITHIN_DAYS = 30.0

_BURST_DAYS = 0.5
_SERVICE_SHAPE = 1.5
_ALMOST_NEVER = 1e-300  # a rate that frailty has brought to nothing


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """Areas, one entry each: residents, share of seniors, log income, share without smartphone."""

    areas: tuple[str, ...]
    population: Floats
    senior_share: Floats
    log_income: Floats
    no_smartphone_share: Floats

    @property
    def covariates(self) -> Floats:
        """(areas, 3) in standard deviations: seniors, log income, no smartphone."""
        raw = np.column_stack([self.senior_share, self.log_income, self.no_smartphone_share])
        deviation = raw.std(axis=0)
        return np.asarray((raw - raw.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0))


@dataclass(frozen=True, slots=True)
class Category:
    """`need` is incidents a year for 1,000 residents, `rate` reports a day of one of them."""

    name: str
    need: float
    rate: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """How the city behaves; the defaults are the ideal of a constant rate and endless problems.

    Effects are per standard deviation over the areas. `frailty_shape` k draws each incident's own
    factor from Gamma(k, mean 1); `life_days` is the mean natural life. `rate_effects` are seniors,
    log income, no smartphone; `rate_spread` is the standard deviation of what they leave open.
    Service: `inspection_days` after the first report on average, times exp(-`inspection_income` x
    income); closing follows `closing_days` later. After the first report the rate is multiplied by
    `damping` and by 1 + `burst` exp(-t / half a day); for every further report the first reporter
    calls `repeat_calls` times again.
    """

    window_days: float = 365.0
    rate_effects: tuple[float, float, float] = (-0.15, 0.25, 0.0)
    rate_spread: float = 0.25
    need_income: float = 0.3
    frailty_shape: float | None = None
    life_days: float | None = None
    inspection_days: float = 14.0
    inspection_income: float = 0.0
    closing_days: float = 7.0
    burst: float = 0.0
    damping: float = 1.0
    repeat_calls: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class EventLog:
    """What the city sees: requests in order of time, inspections and closings by incident.

    Times are days since the window began. `inspected_at` and `closed_at` have one entry for each
    reported incident, NaN where it did not happen in the window.
    """

    areas: tuple[str, ...]
    categories: tuple[str, ...]
    incident: Codes
    area: Codes
    category: Codes
    at: Floats
    channel: Codes
    reporter: Codes
    inspected_at: Floats
    closed_at: Floats
    window_days: float

    def requests(self, began_at: np.datetime64, covariates: Floats | None = None) -> Requests:
        """The log as request rows; `covariates` (areas, p) go to every row of an area."""
        until = np.column_stack([self.inspected_at, self.closed_at])[self.incident]
        columns = np.empty((len(self.areas), 0)) if covariates is None else covariates
        return Requests(
            incident=self.incident,
            request=np.arange(self.at.size),
            at=began_at + _durations(self.at),
            area=self.area,
            category=self.category,
            areas=self.areas,
            categories=self.categories,
            until=began_at + _durations(until),
            covariates=columns[self.area],
            covariate_names=tuple(f"x{column}" for column in range(columns.shape[1])),
            reporter=self.reporter,
            is_report=np.ones(self.at.size, bool),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What nobody sees. `incidents` (areas, categories); the rest (areas,), NaN without incident.

    `log_rate` is the area's effect on the log reporting rate. `reported_share` is the probability
    of a report within 30 days and before the problem vanishes; `delay_days` the mean time a first
    report would take; `hidden_stock` what exists unreported when the window ends.
    """

    incidents: Codes
    log_rate: Floats
    reported_share: Floats
    delay_days: Floats
    hidden_stock: Codes


@dataclass(frozen=True, slots=True, eq=False)
class _Incidents:
    """Everything that happened, reported or not; times in days."""

    area: Codes
    category: Codes
    rate: Floats
    born: Floats
    life: Floats
    delay: Floats

    def is_reported(self, window_days: float) -> Mask:
        return (self.delay < self.life) & (self.born + self.delay < window_days)


def simulate(
    city: City, categories: tuple[Category, ...], scenario: Scenario, seed: int
) -> tuple[EventLog, Truth]:
    """One run of the city; the same arguments give the same run."""
    rng = np.random.default_rng(seed)
    x = city.covariates
    noise = rng.normal(0.0, 1.0, len(city.areas)) * scenario.rate_spread
    log_rate = x @ np.array(scenario.rate_effects) + noise
    incidents = _incidents(rng, city, categories, scenario, log_rate)
    log = _event_log(rng, city, categories, scenario, incidents)
    return log, _truth(incidents, log_rate, len(categories), scenario.window_days)


def _incidents(
    rng: np.random.Generator,
    city: City,
    categories: tuple[Category, ...],
    scenario: Scenario,
    log_rate: Floats,
) -> _Incidents:
    need = np.array([category.need for category in categories]) * scenario.window_days / 365.0
    poverty = np.exp(-scenario.need_income * city.covariates[:, 1])
    counts = rng.poisson(np.outer(city.population / 1000.0 * poverty, need))
    area, category = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), len(categories))
    size = area.size
    k = scenario.frailty_shape
    frailty = rng.gamma(k, 1 / k, size) if k else np.ones(size)
    base = np.array([category.rate for category in categories])
    rate = base[category] * np.exp(log_rate[area]) * frailty
    life = scenario.life_days
    return _Incidents(
        area=area,
        category=category,
        rate=rate,
        born=rng.uniform(0.0, scenario.window_days, size),
        life=rng.exponential(life, size) if life else np.full(size, np.inf),
        delay=rng.exponential(1.0, size) / np.maximum(rate, _ALMOST_NEVER),
    )


def _event_log(
    rng: np.random.Generator,
    city: City,
    categories: tuple[Category, ...],
    scenario: Scenario,
    happened: _Incidents,
) -> EventLog:
    seen = np.flatnonzero(happened.is_reported(scenario.window_days))
    area, first = happened.area[seen], happened.born[seen] + happened.delay[seen]
    pace = np.exp(-scenario.inspection_income * city.covariates[area, 1])
    inspected = first + _service(rng, scenario.inspection_days * pace)
    closed = inspected + _service(rng, np.full(seen.size, scenario.closing_days))
    gone = happened.born[seen] + happened.life[seen]
    open_days = np.minimum(np.minimum(closed, gone), scenario.window_days) - first

    owner, after, is_again = _further_reports(rng, scenario, happened.rate[seen], open_days)
    fresh = seen.size + np.arange(owner.size)
    incident = np.concatenate([np.arange(seen.size), owner])
    at = np.concatenate([first, first[owner] + after])
    reporter = np.concatenate([np.arange(seen.size), np.where(is_again, owner, fresh)])
    order = np.argsort(at, kind="stable")
    incident = incident[order]
    return EventLog(
        areas=city.areas,
        categories=tuple(category.name for category in categories),
        incident=incident,
        area=area[incident],
        category=happened.category[seen][incident],
        at=at[order],
        channel=_channels(rng, city, area[incident]),
        reporter=reporter[order],
        inspected_at=np.where(inspected < scenario.window_days, inspected, np.nan),
        closed_at=np.where(closed < scenario.window_days, closed, np.nan),
        window_days=scenario.window_days,
    )


def _further_reports(
    rng: np.random.Generator, scenario: Scenario, rate: Floats, open_days: Floats
) -> tuple[Codes, Floats, Mask]:
    """Owner, days after the first report, and whether the first reporter called again.

    The rate is a constant and an exponential part, each drawn by its integral and inverted.
    """
    decayed = -np.expm1(-open_days / _BURST_DAYS)
    steady = scenario.damping * rate * open_days
    burst = scenario.damping * rate * scenario.burst * _BURST_DAYS * decayed
    again = scenario.repeat_calls * (steady + burst)
    incidents = np.arange(rate.size)
    owners = [np.repeat(incidents, rng.poisson(mean)) for mean in (steady, burst, again)]
    steady_owner, burst_owner, again_owner = owners
    after = [
        rng.uniform(size=steady_owner.size) * open_days[steady_owner],
        -_BURST_DAYS * np.log1p(-rng.uniform(size=burst_owner.size) * decayed[burst_owner]),
        rng.uniform(size=again_owner.size) * open_days[again_owner],
    ]
    is_again = np.repeat([False, False, True], [owner.size for owner in owners])
    return np.concatenate(owners), np.concatenate(after), is_again


def _service(rng: np.random.Generator, mean_days: Floats) -> Floats:
    return rng.gamma(_SERVICE_SHAPE, mean_days / _SERVICE_SHAPE)


def _channels(rng: np.random.Generator, city: City, area: Codes) -> Codes:
    """Codes into `CHANNELS`: seniors call or come, those with a smartphone use the app."""
    offline = np.clip(0.2 + 0.6 * city.senior_share, 0.0, 1.0)
    app = (1 - offline) * (1 - city.no_smartphone_share)
    web = (1 - offline) * city.no_smartphone_share
    upto = np.column_stack([app, app + web, app + web + 0.85 * offline])[area]
    return np.asarray((rng.uniform(size=(area.size, 1)) > upto).sum(axis=1), dtype=np.intp)


def _truth(happened: _Incidents, log_rate: Floats, categories: int, window_days: float) -> Truth:
    areas = log_rate.size
    cell = happened.area * categories + happened.category
    counts = np.bincount(cell, minlength=areas * categories).reshape(areas, categories)
    total = counts.sum(axis=1)
    reach = np.minimum(REPORTED_WITHIN_DAYS, happened.life)
    share = -np.expm1(-happened.rate * reach)
    is_hidden = (
        (happened.born + happened.life > window_days)
        & (happened.born + happened.delay >= window_days)
    )  # fmt: skip

    def mean(values: Floats) -> Floats:
        summed = np.bincount(happened.area, values, areas)
        return np.where(total > 0, summed / np.maximum(total, 1), np.nan)

    return Truth(
        incidents=counts,
        log_rate=log_rate,
        reported_share=mean(share),
        delay_days=mean(happened.delay),
        hidden_stock=np.bincount(happened.area[is_hidden], minlength=areas),
    )


def _durations(days: Floats) -> NDArray[np.timedelta64]:
    microseconds = np.round(days * 86_400e6)
    known = np.where(np.isnan(days), 0, microseconds).astype("timedelta64[us]")
    return np.where(np.isnan(days), np.timedelta64("NaT"), known)
