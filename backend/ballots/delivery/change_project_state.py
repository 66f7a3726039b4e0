"""Begin, pause, finish or abandon a project."""

from backend.ballots.delivery.commands import ChangeProjectState
from backend.ballots.delivery.hold_project import Held, hold_project, note_change
from backend.ballots.delivery.models import ProjectDelivery
from backend.ballots.delivery.queries import milestones_of
from backend.ballots.delivery.rules import missing_in_plan
from backend.ballots.delivery.workflow import (
    UNFINISHED,
    MilestoneState,
    ProjectState,
    find_move,
)
from backend.core.errors import Conflict
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork


def change_project_state(work: UnitOfWork, command: ChangeProjectState) -> ProjectDelivery:
    """Go to another state, as the table allows.

    Raises `Conflict` where the table has no such step, where work would begin without a named
    deliverer, a plan and a day for the second look, or be built with steps still to be done.
    """
    held = hold_project(work, command.cycle, command.code, command.version)
    delivery, before = held.delivery, ProjectState(held.delivery.state)
    move = find_move(before, command.state)
    if move is None:
        raise Conflict(
            "project-step-not-possible",
            code=command.code,
            before=before.value,
            after=command.state.value,
        )
    reason = checked_reason(command.reason, is_needed=move.needs_reason)
    _check_plan(work, held, command.state)
    if before not in UNFINISHED:
        # What a second look found of it then stays in the history.
        delivery.result = delivery.result_words = delivery.reassessed_at = None
    delivery.state = command.state.value
    note_change(work, held, "state", before=before.value, after=command.state.value, words=reason)
    work.decide(
        "project.state_changed",
        held.subject,
        before=before.value,
        after=command.state.value,
        has_reason=reason is not None,
    )
    return delivery


def _check_plan(work: UnitOfWork, held: Held, after: ProjectState) -> None:
    states = [one.state for one in milestones_of(work.session, [held.project.id])]
    if after is ProjectState.UNDER_WAY:
        kept = len(states) - states.count(MilestoneState.DROPPED)
        delivery = held.delivery
        missing = missing_in_plan(delivery.deliverer, kept, delivery.reassess_on)
        if missing:
            raise Conflict("plan-incomplete", code=held.project.code, missing=missing)
    waiting = states.count(MilestoneState.PLANNED)
    if after is ProjectState.BUILT and waiting:
        raise Conflict("milestones-open", code=held.project.code, count=waiting)
