"""How much comes in, how much gets done, and from where: what a sweep plan is computed from."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.channels import OWN_CHANNELS
from backend.core.db import table_of
from backend.core.errors import Invalid
from backend.reports.models import Incident, ServiceRequest

_NEED_DAYS = 90
_INFLOW_WEEKS, _OUTPUT_WEEKS = 4, 12
_INCIDENT, _REQUEST = table_of(Incident), table_of(ServiceRequest)
# An incident has the number of its first request.
_FIRST_BY_RESIDENTS = (
    sa.select(_INCIDENT.c.district_id, sa.func.count())
    .join(_REQUEST, _REQUEST.c.number == _INCIDENT.c.number)
    .where(
        _INCIDENT.c.opened_at > sa.bindparam("since"),
        _REQUEST.c.channel.not_in(sorted(OWN_CHANNELS)),
    )
    .group_by(_INCIDENT.c.district_id)
)


def first_reports_per_day(session: Session, now: datetime) -> dict[int, float]:
    """Problems that residents were the first to report, a day, by district, over 90 days."""
    since = now - timedelta(days=_NEED_DAYS)
    rows: Any = session.execute(_FIRST_BY_RESIDENTS, {"since": since})
    return {district: count / _NEED_DAYS for district, count in rows if district is not None}


def utilisation(session: Session, now: datetime, jobs_per_week: float | None) -> float:
    """Work that came in over the last four weeks, over what can be finished in as long.

    Raises `Invalid` where work comes in and nobody can tell how much can be finished.
    """
    opened = sa.select(sa.func.count()).select_from(_INCIDENT)
    since = now - timedelta(weeks=_INFLOW_WEEKS)
    coming = (session.scalar(opened.where(_INCIDENT.c.opened_at > since)) or 0) / _INFLOW_WEEKS
    can = jobs_per_week if jobs_per_week is not None else most_finished_in_a_week(session, now)
    if coming and not can > 0:
        raise Invalid("sweep-capacity-unknown", pointer="/jobs_per_week")
    return coming / can if coming else 0.0


def most_finished_in_a_week(session: Session, now: datetime) -> int:
    """The most that was closed in any of the last twelve weeks."""
    closed_at = _INCIDENT.c.closed_at
    ends = [now - timedelta(weeks=week) for week in range(_OUTPUT_WEEKS + 1)]
    counts = [
        sa.func.count().filter(closed_at > begin, closed_at <= end) for end, begin in pairwise(ends)
    ]
    most: int = max(session.execute(sa.select(*counts).where(closed_at > ends[-1])).one())
    return most
