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
    """Draft a cycle; `budget` in 1/`money_scale` currency units.

    `rule` as in `rule_terms`, `budget_formula` as in `budget_formula`, None where every part's
    budget is fixed.
    """

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
    budget_formula: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SetBudgets:
    """Compute the districts' money by the published formula.

    `figures` are measures by district, measure -> code -> decimal number as text; `source` says
    where they are from. Measures that are not among them come from the census.
    """

    slug: str
    figures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class MoveDate:
    """Other dates for one phase, for a reason that everybody can read."""

    slug: str
    phase: Phase
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class ProjectOnBallot:
    """A project as it will stand on the ballot of one part; `cost` in the cycle's units.

    `line` is where a file has it, for saying what is wrong.
    """

    code: str
    part_code: str
    title: str
    cost: int
    category: str | None = None
    lon: float | None = None
    lat: float | None = None
    proposal_number: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SettleVote:
    """Fix what is voted on; `projects` in the order of the ballot."""

    slug: str
    projects: Sequence[ProjectOnBallot]
