"""What a policy does to how long people wait, from the day a problem arises to the day it is fixed.

Day by day problems arise, are reported or found by a sweep, join the queue of
`equity.levers.queue_order` and are worked off. Capacity is counted in problems fixed a day; a sweep
of one stretch of street costs as much. Sweeps follow `equity.levers.sweep_need`, weights
`equity.levers.weights` held back by `equity.levers.weight_fallback`: the code that a city runs.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from equity.levers.policy_city import PolicyCity, Problems
from equity.levers.queue_order import OpenReports, queue_order, report_weights
from equity.levers.sweep_need import SweptArea, sweep_needs
from equity.levers.sweep_plan import RANDOM_SHARE
from equity.levers.weight_fallback import held_weights
from equity.levers.weights import area_weights
from equity.rates.events import Codes, Floats
from equity.rates.reporting_rate import AreaRate, Grade

FINDS = 0.9
"""Share of what lies hidden on a stretch that a sweep finds."""
OUTREACH = 1.5
"""How much more readily people report where outreach was: half as much again."""
RENEWED_DAYS = 30
"""How often the shares of the sweep plan are computed anew, from as many days of first reports."""

_BEGAN = np.datetime64("2026-01-01", "us")
_DAY = 86_400_000_000
_WIDTH = 1.2  # of a rate's interval, either way: grade A


class Order(StrEnum):
    """How the queue is ordered."""

    SEVERITY = "severity band, then waiting over target"
    WEIGHTS = "the same, with weights inside bands"
    INVERSE = "waiting over the reporting rate, bands ignored"
    COUNTS = "number of reports"


@dataclass(frozen=True, slots=True)
class Policy:
    """`sweep_share` of the capacity looks for what is hidden, at random all over or where the plan
    says so; `rate_noise` is the standard deviation of the log rates' error in that plan."""

    name: str
    order: Order = Order.SEVERITY
    sweep_share: float = 0.0
    is_targeted: bool = True
    rate_noise: float = 0.0
    has_outreach: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """(n,) the day each problem was known, by a report or a sweep, and the day it was fixed;
    infinite where it was not."""

    known: Floats
    fixed: Floats


def run_policy(
    city: PolicyCity, problems: Problems, policy: Policy, capacity: float, days: int, seed: int
) -> Outcome:
    """The policy over so many days; `capacity` is problems fixed a day."""
    return _Run(city, problems, policy, capacity, seed).over(days)


