"""Which lever closes how much of the gap at which load, tried in a made-up city."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equity.errors import EquityError
from equity.levers.policy import Order, Outcome, Policy, run_policy
from equity.levers.policy_city import (
    PolicyCity,
    Problems,
    problems_of,
    town_of_fifths,
    town_of_three_to_one,
)
from equity.rates.events import Floats, Mask

AREAS = 77
PROBLEMS_PER_DAY = 40.0
HORIZON_DAYS = 365
"""Waiting is followed for a year and counted as a year where it lasts longer."""
WARM_UP_DAYS, WATCHED_DAYS = 180, 180
QUIET_AREAS, QUIET_LIFE_DAYS = 20, 40.0

BASE = Policy("severity then age")
POLICIES = (
    BASE,
    Policy("weights inside bands", Order.WEIGHTS),
    Policy("inverse propensity over everything", Order.INVERSE),
    Policy("10 % sweeps at random", sweep_share=0.1, is_targeted=False),
    Policy("10 % targeted sweeps", sweep_share=0.1),
    Policy("10 % targeted sweeps, noisy rates", sweep_share=0.1, rate_noise=0.5),
    Policy("18 % targeted sweeps", sweep_share=0.18),
    Policy("outreach", has_outreach=True),
)
QUIET_POLICIES = (
    Policy("raw counts", Order.COUNTS),
    BASE,
    Policy("20 % targeted sweeps", sweep_share=0.2),
    Policy("outreach", has_outreach=True),
    Policy("20 % targeted sweeps and outreach", sweep_share=0.2, has_outreach=True),
)


@dataclass(frozen=True, slots=True)
class Trial:
    """Days from arising to fixing, means over runs, cut at `HORIZON_DAYS`.

    `low_income` and `high_income` are of the poorest and richest fifth of the areas, `ratio` one
    over the other; `gap_closed` is 1 - (ratio - 1) / (ratio of `BASE` - 1).
    """

    load: float
    policy: str
    mean: float
    low_income: float
    high_income: float
    ratio: float
    hazard_mean: float
    gap_closed: float


@dataclass(frozen=True, slots=True)
class QuietTrial:
    """Where half of the city reports a third as readily: the part of that half in all problems
    and in those inspected, and the days until a hazard that is inspected is."""

    policy: str
    true_share: float
    inspected_share: float
    hazard_days: float


def trials(
    load: float,
    seeds: Sequence[int],
    days: int = WATCHED_DAYS,
    policies: Sequence[Policy] = POLICIES,
) -> tuple[Trial, ...]:
    """Each policy at one load, problems arising over problems that can be fixed.

    `BASE` is the first of `policies`. Raises EquityError `trial-impossible`.
    """
    _check(load, seeds)
    length = WARM_UP_DAYS + days + HORIZON_DAYS
    towns = [town_of_fifths(AREAS, seed) for seed in seeds]
    happened = [problems_of(town, PROBLEMS_PER_DAY, length, seed)
                for town, seed in zip(towns, seeds, strict=True)]  # fmt: skip

    def figures(policy: Policy) -> Floats:
        rows = [
            _waits(town, problems, days, run_policy(
                town, problems, policy, PROBLEMS_PER_DAY / load, length, seed))
            for town, problems, seed in zip(towns, happened, seeds, strict=True)
        ]  # fmt: skip
        return np.asarray(np.mean(rows, axis=0))

    found = [figures(policy).tolist() for policy in policies]
    base = found[0][1] / found[0][2] - 1
    return tuple(
        Trial(load, policy.name, mean, low, high, low / high, hazard, 1 - (low / high - 1) / base)
        for policy, (mean, low, high, hazard) in zip(policies, found, strict=True)
    )


def quiet_trials(
    load: float, seeds: Sequence[int], days: int = WATCHED_DAYS
) -> tuple[QuietTrial, ...]:
    """Each of `QUIET_POLICIES` in the city of three to one; raises `trial-impossible`."""
    _check(load, seeds)
    town = town_of_three_to_one(QUIET_AREAS, QUIET_LIFE_DAYS)
    length = WARM_UP_DAYS + days + WARM_UP_DAYS

    def trial(policy: Policy) -> QuietTrial:
        rows = []
        for seed in seeds:
            problems = problems_of(town, PROBLEMS_PER_DAY, length, seed)
            capacity = PROBLEMS_PER_DAY / load
            outcome = run_policy(town, problems, policy, capacity, length, seed)
            rows.append(_shares(town, problems, _is_watched(problems, days), outcome))
        return QuietTrial(policy.name, *np.mean(rows, axis=0).tolist())

    return tuple(map(trial, QUIET_POLICIES))


def _waits(town: PolicyCity, problems: Problems, days: int, outcome: Outcome) -> list[float]:
    waited = np.minimum(outcome.fixed - problems.born, HORIZON_DAYS)
    rank = np.argsort(np.argsort(town.income))[problems.area] / town.income.size
    is_hazard = np.array([kind.severity_band == 0 for kind in town.kinds])[problems.kind]
    everybody = _is_watched(problems, days)
    return [
        float(waited[everybody & chosen].mean())
        for chosen in (everybody, rank < 0.2, rank >= 0.8, is_hazard)
    ]


def _shares(
    town: PolicyCity, problems: Problems, is_watched: Mask, outcome: Outcome
) -> tuple[float, float, float]:
    is_quiet = town.is_reached_out_to[problems.area]
    is_inspected = is_watched & np.isfinite(outcome.fixed)
    is_hazard = np.array([kind.severity_band == 0 for kind in town.kinds])[problems.kind]
    waited = outcome.fixed[is_inspected & is_hazard] - problems.born[is_inspected & is_hazard]
    return (
        float(is_quiet[is_watched].mean()),
        float(is_quiet[is_inspected].mean()),
        float(waited.mean()),
    )


def _is_watched(problems: Problems, days: int) -> Mask:
    return np.asarray(
        (problems.born >= WARM_UP_DAYS) & (problems.born < WARM_UP_DAYS + days), dtype=np.bool_
    )


def _check(load: float, seeds: Sequence[int]) -> None:
    if not (0 < load < 10 and seeds and min(seeds) >= 0):
        raise EquityError("trial-impossible", load=load)
