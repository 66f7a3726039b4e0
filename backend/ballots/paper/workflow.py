"""A batch of paper ballots from the first voter to the box, as a table of steps."""

from dataclasses import dataclass
from enum import StrEnum

from backend.core.actors import Role


class BatchState(StrEnum):
    """Where a batch stands."""

    OPEN = "open"
    COUNTED = "counted"
    KEYED_ONCE = "keyed_once"
    DIFFERING = "differing"
    SETTLED = "settled"
    SEALED = "sealed"
    LEFT_OUT = "left_out"
    MISTAKEN = "mistaken"


class DoubtState(StrEnum):
    """What became of a voter who could not be found at once."""

    WAITING = "waiting"
    RESOLVED = "resolved"
    REFUSED = "refused"


class DoubtKind(StrEnum):
    """Why not; who it may have been is kept nowhere."""

    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"
    DISPUTED = "disputed"


class Cause(StrEnum):
    """Why two keyings of a sheet differ: a list, for free words could tell what it says."""

    MISTYPED = "mistyped"
    MISREAD = "misread"
    SHEET_NUMBER = "sheet_number"
    LEFT_OUT = "left_out"


class Surplus(StrEnum):
    """How more sheets came into a box than voters got: a list, and what is counted is the same."""

    NOT_CHECKED_IN = "not_checked_in"
    TWO_SHEETS = "two_sheets"
    OTHER_BOX = "other_box"
    UNEXPLAINED = "unexplained"


KEYERS = frozenset({Role.WARD_STAFF, Role.ADMIN})
"""Who works on paper ballots."""
THIRD_LOOK = 3
LOOKS = {BatchState.COUNTED: 1, BatchState.KEYED_ONCE: 2, BatchState.DIFFERING: THIRD_LOOK}
"""Which look at the sheets goes on in a state; the third is at those that differ."""
DONE = (BatchState.SEALED, BatchState.LEFT_OUT, BatchState.MISTAKEN)
"""Nothing follows."""
_KEYED = (BatchState.COUNTED, BatchState.KEYED_ONCE, BatchState.DIFFERING, BatchState.SETTLED)


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed step."""

    before: BatchState
    after: BatchState


MOVES = (
    Move(BatchState.OPEN, BatchState.COUNTED),
    Move(BatchState.COUNTED, BatchState.KEYED_ONCE),
    Move(BatchState.KEYED_ONCE, BatchState.DIFFERING),
    Move(BatchState.KEYED_ONCE, BatchState.SETTLED),
    Move(BatchState.DIFFERING, BatchState.SETTLED),
    Move(BatchState.SETTLED, BatchState.SEALED),
    # All over again, from the number of sheets on.
    *(Move(before, BatchState.COUNTED) for before in _KEYED),
    # What the count does not wait for.
    *(Move(before, BatchState.LEFT_OUT) for before in (BatchState.OPEN, *_KEYED)),
    # What nobody got a sheet of and nobody keyed.
    *(Move(before, BatchState.MISTAKEN) for before in (BatchState.OPEN, BatchState.COUNTED)),
)


def can_move(before: BatchState, after: BatchState) -> bool:
    """Whether the table has the step."""
    return Move(before, after) in MOVES
