"""What may become of a sweep plan. A plan is never edited: who wants another proposes another."""

from enum import StrEnum


class PlanState(StrEnum):
    """Where a plan stands."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    DROPPED = "dropped"
    REPLACED = "replaced"


MOVES = {
    PlanState.PROPOSED: frozenset({PlanState.IN_FORCE, PlanState.DROPPED}),
    PlanState.IN_FORCE: frozenset({PlanState.DROPPED, PlanState.REPLACED}),
    PlanState.DROPPED: frozenset[PlanState](),
    PlanState.REPLACED: frozenset[PlanState](),
}
WALKED = frozenset({PlanState.IN_FORCE, PlanState.REPLACED})
"""Where a day can be recorded: also of a plan that another one followed in the meantime."""
