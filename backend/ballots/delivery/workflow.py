"""The workflow of what is built, as tables: which state may follow which, and what may be said."""

from dataclasses import dataclass
from enum import StrEnum

from backend.core.actors import Role


class ProjectState(StrEnum):
    """Where a winning project stands."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    PAUSED = "paused"
    BUILT = "built"
    ABANDONED = "abandoned"


class MilestoneState(StrEnum):
    """Where one step of the plan stands; what is dropped stays in sight with its reason."""

    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"


class Result(StrEnum):
    """What a second look found, a good while later."""

    ACHIEVED = "achieved"
    PARTLY = "partly"
    FAILED = "failed"
    ABANDONED = "abandoned"


UNFINISHED = (ProjectState.PLANNED, ProjectState.UNDER_WAY, ProjectState.PAUSED)
"""Where the plan still binds: what is past its date is late."""
DELIVERERS = frozenset({Role.WARD_STAFF, Role.ADMIN})
"""Who says how it goes."""


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed step; one that disappoints, or takes something back, needs a reason."""

    before: str
    after: str
    needs_reason: bool = False


MOVES = (
    Move(ProjectState.PLANNED, ProjectState.UNDER_WAY),
    Move(ProjectState.UNDER_WAY, ProjectState.PAUSED, needs_reason=True),
    Move(ProjectState.PAUSED, ProjectState.UNDER_WAY),
    Move(ProjectState.UNDER_WAY, ProjectState.BUILT),
    *(Move(before, ProjectState.ABANDONED, needs_reason=True) for before in UNFINISHED),
    # What was called built and is not, and what is taken up again.
    Move(ProjectState.BUILT, ProjectState.UNDER_WAY, needs_reason=True),
    Move(ProjectState.ABANDONED, ProjectState.PLANNED, needs_reason=True),
)
MILESTONE_MOVES = (
    Move(MilestoneState.PLANNED, MilestoneState.DONE),
    Move(MilestoneState.PLANNED, MilestoneState.DROPPED, needs_reason=True),
    Move(MilestoneState.DONE, MilestoneState.PLANNED, needs_reason=True),
    Move(MilestoneState.DROPPED, MilestoneState.PLANNED, needs_reason=True),
)
# Nothing unbuilt achieved what it was for, and only what was given up is called abandoned.
RESULTS = {
    **dict.fromkeys(UNFINISHED, (Result.PARTLY, Result.FAILED)),
    ProjectState.BUILT: (Result.ACHIEVED, Result.PARTLY, Result.FAILED),
    ProjectState.ABANDONED: (Result.PARTLY, Result.FAILED, Result.ABANDONED),
}
"""What a second look may say of a project in each state."""
_PROJECT_PAIRS = {(move.before, move.after): move for move in MOVES}
_MILESTONE_PAIRS = {(move.before, move.after): move for move in MILESTONE_MOVES}


def find_move(before: ProjectState, after: ProjectState) -> Move | None:
    """The step of a project, or None where the table has none."""
    return _PROJECT_PAIRS.get((before, after))


def find_milestone_move(before: MilestoneState, after: MilestoneState) -> Move | None:
    """The same for a milestone."""
    return _MILESTONE_PAIRS.get((before, after))


def next_states(before: ProjectState) -> tuple[ProjectState, ...]:
    """Where a project can go from here, in the table's order."""
    return tuple(ProjectState(move.after) for move in MOVES if move.before == before)
