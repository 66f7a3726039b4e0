"""Every night: tell those who wish it of what began in a budget, and that its result is out.

A phase opens by its date and by nobody's act, so nothing happens that could tell of it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.move_date import can_open
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import calendar_of, public_cycles
from backend.core.uow import UnitOfWork
from backend.delivery.notices.leave_notices import Happening, leave_notices
from backend.delivery.notices.queries import EVERYBODY, has_notice_of
from backend.delivery.notices.rules import Topic

JOB = "tell_phases"
RESULT = "result"
TOLD = (Phase.IDEAS, Phase.FEEDBACK, Phase.VOTE)
"""In these residents have something to do."""
# A night or two on which nothing ran is made up for; older news is none.
_NEWS = timedelta(days=3)


def tell_phases(work: UnitOfWork, _payload: dict[str, Any]) -> None:
    """Leave a notice of each, once."""
    for cycle in public_cycles(work.session):
        for what, at in _begun(work.session, cycle):
            is_news = work.now - _NEWS < at <= work.now
            if is_news and not has_notice_of(work.session, f"cycle:{cycle.slug}", at):
                happening = Happening(Topic.PHASE, "cycle", {"what": what}, at)
                leave_notices(work, EVERYBODY, {"known_as": cycle.slug}, happening)


def _begun(session: Session, cycle: Cycle) -> Iterator[tuple[str, datetime]]:
    calendar = calendar_of(session, cycle)
    for phase in TOLD:
        if can_open(cycle, phase):
            yield phase.value, calendar.spans[phase].starts_at
    if cycle.counted_at is not None:
        yield RESULT, cycle.counted_at
