"""Somebody was there: what makes `last visited` true."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from backend.core.channels import OWN_CHANNELS, Channel
from backend.core.db import lock_id
from backend.core.errors import Invalid, NotFound
from backend.core.public_words import checked_line
from backend.core.uow import UnitOfWork
from backend.places.models import BoundarySet, District
from backend.places.queries import the_city
from backend.triage.may import require_person
from backend.triage.outreach.commands import RecordVisit
from backend.triage.outreach.models import OutreachVisit
from equity.levers.outreach import VISIT

VISIT_CHANNELS = (VISIT, *sorted({*Channel} - OWN_CHANNELS - {Channel.OUTREACH, Channel.OTHER}))
MOST_PEOPLE = 100_000
MOST_WORDS = 1000
# A visit can be recorded late, not invented for another year.
_LONGEST_AGO = timedelta(days=366)


def record_visit(work: UnitOfWork, command: RecordVisit) -> OutreachVisit:
    """Keep a visit to a district in force; raises `Invalid` or `NotFound` on what cannot be."""
    require_person(work)
    if (known := _sent_before(work, command)) is not None:
        return known
    words = checked_line(command.words, "/words", MOST_WORDS)
    if command.channel not in VISIT_CHANNELS:
        raise Invalid("choice-not-offered", pointer="/channel", choices=VISIT_CHANNELS)
    if not 0 <= command.people <= MOST_PEOPLE:
        raise Invalid("visit-people-not-valid", pointer="/people", most=MOST_PEOPLE)
    today = work.now.astimezone(ZoneInfo(the_city(work.session).time_zone)).date()
    if not today - _LONGEST_AGO <= command.visited_on <= today:
        raise Invalid("visit-day-not-valid", pointer="/visited_on")
    district = work.session.scalar(
        sa.select(District)
        .join(BoundarySet, BoundarySet.id == District.boundary_set_id)
        .where(BoundarySet.is_current, District.code == command.district_code)
    )
    if district is None:
        raise NotFound("visit-district-unknown", district=command.district_code[:60])
    visit = OutreachVisit(
        district_id=district.id,
        visited_on=command.visited_on,
        channel=command.channel,
        people=command.people,
        words=words,
        recorded_at=work.now,
        recorded_by=work.actor.key,
        entry_id=command.entry_id,
    )
    work.session.add(visit)
    work.decide(
        "outreach.visited",
        f"district:{district.code}",
        on=command.visited_on.isoformat(),
        channel=command.channel,
        people=command.people,
    )
    return visit


def _sent_before(work: UnitOfWork, command: RecordVisit) -> OutreachVisit | None:
    if command.entry_id is None:
        return None
    lock_id(work.session, command.entry_id)
    same = OutreachVisit.entry_id == command.entry_id
    return work.session.scalar(sa.select(OutreachVisit).where(same))
