"""The plan of a project, step by step: what is to be done, by when, and what became of it."""

from datetime import date

from backend.ballots.delivery.commands import AddMilestone, MoveMilestone, SettleMilestone
from backend.ballots.delivery.hold_project import Held, hold_project, note_change
from backend.ballots.delivery.models import ProjectMilestone
from backend.ballots.delivery.queries import city_day, find_milestone, milestones_of
from backend.ballots.delivery.rules import (
    MAX_TITLE,
    MOST_MILESTONES,
    check_day,
    optional_words,
)
from backend.ballots.delivery.workflow import (
    UNFINISHED,
    MilestoneState,
    ProjectState,
    find_milestone_move,
)
from backend.core.errors import Conflict, Invalid
from backend.core.public_words import checked_line, checked_reason
from backend.core.uow import UnitOfWork


def add_milestone(work: UnitOfWork, command: AddMilestone) -> ProjectMilestone:
    """Add a step to the plan; raises `Invalid`, `Conflict` on what is finished or too long."""
    title = checked_line(command.title, "/title", MAX_TITLE)
    words = optional_words(command.words)
    check_day(command.due_on, "/due_on")
    held = _planning(work, command.cycle, command.code, command.version)
    number = len(milestones_of(work.session, [held.project.id])) + 1
    if number > MOST_MILESTONES:
        raise Conflict("too-many-milestones", most=MOST_MILESTONES)
    milestone = ProjectMilestone(
        project_id=held.project.id,
        number=number,
        title=title,
        state=MilestoneState.PLANNED.value,
        first_due_on=command.due_on,
        due_on=command.due_on,
        words=words,
    )
    work.session.add(milestone)
    after = command.due_on.isoformat()
    note_change(work, held, "milestone", milestone=number, after=after)
    work.decide("project.milestone_added", held.subject, milestone=number, due_on=after)
    return milestone


def move_milestone(work: UnitOfWork, command: MoveMilestone) -> ProjectMilestone:
    """Give a step another day: a delay, in public and with its reason.

    Raises `Invalid` on a day that is over, and `Conflict` on a step that is done or dropped, and
    where the day is the same.
    """
    reason = checked_reason(command.reason, is_needed=True)
    check_day(command.due_on, "/due_on", earliest=city_day(work.session, work.now))
    held = _planning(work, command.cycle, command.code, command.version)
    milestone = find_milestone(work.session, held.project, command.number)
    if milestone.state != MilestoneState.PLANNED:
        raise Conflict("milestone-settled", number=milestone.number, state=milestone.state)
    before, after = milestone.due_on.isoformat(), command.due_on.isoformat()
    if before == after:
        raise Conflict("day-is-the-same", day=after)
    milestone.due_on = command.due_on
    note_change(
        work, held, "date", milestone=milestone.number, before=before, after=after, words=reason
    )
    work.decide(
        "project.milestone_moved",
        held.subject,
        milestone=milestone.number,
        before=before,
        after=after,
        reason=reason,
    )
    return milestone


def settle_milestone(work: UnitOfWork, command: SettleMilestone) -> ProjectMilestone:
    """Say that a step is done, dropped, or to be done after all, as the table of steps allows."""
    words = optional_words(command.words)
    held = _planning(work, command.cycle, command.code, command.version)
    milestone = find_milestone(work.session, held.project, command.number)
    before = MilestoneState(milestone.state)
    move = find_milestone_move(before, command.state)
    if move is None:
        raise Conflict(
            "milestone-step-not-possible",
            number=milestone.number,
            before=before.value,
            after=command.state.value,
        )
    if move.needs_reason and not words:
        raise Invalid("reason-missing", pointer="/words")
    milestone.done_on = _done_on(work, command)
    milestone.state = command.state.value
    note_change(
        work,
        held,
        "milestone_state",
        milestone=milestone.number,
        before=before.value,
        after=command.state.value,
        words=words,
    )
    work.decide(
        "project.milestone_settled",
        held.subject,
        milestone=milestone.number,
        before=before.value,
        after=command.state.value,
    )
    return milestone


def _planning(work: UnitOfWork, cycle: str, code: str, version: int) -> Held:
    """The project, whose plan still binds; raises `Conflict` once it is built or abandoned."""
    held = hold_project(work, cycle, code, version)
    if ProjectState(held.delivery.state) not in UNFINISHED:
        raise Conflict("project-finished", code=code, state=held.delivery.state)
    return held


def _done_on(work: UnitOfWork, command: SettleMilestone) -> date | None:
    """The day of what is done, today where none was given; None of what is not."""
    if command.state is not MilestoneState.DONE:
        return None
    today = city_day(work.session, work.now)
    check_day(command.done_on or today, "/done_on", latest=today)
    return command.done_on or today
