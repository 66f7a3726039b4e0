"""The order of projects with equal scores, stated beforehand and printed with every result.

The default follows the recommendation of equalshares.net where it can decide (more votes, lower
cost) and ends with the project's id, compared character by character ("10" before "2"), so that
the order is total and anyone can repeat it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Criterion: TypeAlias = Literal["more-votes", "lower-cost", "id"]
DEFAULT_TIE_BREAK: tuple[Criterion, ...] = ("more-votes", "lower-cost", "id")


@dataclass(frozen=True, slots=True)
class Contender:
    """A project in the running, with all that its place in the order may depend on."""

    id: str
    cost: int
    votes: int
    score: int

    def key(self, criterion: Criterion) -> int | str:
        """Smaller goes first."""
        match criterion:
            case "more-votes":
                return -self.votes
            case "lower-cost":
                return self.cost
            case "id":
                return self.id


def ranked(contenders: Sequence[Contender], tie_break: Sequence[Criterion]) -> list[Contender]:
    """Highest score first, equals by the criteria in turn."""
    return sorted(
        contenders, key=lambda c: (-c.score, *(c.key(criterion) for criterion in tie_break))
    )


def deciding_criterion(
    ahead: Contender | None, behind: Contender, tie_break: Sequence[Criterion]
) -> Criterion | None:
    """The first criterion in which two projects of equal score differ; None when scores do."""
    if ahead is None or ahead.score != behind.score:
        return None
    return next(c for c in tie_break if ahead.key(c) != behind.key(c))
