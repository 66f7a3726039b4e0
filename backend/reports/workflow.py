"""The workflow of an incident, as a table: which state may follow which, and who may do it."""

from dataclasses import dataclass
from enum import StrEnum

from backend.core.actors import Role


class State(StrEnum):
    """Where an incident stands."""

    RECEIVED = "received"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    WAITING_REPORTER = "waiting_reporter"
    WAITING_CONTRACTOR = "waiting_contractor"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    HANDED_OVER = "handed_over"
    OUTSIDE = "outside"


CLOSED_STATES = (
    State.RESOLVED,
    State.CONFIRMED,
    State.REFUSED,
    State.DUPLICATE,
    State.HANDED_OVER,
    State.OUTSIDE,
)
OPEN_STATES = tuple(state for state in State if state not in CLOSED_STATES)
FIXED_STATES = (State.RESOLVED, State.CONFIRMED)
"""Where whoever reported it may say that it is not done."""
REFUSALS = (State.REFUSED, State.HANDED_OVER, State.OUTSIDE)
"""Where the city itself will not do it, and somebody may appeal."""
PAUSED_STATES = (State.WAITING_REPORTER, State.WAITING_CONTRACTOR)
"""Where the city's clock stands still, because it is not the city that is awaited."""


DESK = frozenset({Role.WARD_STAFF, Role.ADMIN})
"""Who works the queue."""
REPORTER = DESK | {Role.RESIDENT}
"""Those who reported or follow it, and staff for them, as after a telephone call."""


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed step; a step that disappoints somebody needs a reason they can read."""

    before: State
    after: State
    needs_reason: bool = False
    roles: frozenset[Role] = DESK


_FORWARD = {
    State.RECEIVED: (State.TRIAGED, State.ASSIGNED, State.SCHEDULED, State.IN_PROGRESS),
    State.TRIAGED: (State.ASSIGNED, State.SCHEDULED, State.IN_PROGRESS),
    State.ASSIGNED: (State.TRIAGED, State.SCHEDULED, State.IN_PROGRESS),
    State.SCHEDULED: (State.ASSIGNED, State.IN_PROGRESS),
    State.IN_PROGRESS: (State.ASSIGNED, State.SCHEDULED),
    State.WAITING_REPORTER: (State.TRIAGED, State.ASSIGNED, State.SCHEDULED, State.IN_PROGRESS),
    State.WAITING_CONTRACTOR: (State.ASSIGNED, State.SCHEDULED, State.IN_PROGRESS),
    State.REOPENED: (State.TRIAGED, State.ASSIGNED, State.SCHEDULED, State.IN_PROGRESS),
}
_PAUSABLE = (State.TRIAGED, State.ASSIGNED, State.SCHEDULED, State.IN_PROGRESS)

# A duplicate is only made by merging it, and is left only by undoing the merge.
MOVES = (
    *(
        Move(before, after, roles=REPORTER if before is State.WAITING_REPORTER else DESK)
        for before, following in _FORWARD.items()
        for after in following
    ),
    *(
        Move(before, after, needs_reason=True)
        for before in (*_PAUSABLE, *PAUSED_STATES)
        for after in PAUSED_STATES
        if before is not after
    ),
    *(Move(before, State.RESOLVED) for before in OPEN_STATES),
    *(Move(before, after, needs_reason=True) for before in OPEN_STATES for after in REFUSALS),
    Move(State.RESOLVED, State.CONFIRMED, roles=REPORTER),
    *(
        Move(before, State.REOPENED, needs_reason=True, roles=REPORTER)
        for before in (*FIXED_STATES, *REFUSALS)
    ),
)
_BY_PAIR = {(move.before, move.after): move for move in MOVES}


def moves_from(state: State, role: Role) -> tuple[Move, ...]:
    """The steps `role` may take from `state`, in the table's order."""
    return tuple(move for move in MOVES if move.before is state and role in move.roles)


def find_move(before: State, after: State) -> Move | None:
    """The step from `before` to `after`, or None where the table has none."""
    return _BY_PAIR.get((before, after))
