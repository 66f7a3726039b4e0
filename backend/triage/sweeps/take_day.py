"""A crew takes a day of the plan with it: that makes it today's."""

from backend.core.errors import Conflict, Forbidden
from backend.core.uow import UnitOfWork
from backend.reports.workflow import DESK
from backend.triage.may import require_person
from backend.triage.sweeps.commands import TakeDay
from backend.triage.sweeps.models import SweepOuting
from backend.triage.sweeps.queries import find_plan, stops_of, sweeps_of
from backend.triage.sweeps.workflow import PlanState


def take_day(work: UnitOfWork, command: TakeDay) -> SweepOuting:
    """A day that was begun and not recorded goes on when it is taken again."""
    require_person(work)
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    plan = find_plan(work.session, command.plan_id, lock=True)
    if plan.state != PlanState.IN_FORCE:
        raise Conflict("sweep-plan-not-in-force", plan=plan.id, state=plan.state)
    stops_of(work.session, plan.id, command.day)
    if command.day in sweeps_of(work.session, plan.id):
        raise Conflict("sweep-recorded-already", plan=plan.id, day=command.day)
    outing = work.session.get(SweepOuting, (plan.id, command.day))
    if outing is None:
        outing = SweepOuting(plan_id=plan.id, day=command.day)
        work.session.add(outing)
    elif outing.walked_on == command.walked_on:
        return outing
    outing.walked_on = command.walked_on
    outing.taken_at, outing.taken_by = work.now, work.actor.key
    work.decide(
        "sweep.taken", f"sweeps:{plan.id}", day=command.day, on=command.walked_on.isoformat()
    )
    return outing
