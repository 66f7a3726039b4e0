"""The time in which money and projects are still to be settled: published, and before the vote."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.phases import Calendar, Phase
from backend.ballots.cycle.queries import calendar_of
from backend.core.errors import Conflict


def require_unsettled(session: Session, cycle: Cycle, now: datetime) -> Calendar:
    """The cycle's dates; raises `Conflict` on a draft, once settled, and once the vote's day came.

    Whoever missed that day puts the vote off, which is a public act, and settles then.
    """
    if cycle.published_at is None:
        raise Conflict("cycle-not-published", slug=cycle.slug)
    if cycle.settled_at is not None:
        raise Conflict("cycle-is-settled", slug=cycle.slug)
    calendar = calendar_of(session, cycle)
    if calendar.has_begun(Phase.VOTE, now):
        raise Conflict("vote-day-has-come", slug=cycle.slug)
    return calendar
