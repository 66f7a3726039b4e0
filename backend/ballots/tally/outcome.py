"""The result of a rule, with every step that led to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from backend.ballots.tally.ties import Criterion

Verdict: TypeAlias = Literal["funded", "does-not-fit", "stopped", "no-support"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What happened to one project, and the numbers that decided it.

    `cost` and `money_before` (what was left when its turn came) in 1/scale units of the election.
    `tie_broken_by` is the criterion that put this project behind the one before it, where the two
    have the same score.
    """

    project: str
    score: int
    votes: int
    cost: int
    money_before: int
    verdict: Verdict
    tie_broken_by: Criterion | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Winners' ids in the order of decision; `cost` and `budget` in 1/scale units."""

    rule: str
    parameters: Mapping[str, str | int]
    tie_break: tuple[Criterion, ...]
    winners: tuple[str, ...]
    cost: int
    budget: int
    scale: int
    decisions: tuple[Decision, ...]
