"""How many problems are known in each district: a count of reports, and never of what is wrong."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.places.models import District
from backend.reports.models import Incident
from backend.reports.public_requests import unindexed_state
from backend.reports.workflow import OPEN_STATES

_INCIDENT, _DISTRICT = table_of(Incident), table_of(District)


def problems_by_district(
    session: Session,
    *,
    states: tuple[str, ...],
    service_code: str | None = None,
    opened_from: datetime | None = None,
) -> dict[str | None, int]:
    """Problems in one of `states` by the code of their district; None is outside of all.

    Problems, so that one that ten people saw counts once; by the districts they were put in.
    """
    # What is open is the least of it; of the rest every row is read, one after the other.
    is_open = set(states) <= set(map(str, OPEN_STATES))
    state = _INCIDENT.c.state if is_open else unindexed_state(session)
    counted = sa.select(_INCIDENT.c.district_id, sa.func.count().label("problems")).where(
        state.in_(states)
    )
    if service_code is not None:
        counted = counted.where(_INCIDENT.c.service_code == service_code)
    if opened_from is not None:
        counted = counted.where(_INCIDENT.c.opened_at >= opened_from)
    each = counted.group_by(_INCIDENT.c.district_id).subquery()
    rows = session.execute(
        sa.select(_DISTRICT.c.code, each.c.problems)
        .select_from(each)
        .outerjoin(_DISTRICT, _DISTRICT.c.id == each.c.district_id)
        .order_by(_DISTRICT.c.code)
    )
    counts: dict[str | None, int] = {}
    for code, problems in rows:
        counts[code] = counts.get(code, 0) + problems
    return counts
