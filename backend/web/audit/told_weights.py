"""What may be told of the weights of a set.

A weight, the middle rate and the strength say the very rate that the weight follows from. A set is
proposed without the rates that are hidden then (`backend.audits.few_people`), but a rate may be
hidden later, or the set be of an earlier version.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.audits.few_people import hidden_rates
from backend.audits.models import ALL_SERVICES
from backend.audits.queries import find_run
from backend.triage.models import WeightSet
from backend.triage.queries import weights_of


@dataclass(frozen=True, slots=True)
class ToldWeight:
    """A district's weight, with the two rates it follows from; `is_hidden` is whether its own rate
    must not be told. `weight` is None where it follows from such a rate all the same."""

    district_id: int
    name: str
    weight: float | None
    upper_rate: float | None
    median_rate: float | None
    is_hidden: bool


def told_weights(session: Session, weight_set: WeightSet) -> list[ToldWeight]:
    """Heaviest first; what is not told stands last, because its place would say what it weighs."""
    run = find_run(session, weight_set.rate_run)
    hidden = hidden_rates(session, run) if run else {}
    told = []
    for row, name in weights_of(session, weight_set):
        is_hidden = ALL_SERVICES in hidden.get(row.district_id, ())
        is_untold = is_hidden and row.upper_rate is not None
        weight, upper = None if is_untold else row.weight, None if is_hidden else row.upper_rate
        told.append(ToldWeight(row.district_id, name, weight, upper, row.median_rate, is_hidden))
    untold = sorted((one for one in told if one.weight is None), key=lambda one: one.name)
    return [*(one for one in told if one.weight is not None), *untold]
