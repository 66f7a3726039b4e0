"""What should have been done by now, for the people who do it."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle, CycleProject
from backend.ballots.delivery.models import ProjectDelivery, ProjectMilestone
from backend.ballots.delivery.queries import city_day
from backend.ballots.delivery.workflow import UNFINISHED, MilestoneState


@dataclass(frozen=True, slots=True)
class Overdue:
    """One step of a plan past its day; without a `milestone` it is the second look."""

    code: str
    title: str
    deliverer: str | None
    milestone: str | None
    due_on: date
    late_days: int


def overdue_steps(session: Session, cycle: Cycle, now: datetime) -> list[Overdue]:
    """All of a cycle, longest overdue first."""
    today = city_day(session, now)
    of_cycle = (CycleProject.cycle_id == cycle.id, CycleProject.is_winner.is_(True))
    shown = (CycleProject.code, CycleProject.title, ProjectDelivery.deliverer)
    milestones = (
        sa.select(*shown, ProjectMilestone.title, ProjectMilestone.due_on)
        .join(ProjectDelivery, ProjectDelivery.project_id == CycleProject.id)
        .join(ProjectMilestone, ProjectMilestone.project_id == CycleProject.id)
        .where(
            *of_cycle,
            ProjectDelivery.state.in_(UNFINISHED),
            ProjectMilestone.state == MilestoneState.PLANNED,
            ProjectMilestone.due_on < today,
        )
    )
    looks = (
        sa.select(*shown, sa.null(), ProjectDelivery.reassess_on)
        .join(ProjectDelivery, ProjectDelivery.project_id == CycleProject.id)
        .where(*of_cycle, ProjectDelivery.reassess_on < today, ProjectDelivery.result.is_(None))
    )
    rows = [*session.execute(milestones), *session.execute(looks)]
    found = [
        Overdue(code, title, deliverer, milestone, due_on, (today - due_on).days)
        for code, title, deliverer, milestone, due_on in rows
        if due_on is not None
    ]
    return sorted(found, key=lambda one: (one.due_on, one.code, one.milestone or ""))
