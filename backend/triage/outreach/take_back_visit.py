"""Whoever recorded a visit by mistake takes it back, for as long as any act at the desk."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from backend.core.actors import Actor, Role
from backend.core.errors import Conflict, Forbidden, NotFound
from backend.core.uow import UnitOfWork
from backend.places.models import District
from backend.reports.desk_acts.rules import may_undo
from backend.triage.may import require_person
from backend.triage.outreach.models import OutreachVisit


def take_back_visit(work: UnitOfWork, entry_id: UUID) -> None:
    """The visit with this id was none; taken back twice, it is taken back.

    Raises `NotFound`, `Forbidden` for anybody but whoever recorded it and administrators, and
    `Conflict` when it is too late.
    """
    require_person(work)
    its = OutreachVisit.entry_id == entry_id
    visit = work.session.scalar(sa.select(OutreachVisit).where(its).with_for_update())
    if visit is None:
        raise NotFound("visit-not-found")
    if not _is_theirs(visit, work.actor):
        raise Forbidden("act-of-somebody-else")
    if visit.taken_back_at is not None:
        return
    if not may_undo(visit.recorded_at, work.now):
        raise Conflict("visit-stands")
    visit.taken_back_at = work.now
    district = work.session.get_one(District, visit.district_id)
    on = visit.visited_on.isoformat()
    work.decide("outreach.taken_back", f"district:{district.code}", on=on)


def may_take_back(visit: OutreachVisit, actor: Actor, now: datetime) -> bool:
    """Whether they can take it back now; one without an id is older than the time there is."""
    in_time = may_undo(visit.recorded_at, now)
    return visit.entry_id is not None and in_time and _is_theirs(visit, actor)


def _is_theirs(visit: OutreachVisit, actor: Actor) -> bool:
    return visit.recorded_by == actor.key or actor.role is Role.ADMIN
