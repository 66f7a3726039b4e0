"""The queue as columns, for what is projected over all of it at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.reports.models import Incident
from backend.triage.models import QueueEntry, QueueOverride
from equity.levers.queue_order import OpenReports
from equity.rates.events import UNKNOWN, Codes

_PACE_DAYS = 28
_ENTRY, _INCIDENT, _OVERRIDE = map(table_of, (QueueEntry, Incident, QueueOverride))
_OPEN = (
    sa.select(
        _ENTRY.c.incident_id,
        _INCIDENT.c.number,
        _INCIDENT.c.district_id,
        _ENTRY.c.opened_epoch,
        _ENTRY.c.paused_epoch,
        _ENTRY.c.severity_band,
        _ENTRY.c.target_seconds,
        _ENTRY.c.weight,
        _ENTRY.c.held_for,
        _OVERRIDE.c.raised,
    )
    .join(_INCIDENT, _INCIDENT.c.id == _ENTRY.c.incident_id)
    .outerjoin(_OVERRIDE, _OVERRIDE.c.incident_id == _ENTRY.c.incident_id)
    .where(~_ENTRY.c.is_outside)
    .order_by(_ENTRY.c.incident_id)
)


@dataclass(frozen=True, slots=True, eq=False)
class OpenQueue:
    """What lies in the city and is open: `reports` as columns, and what the queue has of each."""

    reports: OpenReports
    incident_ids: tuple[int, ...]
    numbers: tuple[str, ...]
    stored: tuple[tuple[float, str | None], ...]


def open_queue(session: Session, districts: Sequence[int], now: datetime) -> OpenQueue:
    """The queue at `now`, with areas coded by the row ids of `districts`.

    `raised` is what a person decided, also of what is danger now and may not be after a change.
    While others are awaited the clock stands still, as if it were opened that much later.
    """
    rows = session.execute(_OPEN).all()
    code = {district: number for number, district in enumerate(districts)}
    moment = now.timestamp()
    opened = [
        row.opened_epoch + (0.0 if row.paused_epoch is None else moment - row.paused_epoch)
        for row in rows
    ]
    reports = OpenReports(
        # Of two that are equal the one with the lower row id goes first, as in the list.
        report_ids=np.array([f"{row.incident_id:020d}" for row in rows], dtype=np.str_),
        opened_at=(np.array(opened) * 1e6).astype("datetime64[us]"),
        severity_band=_column([row.severity_band for row in rows]),
        target_hours=np.array([row.target_seconds / 3600 for row in rows]),
        area=_column([code.get(row.district_id, UNKNOWN) for row in rows]),
        raised=_column([row.raised or 0 for row in rows]),
    )
    return OpenQueue(
        reports,
        tuple(row.incident_id for row in rows),
        tuple(row.number for row in rows),
        tuple((row.weight, row.held_for) for row in rows),
    )


def served_per_day(session: Session, now: datetime) -> float:
    """How many incidents were closed a day over the last four weeks."""
    since = now - timedelta(days=_PACE_DAYS)
    closed = sa.select(sa.func.count()).select_from(_INCIDENT)
    within = closed.where(_INCIDENT.c.closed_at > since, _INCIDENT.c.closed_at <= now)
    return (session.scalar(within) or 0) / _PACE_DAYS


def as_moment(now: datetime) -> np.datetime64:
    """For the columns above."""
    return np.datetime64(round(now.timestamp() * 1e6), "us")


def _column(values: list[int]) -> Codes:
    return np.array(values, dtype=np.intp)
