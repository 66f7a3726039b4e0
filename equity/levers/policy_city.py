"""A made-up city for trying out policies: what happens in it whatever anybody does.

Problems arise at a steady pace, more of them where people are poor; residents report them sooner
where they are rich and young. Every chance is drawn beforehand, so that two policies meet the very
same problems and differ by nothing but themselves.
"""

from dataclasses import dataclass

import numpy as np

from equity.rates.events import Codes, Floats, Mask

STRETCHES_PER_AREA = 24


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its band, its target, its part of all, and how many days it takes on
    average until somebody in an average area reports it."""

    name: str
    severity_band: int
    target_hours: float
    part: float
    report_days: float


KINDS = (
    Kind("hazard", 0, 24.0, 0.12, 10.5),
    Kind("defect", 2, 240.0, 0.44, 32.0),
    Kind("upkeep", 3, 720.0, 0.44, 53.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class PolicyCity:
    """One entry for each area (areas,): part of all problems, log of the reporting rate over the
    city's, income, number of stretches of street, whether outreach goes there.

    `life_days` is the mean time until a problem vanishes by itself, None for never.
    """

    need: Floats
    log_rate: Floats
    income: Floats
    stretches: Codes
    is_reached_out_to: Mask
    kinds: tuple[Kind, ...] = KINDS
    life_days: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Problems:
    """What happens, in order of time (n,): area, kind, day it arises, day it vanishes (infinite if
    never), stretch within the area, and days to the first report in an average area.

    The days to the report divide by the rate of the area.
    """

    area: Codes
    kind: Codes
    born: Floats
    gone: Floats
    stretch: Codes
    unhurried: Floats


def town_of_fifths(areas: int, seed: int) -> PolicyCity:
    """Reporting falls with seniors and rises with income; need falls with income."""
    rng = np.random.default_rng([seed, 1])
    income = _standard(rng.normal(size=areas))
    seniors = _standard(rng.normal(size=areas) - 0.2 * income)
    need = rng.lognormal(0.0, 0.4, areas) * np.exp(-0.3 * income)
    return PolicyCity(
        need=need / need.sum(),
        log_rate=0.29 * income - 0.15 * seniors + rng.normal(0.0, 0.15, areas),
        income=income,
        stretches=np.full(areas, STRETCHES_PER_AREA),
        is_reached_out_to=income <= np.quantile(income, 0.4),
    )


def town_of_three_to_one(areas: int, life_days: float) -> PolicyCity:
    """Defects alike everywhere; the second half of the areas reports a third as readily."""
    is_quiet = np.arange(areas) >= areas // 2
    return PolicyCity(
        need=np.full(areas, 1 / areas),
        log_rate=np.where(is_quiet, -1.0, 1.0) * np.log(3.0) / 2,
        income=np.where(is_quiet, -1.0, 1.0),
        stretches=np.full(areas, STRETCHES_PER_AREA),
        is_reached_out_to=is_quiet,
        life_days=life_days,
    )


def problems_of(city: PolicyCity, per_day: float, days: float, seed: int) -> Problems:
    """All that arises in so many days."""
    rng = np.random.default_rng([seed, 2])
    size = int(rng.poisson(per_day * days))
    area = rng.choice(city.need.size, size, p=city.need)
    parts = np.array([kind.part for kind in city.kinds])
    kind = rng.choice(len(city.kinds), size, p=parts / parts.sum())
    born = np.sort(rng.uniform(0.0, days, size))
    life = rng.exponential(1.0, size) * (city.life_days or np.inf)
    mean = np.array([one.report_days for one in city.kinds])
    return Problems(
        area=area,
        kind=kind,
        born=born,
        gone=born + life,
        stretch=rng.integers(0, city.stretches[area]),
        unhurried=rng.exponential(1.0, size) * mean[kind],
    )


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / values.std())
