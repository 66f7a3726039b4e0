"""Winners for tests: a cycle whose vote is counted, and steps of what becomes of its projects."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from acting import do
from cycles import DATES, go_to, make_cycle
from worlds import IN_SE, IN_SW, World

from backend.ballots.cycle.models import CITYWIDE, CycleProject
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import find_cycle
from backend.ballots.delivery.change_project_state import change_project_state
from backend.ballots.delivery.commands import (
    AddMilestone,
    ChangeProjectState,
    NameDeliverer,
    RecordSpending,
    SetReassessment,
)
from backend.ballots.delivery.describe_project import ProjectDocument, project_document
from backend.ballots.delivery.name_deliverer import name_deliverer
from backend.ballots.delivery.plan_milestones import add_milestone
from backend.ballots.delivery.reassess import set_reassessment
from backend.ballots.delivery.workflow import ProjectState
from backend.core.actors import OPERATOR, Actor, Role
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work

SLUG = "town-budget-2026"
BUILDER = Actor("staff:7", Role.WARD_STAFF, "Builder")
# The second day of the delivery.
TODAY = DATES[Phase.DELIVERY].starts_at.date() + timedelta(days=1)
# Code, part, cost in cents, place, whether it won.
PROJECTS: tuple[tuple[str, str, int, tuple[float, float], bool], ...] = (
    ("PARK", CITYWIDE, 30_000_00, IN_SW, True),
    ("SWING", "SW", 12_000_00, IN_SW, True),
    ("TREES", "SE", 9_000_00, IN_SE, True),
    ("MOON", "SE", 30_000_00, IN_SE, False),
)
SPENDING = RecordSpending(SLUG, "PARK", UUID(int=1), TODAY, 10_000_00, "works", "First bill")


def count_winners(world: World) -> None:
    """A counted cycle, on the second day of its delivery."""
    make_cycle()
    go_to(world, Phase.DELIVERY)
    with unit_of_work(OPERATOR) as work:
        cycle = find_cycle(work.session, SLUG)
        cycle.settled_at = cycle.counted_at = work.now
        work.session.add_all(
            CycleProject(
                cycle_id=cycle.id,
                part_code=part,
                position=position,
                code=code,
                title=f"The {code.lower()}",
                cost=cost,
                lon=lon,
                lat=lat,
                is_winner=is_winner,
            )
            for position, (code, part, cost, (lon, lat), is_winner) in enumerate(PROJECTS)
        )


def of(command: Any, **changes: Any) -> Any:
    """The command with the version that its project has now."""
    return replace(command, version=now(command.code).version, **changes)


def now(code: str) -> ProjectDocument:
    """A project as everybody reads it at this moment."""
    session = current_session()
    # What a client changed meanwhile is seen by a new transaction alone.
    session.rollback()
    moment = current_runtime().clock.now()
    return project_document(session, find_cycle(session, SLUG), code, moment)


def begin(code: str, *due_on: date) -> None:
    """A project under way: somebody named, a milestone for each day, and a second look in 2028."""
    do(BUILDER, name_deliverer, of(NameDeliverer(SLUG, code, 0, "Parks", "parks@town.example")))
    for number, day in enumerate(due_on, start=1):
        do(BUILDER, add_milestone, of(AddMilestone(SLUG, code, 0, f"Step {number}", day)))
    do(BUILDER, set_reassessment, of(SetReassessment(SLUG, code, 0, date(2028, 4, 1))))
    step = of(ChangeProjectState(SLUG, code, 0, ProjectState.UNDER_WAY))
    do(BUILDER, change_project_state, step)
