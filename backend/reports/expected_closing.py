"""When a report may be expected to be closed: as it was with those of the last year, every night.

The target says what the city means to do; this says what it does.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.events import Event
from backend.core.jobs import PreparedJob
from backend.core.uow import UnitOfWork
from backend.reports.models import ExpectedTime, Incident
from backend.reports.workflow import State
from equity.measures.time_to_close import median_time

JOB = "expect_closings"
FEWEST_CLOSINGS = 20
_YEAR = timedelta(days=365)
_CHUNK = 10_000
_INCIDENT, _EXPECTED = table_of(Incident), table_of(ExpectedTime)

_Group: TypeAlias = tuple[str, int | None]


def nearest_expected(
    service_code: sa.ColumnElement[str], district_id: sa.ColumnElement[int | None]
) -> sa.ScalarSelect[int]:
    """The row that tells of a service in a district, or of it anywhere where too few were closed
    there; none where that is too little too."""
    expected = _EXPECTED.alias()
    return (
        sa.select(expected.c.id)
        .where(
            expected.c.service_code == service_code,
            sa.or_(expected.c.district_id == district_id, expected.c.district_id.is_(None)),
        )
        .order_by(expected.c.district_id.is_(None))
        .limit(1)
        .scalar_subquery()
    )


def compute_expected_times(session: Session, now: datetime) -> list[dict[str, Any]]:
    """Rows for every service, and for every service in a district, with enough closings."""
    rows = []
    for (service_code, district_id), times in _times_of_last_year(session, now).items():
        hours = np.array([one for one, _ in times])
        found = median_time(hours, np.array([is_closed for _, is_closed in times]))
        if found is not None and found.closings >= FEWEST_CLOSINGS:
            rows.append(
                {
                    "service_code": service_code,
                    "district_id": district_id,
                    "median_hours": found.median,
                    "low_hours": found.low,
                    "high_hours": found.high,
                    "closings": found.closings,
                    "computed_at": now,
                }
            )
    return rows


def store_expected_times(work: UnitOfWork, rows: list[dict[str, Any]]) -> None:
    """Put `rows` in the place of what was computed before."""
    work.session.execute(sa.delete(_EXPECTED))
    if rows:
        work.session.execute(sa.insert(_EXPECTED), rows)


EXPECTED_JOB = PreparedJob(
    lambda session, now, _payload: compute_expected_times(session, now), store_expected_times
)


def expect_anew(work: UnitOfWork, _event: Event) -> None:
    """Much came in at once, or lies in other districts now."""
    work.enqueue(JOB)


def _times_of_last_year(session: Session, now: datetime) -> dict[_Group, list[tuple[float, bool]]]:
    """Hours each incident has been open, and whether it was closed then.

    A duplicate is closed with the one it belongs to, so it says nothing of its own.
    """
    times: dict[_Group, list[tuple[float, bool]]] = defaultdict(list)
    for service_code, district_id, opened_at, closed_at in _opened_since(session, now - _YEAR):
        hours = max(((closed_at or now) - opened_at).total_seconds() / 3600, 0.0)
        time = (hours, closed_at is not None)
        times[service_code, None].append(time)
        if district_id is not None:
            times[service_code, district_id].append(time)
    return times


def _opened_since(session: Session, moment: datetime) -> Iterator[sa.Row[*tuple[Any, ...]]]:
    columns = ("service_code", "district_id", "opened_at", "closed_at")
    query = (
        sa.select(*(_INCIDENT.c[name] for name in columns))
        .where(_INCIDENT.c.opened_at >= moment, _INCIDENT.c.state != State.DUPLICATE)
        .order_by(_INCIDENT.c.id)
    )
    yield from session.execute(query.execution_options(yield_per=_CHUNK))
