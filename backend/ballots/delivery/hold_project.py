"""A winner held for one step of its history, written the same way by every use case.

Delivery belongs to no dates of the calendar: it may begin as soon as the vote is counted, and goes
on after the cycle's last day for as long as building takes.
"""

from dataclasses import dataclass

from backend.ballots.cycle.models import Cycle, CycleProject
from backend.ballots.cycle.queries import find_cycle
from backend.ballots.delivery.models import ProjectChange, ProjectDelivery
from backend.ballots.delivery.queries import find_winner
from backend.ballots.delivery.workflow import DELIVERERS, ProjectState
from backend.core.errors import Conflict, Forbidden
from backend.core.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Held:
    """A winner and how it stands, for this transaction alone."""

    cycle: Cycle
    project: CycleProject
    delivery: ProjectDelivery

    @property
    def subject(self) -> str:
        """What the decision log calls it."""
        return f"project:{self.cycle.slug}/{self.project.code}"


def hold_project(work: UnitOfWork, slug: str, code: str, version: int | None) -> Held:
    """Hold a winner; `version` None is for what only adds and cannot undo what others did.

    Raises `Forbidden` by role, `NotFound` for what did not win, `Conflict` before the count and
    where somebody was faster.
    """
    check_deliverer(work)
    cycle = find_cycle(work.session, slug)
    if cycle.counted_at is None:
        raise Conflict("cycle-not-counted", slug=slug)
    project = find_winner(work.session, cycle, code, lock=True)
    delivery = work.session.get(ProjectDelivery, project.id)
    if delivery is None:
        delivery = ProjectDelivery(
            project_id=project.id, state=ProjectState.PLANNED.value, version=0, changed_at=work.now
        )
        work.session.add(delivery)
        work.session.flush()
    if version not in (None, delivery.version):
        raise Conflict("project-moved-on", code=code, state=delivery.state)
    return Held(cycle, project, delivery)


def check_deliverer(work: UnitOfWork) -> None:
    """Raise `Forbidden` unless the actor says how building goes."""
    if work.actor.role not in DELIVERERS:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)


def note_change(
    work: UnitOfWork,
    held: Held,
    kind: str,
    *,
    milestone: int | None = None,
    before: str | None = None,
    after: str | None = None,
    words: str | None = None,
) -> None:
    """Add a step of the history; kinds as in `ProjectChange`."""
    held.delivery.version += 1
    held.delivery.changed_at = work.now
    work.session.add(
        ProjectChange(
            project_id=held.project.id,
            at=work.now,
            kind=kind,
            milestone=milestone,
            before=before,
            after=after,
            words=words or None,
            actor=work.actor.key,
        )
    )