class _Run:
    def __init__(
        self, city: PolicyCity, problems: Problems, policy: Policy, capacity: float, seed: int
    ) -> None:
        self.city, self.problems, self.policy, self.capacity = city, problems, policy, capacity
        self.rng = np.random.default_rng([seed, 3])
        rate = np.exp(city.log_rate)
        self.relative = rate / (rate * city.need).sum()
        if policy.has_outreach:
            rate = rate * np.where(city.is_reached_out_to, OUTREACH, 1.0)
        self.reported = problems.born + problems.unhurried / rate[problems.area]
        mean_days = np.array([kind.report_days for kind in city.kinds])
        self.repeats_per_day = rate[problems.area] / mean_days[problems.kind]
        self.known = np.full(problems.born.size, np.inf)
        self.fixed = np.full(problems.born.size, np.inf)
        self.counts = np.ones(problems.born.size)
        self.ids = np.array([f"{number:07d}" for number in range(problems.born.size)])
        noise = self.rng.normal(0.0, policy.rate_noise, rate.size)
        self.rates = [
            AreaRate(str(area), Grade.A, 99, 99, 99.0, told, told / _WIDTH, told * _WIDTH)
            for area, told in enumerate((self.relative * np.exp(noise)).tolist())
        ]
        self.weights = np.array([one.weight for one in area_weights(self.rates, gain=1.0)])
        self.share = city.stretches / city.stretches.sum()
        self.first_stretch = np.cumsum(city.stretches) - city.stretches
        self.owed, self.next_stretch = np.zeros(rate.size), np.zeros(rate.size, np.intp)

    def over(self, days: int) -> Outcome:
        band = np.array([kind.severity_band for kind in self.city.kinds])[self.problems.kind]
        target = np.array([kind.target_hours for kind in self.city.kinds])[self.problems.kind]
        sweeps = self.policy.sweep_share * self.capacity
        swept, served = 0.0, 0.0
        for day in range(1, days + 1):
            # All that arose up to now; the rest of the columns is the future.
            now = int(np.searchsorted(self.problems.born, day))
            is_hidden = np.isinf(self.known[:now]) & (
                self.problems.gone[:now] > self.reported[:now]
            )
            told = np.flatnonzero(is_hidden & (self.reported[:now] <= day))
            self.known[told] = self.reported[told]
            if sweeps:
                if day % RENEWED_DAYS == 0:
                    self._renew(day)
                swept += sweeps
                self._sweep(int(swept), now, day)
                swept -= int(swept)
            # What was not used by an empty queue is not saved up.
            served = min(served, 1.0) + self.capacity - sweeps
            waiting = np.flatnonzero(
                np.isfinite(self.known[:now])
                & np.isinf(self.fixed[:now])
                & (self.problems.gone[:now] > day)
            )
            done = self._in_order(waiting, band[waiting], target[waiting], day)[: int(served)]
            self.fixed[waiting[done]] = day
            served -= done.size
        return Outcome(self.known, self.fixed)

    def _in_order(self, waiting: Codes, band: Codes, target: Floats, day: int) -> Codes:
        now = _BEGAN + np.timedelta64(day * _DAY, "us")
        area = self.problems.area[waiting]
        if self.policy.order is Order.COUNTS:
            self.counts[waiting] += self.rng.poisson(self.repeats_per_day[waiting])
            return np.lexsort((waiting, self.known[waiting], -self.counts[waiting]))
        if self.policy.order is Order.INVERSE:
            return np.lexsort((waiting, -(day - self.known[waiting]) / self.relative[area]))
        reports = OpenReports(
            report_ids=self.ids[waiting],
            opened_at=_BEGAN + (self.known[waiting] * _DAY).astype("timedelta64[us]"),
            severity_band=band,
            target_hours=target,
            area=area,
        )
        if self.policy.order is Order.WEIGHTS:
            weights = report_weights(reports, self.weights)
            return held_weights(reports, now, weights, self.capacity).order
        return queue_order(reports, now, np.ones(waiting.size))

    def _renew(self, day: int) -> None:
        """The plan's shares, from residents' reports of the last days and the rates as known."""
        is_recent = (self.reported <= day) & (self.reported > day - RENEWED_DAYS)
        is_first = is_recent & (self.known == self.reported)
        flow = np.bincount(self.problems.area[is_first], minlength=self.share.size) / RENEWED_DAYS
        areas = [
            SweptArea(float(first), float(stretches), rate)
            for first, stretches, rate in zip(flow, self.city.stretches, self.rates, strict=True)
        ]
        self.share = np.array([need.share for need in sweep_needs(areas)])

    def _sweep(self, count: int, now: int, day: int) -> None:
        """Go along so many stretches and find most of what is there."""
        at_random = count
        if self.policy.is_targeted:
            at_random = int(self.rng.binomial(count, RANDOM_SHARE))
            self.owed += self.share * (count - at_random)
        stretches = self.city.stretches
        places = set(self.rng.choice(int(stretches.sum()), at_random, replace=False).tolist())
        for area in np.flatnonzero(self.owed >= 1).tolist():
            while self.owed[area] >= 1:
                self.owed[area] -= 1
                self.next_stretch[area] = (self.next_stretch[area] + 1) % stretches[area]
                places.add(int(self.first_stretch[area] + self.next_stretch[area]))
        if not places:
            return
        hidden = np.flatnonzero(np.isinf(self.known[:now]) & (self.problems.gone[:now] > day))
        here = self.first_stretch[self.problems.area[hidden]] + self.problems.stretch[hidden]
        found = hidden[np.isin(here, list(places))]
        found = found[self.rng.random(found.size) < FINDS]
        self.known[found] = day
