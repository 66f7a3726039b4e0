"""The result of a rule, with every step that led to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from backend.ballots.tally.ties import Criterion, TieBreak

Verdict: TypeAlias = Literal[
    "funded",
    "funded-by-completion",
    "funded-from-reserve",
    "does-not-fit",
    "stopped",
    "excluded",
    "unaffordable",
    "below-threshold",
    "not-eligible",
    "no-support",
]
FUNDED: tuple[Verdict, ...] = ("funded", "funded-by-completion", "funded-from-reserve")


@dataclass(frozen=True, slots=True)
class Decision:
    """What happened to one project, and the numbers that decided it.

    `cost` and `money_before` (what was left of the budget when its turn came) in 1/scale units of
    the election. `tie_broken_by` is the criterion that put this project behind the one before it,
    where the two are equal to the rule.
    """

    project: str
    score: int
    votes: int
    cost: int
    money_before: int
    verdict: Verdict
    tie_broken_by: Criterion | None = None

    @property
    def is_funded(self) -> bool:
        """Whether the project won."""
        return self.verdict in FUNDED


@dataclass(frozen=True, slots=True)
class Round:
    """One purchase of a rule that shares costs among supporters.

    `rho`: Equal Shares: the price of a unit of utility; Phragmen: the largest load of a voter.
    `payment`: what a supporter pays for one approval or point, in 1/scale units. `payers` voters
    paid that in full and kept something, `drained` paid all they had. `tied` are the projects with
    the same rho that came later in the order of ties.
    """

    project: str
    rho: Fraction
    payment: Fraction
    payers: int
    drained: int
    tied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What an endowment for each voter (1/scale units) led to, where it differs from the last."""

    endowment: Fraction
    cost: int
    winners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Winners' ids in the order of decision; `cost` and `budget` in 1/scale units.

    `parameters` are what the rule was told, `facts` what it found besides winners.
    """

    rule: str
    parameters: Mapping[str, str | int | bool]
    ties: TieBreak
    winners: tuple[str, ...]
    cost: int
    budget: int
    scale: int
    decisions: tuple[Decision, ...]
    rounds: tuple[Round, ...] = ()
    trials: tuple[Trial, ...] = ()
    facts: Mapping[str, str | int] = field(default_factory=dict)

    def decision_on(self, project: str) -> Decision:
        """What became of the project with this id."""
        return next(decision for decision in self.decisions if decision.project == project)
