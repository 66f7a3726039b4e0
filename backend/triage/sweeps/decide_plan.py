"""A person puts a plan in force or drops it, and says why."""

import sqlalchemy as sa

from backend.core.errors import Conflict
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.triage.may import require_person
from backend.triage.sweeps.commands import DecideSweeps
from backend.triage.sweeps.models import SweepPlan
from backend.triage.sweeps.queries import find_plan
from backend.triage.sweeps.workflow import MOVES, PlanState


def decide_plan(work: UnitOfWork, command: DecideSweeps) -> SweepPlan:
    """One plan is in force at a time: putting one in force replaces the one before."""
    require_person(work)
    reason = checked_reason(command.reason, is_needed=True)
    # All of them, so that no two can come into force at once.
    work.session.execute(sa.select(SweepPlan.id).order_by(SweepPlan.id).with_for_update()).all()
    plan = find_plan(work.session, command.plan_id)
    after = PlanState.IN_FORCE if command.is_approval else PlanState.DROPPED
    if after not in MOVES[PlanState(plan.state)]:
        raise Conflict("sweep-plan-decided", plan=plan.id, state=plan.state)
    if command.is_approval:
        in_force = SweepPlan.state == PlanState.IN_FORCE.value
        replaced = sa.update(SweepPlan).where(in_force)
        work.session.execute(replaced.values(state=PlanState.REPLACED.value))
    plan.state = after.value
    plan.decided_at, plan.decided_by, plan.reason = work.now, work.actor.key, reason
    subject = f"sweeps:{plan.id}"
    if command.is_approval:
        work.decide("sweeps.put_in_force", subject, reason=reason)
    else:
        work.decide("sweeps.dropped", subject, reason=reason)
    return plan
