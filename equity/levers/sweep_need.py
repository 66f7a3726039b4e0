"""How much lies hidden in each area, and how much of the capacity may go and look for it.

By Little's law what exists unreported is what arises a day times how long it takes to be reported.
Where problems arise at n a day, are first reported at the rate r and vanish by themselves at v,
n / (r + v) are hidden and n r / (r + v) are first reported a day: the hidden stock is the first
reports a day over r, whatever v. Repeated reports tell r only relative to the city; its level comes
from an audit, as the share of problems reported within 30 days. A mean delay is never given out:
with very uneven problems there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, log1p

import numpy as np

from equity.errors import EquityError
from equity.rates.events import Floats
from equity.rates.hidden_stock import hidden_stock
from equity.rates.reporting_rate import AreaRate, Grade

BUSIEST = 0.9
"""Utilisation that sweeps must not exceed: near saturation every hour of looking lengthens the
queue of what is known."""
MOST_SHARE = 0.2
_AUDIT_DAYS = 30.0


@dataclass(frozen=True, slots=True)
class SweptArea:
    """What is known of an area: residents' first reports a day, its streets, its rate.

    `mix_delay` is how much longer its kinds of problem wait for a report than the city's do, at
    equal readiness (`mix_delays`).
    """

    first_reports_per_day: float
    street_metres: float
    rate: AreaRate
    mix_delay: float = 1.0


@dataclass(frozen=True, slots=True)
class SweepNeed:
    """`hidden` = first_reports_per_day x mix_delay / (relative_rate x city_rate), for A and B.

    For grades C and S the rate cannot be told, and `hidden` is the city's mean over street length;
    `relative_rate`, `low` and `high` are None then. `city_rate` is 1 where no audit gives the
    level: then only `share`, the part of all that is hidden, means anything.
    """

    area: str
    grade: Grade
    first_reports_per_day: float
    street_metres: float
    mix_delay: float
    relative_rate: float | None
    city_rate: float
    hidden: float
    low: float | None
    high: float | None
    share: float


@dataclass(frozen=True, slots=True)
class SweepShare:
    """`share` = 1 - utilisation / busiest, between 0 and `most`: the largest with which reported
    work fills no more than `busiest` of what is left."""

    utilisation: float
    busiest: float
    most: float
    share: float


def sweep_share(utilisation: float) -> SweepShare:
    """Share of capacity for sweeps; `utilisation` is work coming in over all capacity.

    Raises EquityError `utilisation-impossible`.
    """
    if not (isfinite(utilisation) and utilisation >= 0):
        raise EquityError("utilisation-impossible", utilisation=utilisation)
    share = min(MOST_SHARE, max(0.0, 1 - utilisation / BUSIEST))
    return SweepShare(utilisation, BUSIEST, MOST_SHARE, share)


def sweep_needs(
    areas: Sequence[SweptArea], reported_in_30_days: float | None = None
) -> tuple[SweepNeed, ...]:
    """One for each area, in order; `reported_in_30_days` is the city's share from an audit.

    Raises EquityError `reported-share-impossible`.
    """
    if reported_in_30_days is not None and not 0 < reported_in_30_days < 1:
        raise EquityError("reported-share-impossible", share=reported_in_30_days)
    city_rate = -log1p(-reported_in_30_days) / _AUDIT_DAYS if reported_in_30_days else 1.0
    told = [one for one in areas if _is_told(one.rate)]
    metres = sum(one.street_metres for one in told)
    density = sum(_stock(one, city_rate) for one in told) / metres if metres else 1.0
    hidden = [
        _stock(one, city_rate) if _is_told(one.rate) else density * one.street_metres
        for one in areas
    ]
    total = sum(hidden)
    return tuple(
        _need(one, city_rate, stock, stock / total if total else 0.0)
        for one, stock in zip(areas, hidden, strict=True)
    )


def mix_delays(first_reports: Floats, kind_rates: Floats) -> Floats:
    """(areas,) from first reports a day (areas, kinds) and the rate of each kind (kinds,) over the
    city's; 1 where nothing is reported."""
    reported = first_reports.sum(axis=1)
    hidden = hidden_stock(first_reports, np.broadcast_to(kind_rates, first_reports.shape))
    shares = np.divide(hidden, reported, out=np.ones(reported.size), where=reported > 0)
    return np.asarray(shares, dtype=np.float64)


def _is_told(rate: AreaRate) -> bool:
    return rate.grade in (Grade.A, Grade.B) and bool(rate.relative_rate)


def _stock(area: SweptArea, city_rate: float) -> float:
    waiting = area.first_reports_per_day * area.mix_delay
    return waiting / ((area.rate.relative_rate or 1.0) * city_rate)


def _need(area: SweptArea, city_rate: float, hidden: float, share: float) -> SweepNeed:
    rate, is_told = area.rate, _is_told(area.rate)

    def over(limit: float | None) -> float | None:
        if not (is_told and limit):
            return None
        return area.first_reports_per_day * area.mix_delay / (limit * city_rate)

    return SweepNeed(
        area=rate.area,
        grade=rate.grade,
        first_reports_per_day=area.first_reports_per_day,
        street_metres=area.street_metres,
        mix_delay=area.mix_delay,
        relative_rate=rate.relative_rate if is_told else None,
        city_rate=city_rate,
        hidden=hidden,
        low=over(rate.high),
        high=over(rate.low),
        share=share,
    )
