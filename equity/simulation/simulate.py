"""A city whose true reporting rates are known, to see what an estimator makes of its event log.

The generative model is that of `equity.rates.events`, with the ways in which a real city departs
from it (`equity.simulation.scenario.Scenario`): need that runs against reporting, neighbours that
are alike, incidents that differ unseen, problems that vanish by themselves, a burst of reports
after the first, an app that shows what is already reported, people who call again, links that are
missed or false, service that is faster in richer areas or hastened by reports, crews and sweeps
that see for themselves. The log is what the city sees; the truth is kept apart.
"""

from dataclasses import dataclass

import numpy as np

from equity.rates.events import Codes, Floats
from equity.simulation.city_response import Kind, Response, respond
from equity.simulation.event_log import EventLog
from equity.simulation.happened import Incidents, area_log_rates, incidents
from equity.simulation.record_keeping import write_log
from equity.simulation.scenario import CHANNELS, Category, City, Scenario

__all__ = ["CHANNELS", "Category", "City", "EventLog", "Scenario", "Truth", "simulate"]

REPORTED_WITHIN_DAYS = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What nobody sees. `incidents` (areas, categories); the rest (areas,), NaN without incident.

    `reported` counts the incidents that residents reported, however they were linked.
    `log_rate` is the area's effect on the log reporting rate. `reported_share` is the probability
    of a report within 30 days and before the problem vanishes; `delay_days` the mean time a first
    report would take; `hidden_stock` what exists when the window ends and nobody has noted.
    """

    incidents: Codes
    reported: Codes
    log_rate: Floats
    reported_share: Floats
    delay_days: Floats
    hidden_stock: Codes


def simulate(
    city: City,
    categories: tuple[Category, ...],
    scenario: Scenario,
    seed: int,
    neighbours: Codes | None = None,
) -> tuple[EventLog, Truth]:
    """One run of the city; the same arguments give the same run.

    `neighbours` (pairs, 2) are positions of areas that share a border; without them
    `rate_structure` has nothing to go over, and areas differ independently.
    """
    rng = np.random.default_rng(seed)
    log_rate = area_log_rates(rng, city, scenario, seed, neighbours)
    happened = incidents(rng, city, categories, scenario, log_rate)
    response = respond(rng, city, scenario, happened, seed)
    log = write_log(rng, city, categories, scenario, happened, response, seed)
    return log, _truth(happened, response, log_rate, len(categories), scenario.window_days)


def _truth(
    happened: Incidents, response: Response, log_rate: Floats, categories: int, window_days: float
) -> Truth:
    areas = log_rate.size
    cell = happened.area * categories + happened.category
    counts = np.bincount(cell, minlength=areas * categories).reshape(areas, categories)
    total = counts.sum(axis=1)
    reach = np.minimum(REPORTED_WITHIN_DAYS, happened.life)
    share = -np.expm1(-happened.rate * reach)
    is_reported = np.zeros(happened.area.size, bool)
    is_reported[response.rows.owner[response.rows.kind == Kind.FIRST]] = True
    is_hidden = happened.gone > window_days
    is_hidden[response.rows.owner] = False

    def mean(values: Floats) -> Floats:
        summed = np.bincount(happened.area, values, areas)
        return np.where(total > 0, summed / np.maximum(total, 1), np.nan)

    return Truth(
        incidents=counts,
        reported=np.bincount(happened.area[is_reported], minlength=areas),
        log_rate=log_rate,
        reported_share=mean(share),
        delay_days=mean(happened.delay),
        hidden_stock=np.bincount(happened.area[is_hidden], minlength=areas),
    )
