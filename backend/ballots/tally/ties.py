"""The order of projects that a rule finds equal, stated beforehand and printed with every result.

Two orders have names. `lexicographic`: the project's id, compared character by character ("10"
before "2"), as pabutools does. `cost-votes-lot`: lower cost, then more votes, then a lot, as
equalshares.net recommends. The lot is drawn by nobody: projects stand in the order of
`SHA-256(seed + "|" + id)` in hexadecimal, both in UTF-8, so that whoever knows the seed, which is
published before the vote, gets the same order (`printf '%s' 'seed|id' | sha256sum`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

Criterion: TypeAlias = Literal["more-votes", "lower-cost", "lot", "id"]
# How good a project is to a rule; the float is infinity only, for what costs nothing.
Merit: TypeAlias = int | Fraction | float


@dataclass(frozen=True, slots=True)
class Contender:
    """A project in the running, with all that its place in the order may depend on.

    `score` is what it earned, `merit` what it is ranked by.
    """

    id: str
    cost: int
    votes: int
    score: int
    merit: Merit


@dataclass(frozen=True, slots=True)
class TieBreak:
    """Criteria in turn; the last must separate any two projects, which only `lot` and `id` do."""

    criteria: tuple[Criterion, ...]
    seed: str = ""

    def ranked(self, contenders: Sequence[Contender]) -> list[Contender]:
        """Highest merit first, equals by the criteria in turn."""
        return sorted(contenders, key=lambda one: (-one.merit, *self.order(one)))

    def order(self, contender: Contender) -> tuple[int | str, ...]:
        """Smaller goes first among equals."""
        return tuple(self._key(criterion, contender) for criterion in self.criteria)

    def deciding(self, ahead: Contender, behind: Contender) -> Criterion:
        """The first criterion in which two projects differ."""
        return next(c for c in self.criteria if self._key(c, ahead) != self._key(c, behind))

    def _key(self, criterion: Criterion, contender: Contender) -> int | str:
        match criterion:
            case "more-votes":
                return -contender.votes
            case "lower-cost":
                return contender.cost
            case "lot":
                return hashlib.sha256(f"{self.seed}|{contender.id}".encode()).hexdigest()
            case "id":
                return contender.id


LEXICOGRAPHIC = TieBreak(("id",))


def cost_votes_lot(seed: str) -> TieBreak:
    """The order with a lot from a published seed."""
    return TieBreak(("lower-cost", "more-votes", "lot"), seed)
