"""How often people about to report were shown that it may be known, and what they did then.

Who leaves because the city knows already would have been a repeat, so where many leave, repeats
say too little. Nobody knows who of them meant what they were shown, so that none is counted as a
repeat; but what the rates would be if all of them had meant it can be told.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.observe import RequestLog, as_ticks
from backend.core.db import table_of
from backend.reports.duplicates.models import Exposure
from backend.reports.models import ServiceRequest
from equity.rates.events import Requests

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
class Leaver:
    """Somebody who reported nothing within the hour, and what they may have meant."""

    reporter: str
    at: datetime
    incident_id: int


@dataclass(frozen=True, slots=True)
class AlreadyShown:
    """Times somebody was shown what is known and within the hour joined it, reported something
    else, or did neither."""

    joined: int
    anew: int
    leavers: tuple[Leaver, ...]

    @property
    def counts(self) -> dict[str, int]:
        """By what was done."""
        return {"joined": self.joined, "anew": self.anew, "left": len(self.leavers)}


def already_shown(session: Session) -> AlreadyShown:
    """Of all whose device or account can be told apart; looking again within the hour is once.

    Of several things shown, which lie within metres of each other, the first reported is taken for
    what was meant.
    """
    filed: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for reporter, at, incident in session.execute(_FILED):
        filed[reporter].append((at, incident))
    visits: dict[str, list[tuple[datetime, set[int]]]] = defaultdict(list)
    for reporter, at, incident in session.execute(_SHOWINGS):
        if not visits[reporter] or at - visits[reporter][-1][0] > _SOON:
            visits[reporter].append((at, set()))
        visits[reporter][-1][1].add(incident)
    joined = anew = 0
    leavers = []
    for reporter, mine in visits.items():
        for at, shown in mine:
            then = _within_the_hour(filed[reporter], at)
            joined += bool(then & shown)
            anew += bool(then) and not then & shown
            if not then:
                leavers.append(Leaver(reporter, at, min(shown)))
    return AlreadyShown(joined, anew, tuple(leavers))


def as_if_reported(log: RequestLog, leavers: Sequence[Leaver]) -> Requests:
    """The requests, and one more of each leaver, of what they may have meant.

    Who reported it too counts once all the same. Of what was joined to something else since there
    is no request left to put one beside.
    """
    _, first = np.unique(log.requests.incident, return_index=True)
    ids = log.incident_ids[log.requests.incident[first]]
    row_of = dict(zip(ids.tolist(), first.tolist(), strict=True))
    known = [one for one in leavers if one.incident_id in row_of]
    beside = np.array([row_of[one.incident_id] for one in known], np.intp)
    code_of = dict(log.reporters)
    reporter = [code_of.setdefault(one.reporter, len(code_of)) for one in known]
    requests = log.requests.rows(np.append(np.arange(log.size), beside))
    new = slice(log.size, None)
    requests.request[new] = np.arange(log.size, log.size + beside.size)
    requests.at[new] = as_ticks([one.at for one in known])
    requests.reporter[new] = reporter
    requests.is_report[new] = True
    return requests


def _within_the_hour(filed: list[tuple[datetime, int]], at: datetime) -> set[int]:
    begin, end = (bisect_left(filed, (moment, -1)) for moment in (at, at + 2 * _SOON))
    return {incident for _, incident in filed[begin:end]}
