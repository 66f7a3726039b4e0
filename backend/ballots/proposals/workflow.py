"""The workflow of a proposal, as a table: which state may follow which, and who may do it."""

from dataclasses import dataclass
from enum import StrEnum

from backend.core.actors import Role


class State(StrEnum):
    """Where a proposal stands."""

    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_CHANGES = "accepted_with_changes"
    REFUSED = "refused"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    SPLIT = "split"


OUTCOMES = (State.ACCEPTED, State.ACCEPTED_WITH_CHANGES, State.REFUSED)
"""What a review can come to."""
FEASIBLE = (State.ACCEPTED, State.ACCEPTED_WITH_CHANGES)
"""What goes on the ballot."""
UNDER_REVIEW = (State.IN_REVIEW, State.APPEALED)
UNDECIDED = (State.SUBMITTED, *UNDER_REVIEW)
"""Where the city owes an answer."""
MOVABLE = (State.SUBMITTED, State.IN_REVIEW)
"""What can be merged or split."""
GONE = (State.WITHDRAWN, State.MERGED, State.SPLIT)
"""Where nothing follows any more."""

REVIEWERS = frozenset({Role.WARD_STAFF, Role.ADMIN})
PROPOSER = REVIEWERS | {Role.RESIDENT}
"""Those who made it, and staff for them, as after a telephone call."""


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed step; one that disappoints or asks more of somebody needs a reason."""

    before: State
    after: State
    needs_reason: bool = False
    roles: frozenset[Role] = REVIEWERS


MOVES = (
    Move(State.SUBMITTED, State.IN_REVIEW),
    *(
        # On appeal somebody is told twice what became of it, so even a yes says why.
        Move(before, after, before is State.APPEALED or after is not State.ACCEPTED)
        for before in UNDER_REVIEW
        for after in OUTCOMES
    ),
    *(
        Move(before, State.APPEALED, needs_reason=True, roles=PROPOSER)
        for before in (State.ACCEPTED_WITH_CHANGES, State.REFUSED)
    ),
    *(Move(before, State.WITHDRAWN, roles=PROPOSER) for before in (*UNDECIDED, *FEASIBLE)),
    *(
        Move(before, after, roles=PROPOSER)
        for before in MOVABLE
        for after in (State.MERGED, State.SPLIT)
    ),
)
_BY_PAIR = {(move.before, move.after): move for move in MOVES}


def find_move(before: State, after: State) -> Move | None:
    """The step from `before` to `after`, or None where the table has none."""
    return _BY_PAIR.get((before, after))
