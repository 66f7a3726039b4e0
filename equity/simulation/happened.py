"""What happens in a simulated city, whether or not anybody reports it."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from equity.rates.events import Codes, Floats
from equity.rates.neighbourhood import neighbourhood
from equity.simulation.scenario import Category, City, Scenario

_ALMOST_NEVER = 1e-300  # a rate that frailty has brought to nothing


class Luck(IntEnum):
    """Streams of chance beside the main one: what uses one changes nothing in the others."""

    AREAS = 1
    NEVER_AGAIN = 2
    STAFF = 3
    TURNED_AWAY = 4
    RECORDS = 5
    SWEEPS = 6
    OUTCOMES = 7
    COPIES = 8
    MERGES = 9

    def of(self, seed: int) -> np.random.Generator:
        """This stream of a run."""
        return np.random.default_rng([seed, self])


@dataclass(frozen=True, slots=True, eq=False)
class Incidents:
    """One entry for each problem there was; times in days.

    `rate` is reports a day while it exists, `delay` how long after birth the first report would
    come if it existed for ever.
    """

    area: Codes
    category: Codes
    rate: Floats
    born: Floats
    life: Floats
    delay: Floats

    @property
    def gone(self) -> Floats:
        """When it vanishes by itself."""
        return self.born + self.life


def area_log_rates(
    rng: np.random.Generator,
    city: City,
    scenario: Scenario,
    seed: int,
    neighbours: Codes | None,
) -> Floats:
    """(areas,) log of an area's reporting rate over that of a middling one with open channels."""
    noise = rng.normal(0.0, 1.0, len(city.areas))
    if scenario.rate_structure:
        around = neighbourhood(noise.size, neighbours)
        luck = Luck.AREAS.of(seed).normal(0.0, 1.0, noise.size)
        structured = around.structured() @ luck
        share = scenario.rate_structure
        noise = np.sqrt(1 - share) * noise + np.sqrt(share) * structured
    shares = city.channel_shares
    open_part = (shares * np.array(scenario.channel_rates)).sum(axis=1) / shares.sum(axis=1)
    explained = city.covariates @ np.array(scenario.rate_effects)
    return np.asarray(explained + noise * scenario.rate_spread + np.log(open_part))


def incidents(
    rng: np.random.Generator,
    city: City,
    categories: tuple[Category, ...],
    scenario: Scenario,
    log_rate: Floats,
) -> Incidents:
    """All problems of the window; need follows population and falls with income."""
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
    return Incidents(
        area=area,
        category=category,
        rate=rate,
        born=rng.uniform(0.0, scenario.window_days, size),
        life=rng.exponential(life, size) if life else np.full(size, np.inf),
        delay=rng.exponential(1.0, size) / np.maximum(rate, _ALMOST_NEVER),
    )
