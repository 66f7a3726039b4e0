"""What somebody reported and what they follow, as they find it again: the newest change first.

One entry for each thing, however many reports of theirs lie under it. Changes are decisions and
numbered in the order of commits, so that nothing is missed or told twice from page to page.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.actors import Actor
from backend.core.db import table_of
from backend.reports.catalogue import city_catalogue
from backend.reports.changes import Cursor
from backend.reports.models import Follower, Incident, OutcomeRating, ServiceRequest
from backend.reports.public_requests import PublicRequest, RequestFilter, public_requests
from backend.reports.workflow import CLOSED_STATES, State

_REQUEST, _INCIDENT = table_of(ServiceRequest), table_of(Incident)
_FOLLOWER, _RATING = table_of(Follower), table_of(OutcomeRating)
_HASHES: sa.BindParameter[str] = sa.bindparam("hashes", expanding=True)
_IS_OWN = sa.func.coalesce(_REQUEST.c.reporter_hash.in_(_HASHES), sa.false())
_IS_FOLLOWED = sa.exists().where(
    _FOLLOWER.c.service_request_id == _REQUEST.c.id, _FOLLOWER.c.follower_hash.in_(_HASHES)
)
# By the two indexes that know whose a report is.
_THEIRS = sa.union(
    sa.select(_REQUEST.c.incident_id).where(_REQUEST.c.reporter_hash.in_(_HASHES)),
    sa.select(_REQUEST.c.incident_id)
    .join(_FOLLOWER, _FOLLOWER.c.service_request_id == _REQUEST.c.id)
    .where(_FOLLOWER.c.follower_hash.in_(_HASHES)),
)
_PAGE = (
    sa.select(
        _INCIDENT.c.id,
        _INCIDENT.c.number,
        _INCIDENT.c.state,
        _INCIDENT.c.closed_at,
        _INCIDENT.c.changed_sequence,
    )
    .where(
        _INCIDENT.c.id.in_(_THEIRS),
        sa.tuple_(_INCIDENT.c.changed_sequence, _INCIDENT.c.number)
        < sa.tuple_(
            sa.bindparam("sequence", type_=sa.BigInteger), sa.bindparam("number", type_=sa.String)
        ),
    )
    .order_by(_INCIDENT.c.changed_sequence.desc(), _INCIDENT.c.number.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_NUMBERS = (
    sa.select(_REQUEST.c.incident_id, _REQUEST.c.number, _IS_OWN)
    .where(
        _REQUEST.c.incident_id.in_(sa.bindparam("incidents", expanding=True)),
        sa.or_(_IS_OWN, _IS_FOLLOWED),
    )
    .order_by(_REQUEST.c.received_at, _REQUEST.c.number)
)
_RATINGS = (
    sa.select(_RATING.c.incident_id, _RATING.c.answer)
    .join(_INCIDENT, _INCIDENT.c.id == _RATING.c.incident_id)
    .where(
        _RATING.c.incident_id.in_(sa.bindparam("incidents", expanding=True)),
        _RATING.c.rater_hash.in_(_HASHES),
        _RATING.c.closed_at == _INCIDENT.c.closed_at,
    )
)
_BEGINNING = Cursor(2**62, "")


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """One thing: `request` is their first report of it, else the first they follow.

    `numbers` are all reports of theirs under it. `is_asked` while the city waits for their answer;
    `answer_until` is when they can no longer say that it is not done, `rating` what they said of
    how it was dealt with, for what is closed.
    """

    request: PublicRequest
    numbers: tuple[str, ...]
    is_asked: bool
    answer_until: datetime | None
    rating: str | None

    @property
    def is_reported(self) -> bool:
        """Whether they reported it, and do not only follow it."""
        return bool(self.numbers)


def own_reports(
    session: Session, actor: Actor, *, before: Cursor | None, limit: int
) -> tuple[list[OwnEntry], Cursor | None]:
    """Up to `limit` entries that changed before the cursor, and the cursor of the rest, if any."""
    hashes = sorted(actor.reporters)
    start = before or _BEGINNING
    place = {"sequence": start.sequence, "number": start.number, "most": limit + 1}
    rows = session.execute(_PAGE, {"hashes": hashes} | place).all()
    page = rows[:limit]
    known = {"hashes": hashes, "incidents": [row.id for row in page]}
    numbers, own = _numbers(session, known)
    ratings = {row.incident_id: row.answer for row in session.execute(_RATINGS, known)}
    wanted = tuple(numbers[row.id][0] for row in page)
    found = public_requests(session, RequestFilter(numbers=wanted), limit=limit)
    requests = {one.incident_id: one for one in found}
    days = timedelta(days=city_catalogue(session).policy.confirm_days)
    entries = [
        OwnEntry(
            requests[row.id],
            tuple(own[row.id]),
            row.state == State.WAITING_REPORTER,
            row.closed_at + days if row.state in CLOSED_STATES and row.closed_at else None,
            ratings.get(row.id),
        )
        for row in page
    ]
    more = Cursor(page[-1].changed_sequence, page[-1].number) if len(rows) > limit else None
    return entries, more


def _numbers(
    session: Session, known: Mapping[str, Sequence[Any]]
) -> tuple[Mapping[int, list[str]], Mapping[int, list[str]]]:
    """By incident: the reports of theirs or followed, theirs first; and those of theirs alone."""
    own: dict[int, list[str]] = defaultdict(list)
    followed: dict[int, list[str]] = defaultdict(list)
    for incident_id, number, is_own in session.execute(_NUMBERS, known):
        (own if is_own else followed)[incident_id].append(number)
    return {id_: own[id_] + followed[id_] for id_ in known["incidents"]}, own
