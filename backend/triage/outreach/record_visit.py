"""Somebody was there: what makes `last visited` true."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from backend.core.channels import OWN_CHANNELS, Channel
from backend.core.db import lock_id
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.public_words import checked_line
from backend.core.uow import UnitOfWork
from backend.places.models import BoundarySet, District
from backend.places.queries import the_city
from backend.triage.may import require_person
from backend.triage.outreach.commands import RecordVisit
from backend.triage.outreach.models import OutreachVisit
from backend.triage.outreach.queries import STANDS
from equity.levers.outreach import VISIT

VISIT_CHANNELS = (VISIT, *sorted({*Channel} - OWN_CHANNELS - {Channel.OUTREACH, Channel.OTHER}))
MOST_PEOPLE = 100_000
MOST_WORDS = 1000
# A visit can be recorded late, not invented for another year.
_LONGEST_AGO = timedelta(days=366)


def record_visit(work: UnitOfWork, command: RecordVisit) -> bool:
    """Keep a visit to a district in force; False where it is recorded already.

    Raises `Invalid` or `NotFound` on what cannot be, and `Conflict` on an id that was used for
    another visit, or for one that was taken back.
    """
    require_person(work)
    words = checked_line(command.words, "/words", MOST_WORDS)
    if command.entry_id is not None and _is_sent_again(work, command.entry_id, command, words):
        return False
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
    said = {
        "district_id": district.id,
        "visited_on": command.visited_on,
        "channel": command.channel,
        "people": command.people,
        "words": words,
        "recorded_by": work.actor.key,
    }
    if _is_said_again(work, said):
        return False
    work.session.add(OutreachVisit(**said, recorded_at=work.now, entry_id=command.entry_id))
    work.decide(
        "outreach.visited",
        f"district:{district.code}",
        on=command.visited_on.isoformat(),
        channel=command.channel,
        people=command.people,
    )
    return True


def _is_sent_again(work: UnitOfWork, entry_id: UUID, command: RecordVisit, words: str) -> bool:
    lock_id(work.session, entry_id)
    row = work.session.execute(
        sa.select(OutreachVisit, District.code)
        .join(District, District.id == OutreachVisit.district_id)
        .where(OutreachVisit.entry_id == entry_id)
    ).one_or_none()
    if row is None:
        return False
    kept = row.OutreachVisit
    said = (command.district_code, command.visited_on, command.channel, command.people, words)
    is_same = said == (row.code, kept.visited_on, kept.channel, kept.people, kept.words)
    if kept.taken_back_at is not None or not is_same:
        raise Conflict("visit-id-taken")
    return True


def _is_said_again(work: UnitOfWork, said: dict[str, Any]) -> bool:
    """Whether they recorded it to the letter: the answer was lost, and they typed it anew."""
    same = sa.select(OutreachVisit.id).filter_by(**said).where(STANDS).limit(1)
    return work.session.scalar(same) is not None
