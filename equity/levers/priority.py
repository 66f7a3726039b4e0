"""The place of a report in the queue: its severity band first, then its weighted waiting time.

Bands 0 and 1 (danger, urgent) know no weights: hazards go first, whoever reports them. A weight
across bands would let a nuisance overtake a hazard under load, so it acts inside a band alone.
"""

from dataclasses import dataclass
from datetime import datetime
from math import isfinite, prod

from equity.errors import EquityError
from equity.levers.weights import HIGHEST, LOWEST

UNWEIGHTED_BANDS = frozenset({0, 1})


@dataclass(frozen=True, slots=True)
class Factor:
    """One multiplicand of a score: `waiting_hours`, `per_target_hour`, `district_weight`."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Priority:
    """A position's reasons: the `factors` multiply to the `score`."""

    report_id: str
    opened_at: datetime
    severity_band: int
    target_hours: float
    factors: tuple[Factor, ...]

    @property
    def score(self) -> float:
        return prod(factor.value for factor in self.factors)

    @property
    def sort_key(self) -> tuple[int, float, datetime, str]:
        """Ascending: band, then highest score, then longest open, then id."""
        return (self.severity_band, -self.score, self.opened_at, self.report_id)

    def factor(self, name: str) -> float:
        return next(factor.value for factor in self.factors if factor.name == name)


def priority_of(
    report_id: str,
    *,
    severity_band: int,
    opened_at: datetime,
    now: datetime,
    target_hours: float,
    area_weight: float,
) -> Priority:
    """score = waiting hours / target hours x weight of the area.

    `severity_band` counts from 0, the most severe. A report opened after `now` has waited 0 hours.
    Raises EquityError: `band-impossible`, `target-impossible`, `weight-impossible`.
    """
    if severity_band < 0:
        raise EquityError("band-impossible", band=severity_band)
    if not (isfinite(target_hours) and target_hours > 0):
        raise EquityError("target-impossible", target_hours=target_hours)
    if not LOWEST <= area_weight <= HIGHEST:
        raise EquityError("weight-impossible", weight=area_weight)
    waiting_hours = max(0.0, (now - opened_at).total_seconds() / 3600)
    return Priority(
        report_id,
        opened_at,
        severity_band,
        target_hours,
        (
            Factor("waiting_hours", waiting_hours),
            Factor("per_target_hour", 1 / target_hours),
            Factor("district_weight", 1.0 if severity_band in UNWEIGHTED_BANDS else area_weight),
        ),
    )
