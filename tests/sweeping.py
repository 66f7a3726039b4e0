"""A sweep plan in force, a day of it walked, and a visit: something on every page about them."""

from datetime import timedelta

import shapely
from worlds import ANALYST, SIDE, SOUTH, STAFF, WEST, World

from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.places.describe_city import lay_ground
from backend.triage.outreach.commands import RecordVisit
from backend.triage.outreach.record_visit import record_visit
from backend.triage.sweeps.commands import DecideSweeps, Find, ProposeSweeps, RecordSweep
from backend.triage.sweeps.decide_plan import decide_plan
from backend.triage.sweeps.propose_plan import draw_plan, propose_plan
from backend.triage.sweeps.record_sweep import record_sweep

CREWS = ProposeSweeps(
    weeks=4,
    seed=7,
    days_per_week=10.0,
    hours_per_day=6.0,
    walking_km_per_hour=2.0,
    travel_km_per_hour=20.0,
    jobs_per_week=100.0,
)


def lay_grid(streets: int = 8, name: str = "Street") -> None:
    """So many streets each way through all four districts."""
    far, lines = 2 * SIDE, []
    for number in range(streets):
        at = (number + 0.2) * far / streets
        lines.append(shapely.LineString([(WEST, SOUTH + at), (WEST + far, SOUTH + at)]))
        lines.append(shapely.LineString([(WEST + at, SOUTH), (WEST + at, SOUTH + far)]))
    with unit_of_work(OPERATOR) as work:
        lay_ground(work, "street", [(f"{name} {n}", line) for n, line in enumerate(lines)])


def sweep_and_visit(world: World, service_code: str, words: str) -> None:
    """Plan 1 with its first day walked, where one new problem was found."""
    now = world.clock.now()
    lay_grid(2, words[:150])
    drawn = draw_plan(current_session(), CREWS, now)
    with unit_of_work(ANALYST) as work:
        plan = propose_plan(work, drawn).id
        decide_plan(work, DecideSweeps(plan, True, words))
        record_visit(work, RecordVisit("SE", now.date(), "phone", 3, words))
    with unit_of_work(STAFF) as work:
        find = Find(1, service_code=service_code, description=words, address=words)
        earlier = now - timedelta(hours=4)
        record_sweep(work, RecordSweep(plan, 1, earlier, now, 900.0, (), [find]))


def a_plan_in_force(world: World) -> None:
    """Plan 1, of which nothing is walked yet."""
    lay_grid(2)
    drawn = draw_plan(current_session(), CREWS, world.clock.now())
    with unit_of_work(ANALYST) as work:
        decide_plan(work, DecideSweeps(propose_plan(work, drawn).id, True, "Dry weather"))
