"""Which projects won, and what is known of them: every read of delivery, always ordered."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle, CycleProject
from backend.ballots.delivery.models import (
    ProjectChange,
    ProjectDelivery,
    ProjectMilestone,
    ProjectSpending,
    SpendingPurpose,
)
from backend.core.errors import NotFound
from backend.places.queries import the_city


def city_day(session: Session, now: datetime) -> date:
    """The day it is in the city."""
    return now.astimezone(ZoneInfo(the_city(session).time_zone)).date()


def winners_of(session: Session, cycle: Cycle) -> list[CycleProject]:
    """The projects that won, in the ballot's order; none before the count."""
    wanted = sa.select(CycleProject).where(
        CycleProject.cycle_id == cycle.id, CycleProject.is_winner.is_(True)
    )
    return list(session.scalars(wanted.order_by(CycleProject.position)))


def find_winner(session: Session, cycle: Cycle, code: str, *, lock: bool = False) -> CycleProject:
    """The winner with this code; raises `NotFound` for every other."""
    wanted = sa.select(CycleProject).where(
        CycleProject.cycle_id == cycle.id,
        CycleProject.code == code,
        CycleProject.is_winner.is_(True),
    )
    if lock:
        # As it is now, whatever this transaction read before it had the lock.
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    # PostgreSQL takes no NUL as text.
    found = None if "\0" in code else session.scalar(wanted)
    if found is None:
        raise NotFound("project-not-found", code=code[:20], cycle=cycle.slug)
    return found


def deliveries_of(session: Session, ids: Sequence[int]) -> dict[int, ProjectDelivery]:
    """How projects stand, by their row ids; none for those nobody acted on."""
    wanted = sa.select(ProjectDelivery).where(ProjectDelivery.project_id.in_(ids))
    ordered = wanted.order_by(ProjectDelivery.project_id)
    return {one.project_id: one for one in session.scalars(ordered)}


def milestones_of(session: Session, ids: Sequence[int]) -> list[ProjectMilestone]:
    """The plans of projects, each by the dates that hold."""
    wanted = sa.select(ProjectMilestone).where(ProjectMilestone.project_id.in_(ids))
    order = (ProjectMilestone.project_id, ProjectMilestone.due_on, ProjectMilestone.number)
    return list(session.scalars(wanted.order_by(*order)))


def find_milestone(session: Session, project: CycleProject, number: int) -> ProjectMilestone:
    """The step of a project's plan with this number; raises `NotFound`."""
    plan = milestones_of(session, [project.id])
    found = next((one for one in plan if one.number == number), None)
    if found is None:
        raise NotFound("milestone-not-found", number=number, code=project.code)
    return found


def spent_by_purpose(session: Session, ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """What projects have spent for each purpose, by row id and code."""
    entry = ProjectSpending
    wanted = sa.select(entry.project_id, entry.purpose, sa.func.sum(entry.amount)).where(
        entry.project_id.in_(ids)
    )
    grouped = wanted.group_by(entry.project_id, entry.purpose)
    rows = session.execute(grouped.order_by(entry.project_id, entry.purpose))
    return {(project, purpose): int(amount) for project, purpose, amount in rows}


def spending_of(session: Session, ids: Sequence[int]) -> list[ProjectSpending]:
    """Every entry of projects, in the order they were made."""
    wanted = sa.select(ProjectSpending).where(ProjectSpending.project_id.in_(ids))
    order = (ProjectSpending.project_id, ProjectSpending.number)
    return list(session.scalars(wanted.order_by(*order)))


def changes_of(session: Session, project_id: int) -> list[ProjectChange]:
    """The history of a project, oldest first."""
    wanted = sa.select(ProjectChange).where(ProjectChange.project_id == project_id)
    return list(session.scalars(wanted.order_by(ProjectChange.id)))


def purposes(session: Session) -> list[SpendingPurpose]:
    """Every code for spending, closed ones too, by code."""
    return list(session.scalars(sa.select(SpendingPurpose).order_by(SpendingPurpose.code)))
