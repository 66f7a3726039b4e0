"""The workflow of an incident, as a table: which state may follow which, and who may do it."""

from dataclasses import dataclass
from enum import StrEnum

from backend.core.actors import Role


class State(StrEnum):
    """Where an incident stands."""

    RECEIVED = "received"
    TRIAGED = "triaged"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"
    REFUSED = "refused"
    REOPENED = "reopened"
    DUPLICATE = "duplicate"


OPEN_STATES = (State.RECEIVED, State.TRIAGED, State.IN_PROGRESS, State.WAITING, State.REOPENED)
CLOSED_STATES = (State.RESOLVED, State.REFUSED, State.DUPLICATE)


DESK = frozenset({Role.WARD_STAFF, Role.ADMIN})
"""Who works the queue."""


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed step; a step that disappoints somebody needs a reason they can read."""

    before: State
    after: State
    needs_reason: bool = False
    roles: frozenset[Role] = DESK


# A duplicate is only made by linking it, and is left only by undoing the link.
MOVES = (
    Move(State.RECEIVED, State.TRIAGED),
    Move(State.RECEIVED, State.IN_PROGRESS),
    Move(State.RECEIVED, State.RESOLVED),
    Move(State.RECEIVED, State.REFUSED, needs_reason=True),
    Move(State.TRIAGED, State.IN_PROGRESS),
    Move(State.TRIAGED, State.WAITING, needs_reason=True),
    Move(State.TRIAGED, State.RESOLVED),
    Move(State.TRIAGED, State.REFUSED, needs_reason=True),
    Move(State.IN_PROGRESS, State.WAITING, needs_reason=True),
    Move(State.IN_PROGRESS, State.RESOLVED),
    Move(State.IN_PROGRESS, State.REFUSED, needs_reason=True),
    Move(State.WAITING, State.IN_PROGRESS),
    Move(State.WAITING, State.RESOLVED),
    Move(State.WAITING, State.REFUSED, needs_reason=True),
    Move(State.RESOLVED, State.REOPENED, needs_reason=True),
    Move(State.REFUSED, State.REOPENED, needs_reason=True),
    Move(State.REOPENED, State.TRIAGED),
    Move(State.REOPENED, State.IN_PROGRESS),
    Move(State.REOPENED, State.RESOLVED),
    Move(State.REOPENED, State.REFUSED, needs_reason=True),
)


def moves_from(state: State, role: Role) -> tuple[Move, ...]:
    """The steps `role` may take from `state`, in the table's order."""
    return tuple(move for move in MOVES if move.before is state and role in move.roles)


def find_move(before: State, after: State) -> Move | None:
    """The step from `before` to `after`, or None where the table has none."""
    return next((move for move in MOVES if (move.before, move.after) == (before, after)), None)
