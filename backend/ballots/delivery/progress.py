"""How far a plan is, against what was said first. Pure: the day is an argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.ballots.delivery.workflow import UNFINISHED, MilestoneState, ProjectState


@dataclass(frozen=True, slots=True)
class Dated:
    """A milestone's state and days."""

    state: MilestoneState
    first_due_on: date
    due_on: date
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Planned against done; dropped milestones count nowhere.

    `planned_by_now` are those first promised by today, so that moving dates does not improve it.
    `late_days` is how long the most overdue open milestone is, by the date that holds; nothing is
    late once a project is built or abandoned. `finish_on` is the last day of the plan as it is,
    `delay_days` how much later that is than first said, below zero if earlier.
    """

    milestones: int
    milestones_done: int
    planned_by_now: int
    next_due_on: date | None
    late_days: int
    first_finish_on: date | None
    finish_on: date | None
    delay_days: int
    reassessment_late_days: int


def progress_of(
    state: ProjectState,
    milestones: Sequence[Dated],
    today: date,
    *,
    reassess_on: date | None = None,
    is_reassessed: bool = False,
) -> Progress:
    """What a plan comes to on one day."""
    kept = [one for one in milestones if one.state is not MilestoneState.DROPPED]
    waiting = [one.due_on for one in kept if one.state is MilestoneState.PLANNED]
    next_due_on = min(waiting, default=None) if state in UNFINISHED else None
    first_finish_on = max((one.first_due_on for one in kept), default=None)
    finish_on = max((one.done_on or one.due_on for one in kept), default=None)
    is_awaited = reassess_on is not None and not is_reassessed
    return Progress(
        milestones=len(kept),
        milestones_done=len(kept) - len(waiting),
        planned_by_now=sum(one.first_due_on <= today for one in kept),
        next_due_on=next_due_on,
        late_days=_days_after(next_due_on, today),
        first_finish_on=first_finish_on,
        finish_on=finish_on,
        delay_days=(finish_on - first_finish_on).days if finish_on and first_finish_on else 0,
        reassessment_late_days=_days_after(reassess_on if is_awaited else None, today),
    )


def _days_after(day: date | None, today: date) -> int:
    return max(0, (today - day).days) if day else 0
