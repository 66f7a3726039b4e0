"""How often people about to report were shown that it may be known, and what they did then.

Who leaves because the city knows already would have been a repeat, so where many leave, repeats
say too little. How many left is told beside the rates and counted in none of them.
"""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.reports.duplicates.models import Exposure
from backend.reports.models import ServiceRequest

_SHOWN, _REQUEST = table_of(Exposure), table_of(ServiceRequest)
_SOON = timedelta(hours=1)
_SHOWINGS = (
    sa.select(_SHOWN.c.reporter_hash, _SHOWN.c.at, _SHOWN.c.incident_id)
    .where(_SHOWN.c.reporter_hash.is_not(None))
    .order_by(_SHOWN.c.at, _SHOWN.c.id)
)
_FILED = (
    sa.select(_REQUEST.c.reporter_hash, _REQUEST.c.received_at, _REQUEST.c.incident_id)
    .where(_REQUEST.c.reporter_hash.in_(sa.select(_SHOWN.c.reporter_hash)))
    .order_by(_REQUEST.c.received_at, _REQUEST.c.id)
)


@dataclass(frozen=True, slots=True)
class AlreadyShown:
    """Times somebody was shown what is known and within the hour joined it, reported something
    else, or did neither."""

    joined: int
    anew: int
    left: int


def already_shown(session: Session) -> AlreadyShown:
    """Of all whose device or account can be told apart; looking again within the hour is once."""
    filed: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for reporter, at, incident in session.execute(_FILED):
        filed[reporter].append((at, incident))
    visits: dict[str, list[tuple[datetime, set[int]]]] = defaultdict(list)
    for reporter, at, incident in session.execute(_SHOWINGS):
        if not visits[reporter] or at - visits[reporter][-1][0] > _SOON:
            visits[reporter].append((at, set()))
        visits[reporter][-1][1].add(incident)
    joined = anew = left = 0
    for reporter, mine in visits.items():
        for at, shown in mine:
            then = _within_the_hour(filed[reporter], at)
            joined += bool(then & shown)
            anew += bool(then) and not then & shown
            left += not then
    return AlreadyShown(joined, anew, left)


def _within_the_hour(filed: list[tuple[datetime, int]], at: datetime) -> set[int]:
    begin, end = (bisect_left(filed, (moment, -1)) for moment in (at, at + 2 * _SOON))
    return {incident for _, incident in filed[begin:end]}
