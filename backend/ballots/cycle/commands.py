"""What staff ask of cycles, as frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.ballots.cycle.phases import Phase, Span


@dataclass(frozen=True, slots=True)
class PartPlan:
    """The city (`CITYWIDE`) or a district, its residents, and its money where that is fixed."""

    code: str
    name: str
    budget: int = 0
    population: int | None = None


@dataclass(frozen=True, slots=True)
class CreateCycle:
    """Draft a cycle; `budget` in 1/`money_scale` currency units."""

    slug: str
    title: str
    currency: str
    budget: int
    parts: Sequence[PartPlan]
    dates: Mapping[Phase, Span]
    money_scale: int = 100
    remit: str = ""
    out_of_scope: str = ""
    participation_level: str = ""
    ballot_form: Mapping[str, Any] = field(default_factory=dict)
    rule: Mapping[str, Any] = field(default_factory=dict)
