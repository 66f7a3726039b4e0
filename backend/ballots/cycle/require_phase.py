"""The one gate of a cycle: an act belongs to a phase, and outside of it nobody does it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.phases import Calendar, Phase
from backend.ballots.cycle.queries import calendar_of
from backend.core.errors import Conflict
from backend.places.queries import the_city


def require_phase(session: Session, cycle: Cycle, phase: Phase, now: datetime) -> Calendar:
    """The cycle's dates, where `phase` is under way; raises `Conflict` otherwise.

    A draft has no phase: nothing of it is open to anybody.
    """
    if cycle.published_at is None:
        raise Conflict("cycle-not-published", slug=cycle.slug)
    calendar = calendar_of(session, cycle)
    if calendar.phase_at(now) is not phase:
        span = calendar.spans[phase]
        raise Conflict(
            "phase-not-open",
            phase=phase.value,
            now=calendar.phase_at(now) or "none",
            starts_at=city_minute(session, span.starts_at),
            ends_at=city_minute(session, span.ends_at),
        )
    return calendar


def city_minute(session: Session, moment: datetime) -> str:
    """Day and minute by the city's clock."""
    zone = ZoneInfo(the_city(session).time_zone)
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
