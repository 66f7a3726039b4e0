"""Reports and problems of a period as plain columns, with what became of each problem.

The first action is the first inspection, or the first step that puts somebody to work: a date that
was set, work begun, or the problem resolved. Reading, assigning and waiting are none, and neither
is closing a problem without doing anything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.findings.columns import Column
from backend.audits.observe import as_ticks
from backend.core.channels import OWN_CHANNELS
from backend.core.db import table_of
from backend.reports.models import Incident, IncidentChange, Inspection, ServiceRequest
from backend.reports.workflow import CLOSED_STATES, FIXED_STATES, REFUSALS, State

ACTIONS = frozenset({State.SCHEDULED, State.IN_PROGRESS, *FIXED_STATES})

_REQUEST, _INCIDENT = table_of(ServiceRequest), table_of(Incident)
_INSPECTION, _CHANGE = table_of(Inspection), table_of(IncidentChange)
_IN_PERIOD = sa.and_(
    _REQUEST.c.requested_at >= sa.bindparam("start"), _REQUEST.c.requested_at < sa.bindparam("end")
)
_CONCERNED = sa.select(_REQUEST.c.incident_id).where(_IN_PERIOD)
_REPORTS = (
    sa.select(
        _REQUEST.c.incident_id,
        _REQUEST.c.requested_at,
        _REQUEST.c.channel,
        _REQUEST.c.reporter_hash,
    )
    .where(_IN_PERIOD)
    .order_by(_REQUEST.c.requested_at, _REQUEST.c.id)
)
_PROBLEMS = (
    sa.select(
        _INCIDENT.c.id,
        _INCIDENT.c.closed_at,
        _INCIDENT.c.state,
        _INCIDENT.c.service_code,
        _INCIDENT.c.lon,
        _INCIDENT.c.lat,
    )
    .where(_INCIDENT.c.id.in_(_CONCERNED))
    .order_by(_INCIDENT.c.id)
)
_TOLD = (
    sa.select(_REQUEST.c.incident_id, sa.func.min(_REQUEST.c.requested_at))
    .where(_REQUEST.c.incident_id.in_(_CONCERNED))
    .group_by(_REQUEST.c.incident_id)
    .order_by(_REQUEST.c.incident_id)
)
_LOOKS = (
    sa.select(_INSPECTION.c.incident_id, sa.func.min(_INSPECTION.c.inspected_at))
    .where(
        _INSPECTION.c.incident_id.in_(_CONCERNED),
        _INSPECTION.c.inspected_at < sa.bindparam("end"),
    )
    .group_by(_INSPECTION.c.incident_id)
    .order_by(_INSPECTION.c.incident_id)
)
_STEPS = (
    sa.select(_CHANGE.c.incident_id, _CHANGE.c.at, _CHANGE.c.to_state)
    .where(
        _CHANGE.c.incident_id.in_(_CONCERNED),
        _CHANGE.c.at < sa.bindparam("end"),
        _CHANGE.c.to_state.in_(
            [state.value for state in (*ACTIONS, *CLOSED_STATES)] + [State.REOPENED.value]
        ),
    )
    .order_by(_CHANGE.c.at, _CHANGE.c.id)
)


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Columns of reports and of problems, and where the problems are (n,)."""

    columns: dict[str, Column]
    channels: tuple[str, ...]
    services: tuple[str, ...]
    lons: Column
    lats: Column


@dataclass(slots=True)
class _Fate:
    """What became of one problem by the end of the period."""

    acted: datetime | None = None
    closed: datetime | None = None
    last: State | None = None
    is_reopened: bool = False

    def step(self, at: datetime, to_state: State) -> None:
        if to_state in ACTIONS and self.acted is None:
            self.acted = at
        if to_state in CLOSED_STATES and to_state is not State.DUPLICATE:
            self.closed = self.closed or at
            self.last = to_state
        self.is_reopened |= to_state is State.REOPENED


def read_cases(session: Session, start: datetime, end: datetime) -> Cases:
    """Every report of [start, end), its problem, and what had happened to that by the end."""
    period = {"start": start, "end": end}
    reports = session.execute(_REPORTS, period).all()
    problems = session.execute(_PROBLEMS, period).all()
    told, looks = (
        {row[0]: row[1] for row in session.execute(query, period)} for query in (_TOLD, _LOOKS)
    )
    fates: dict[int, _Fate] = {row.id: _Fate() for row in problems}
    for incident, at, to_state in session.execute(_STEPS, period):
        fates[incident].step(at, State(to_state))
    for row in problems:
        # What came in by a file has no steps, only its end.
        if row.closed_at and row.closed_at < end and fates[row.id].closed is None:
            fates[row.id].step(row.closed_at, State(row.state))
    columns, channels = _report_columns(reports, [row.id for row in problems])
    services = tuple(sorted({row.service_code for row in problems}))
    columns |= _problem_columns(problems, told, looks, fates, services)
    lons, lats = (np.array([getattr(row, name) for row in problems]) for name in ("lon", "lat"))
    return Cases(columns, channels, services, lons, lats)


def _report_columns(
    reports: Sequence[Any], incidents: list[int]
) -> tuple[dict[str, Column], tuple[str, ...]]:
    channels = tuple(sorted({row.channel for row in reports}))
    reporters = dict.fromkeys(row.reporter_hash for row in reports if row.reporter_hash)
    return {
        "report.incident": _codes((row.incident_id for row in reports), incidents),
        "report.at": _ticks([row.requested_at for row in reports]),
        "report.channel": _codes((row.channel for row in reports), channels),
        "report.reporter": _codes((row.reporter_hash for row in reports), reporters),
        "report.is_own": np.array([row.channel in OWN_CHANNELS for row in reports], np.int8),
    }, channels


def _problem_columns(
    problems: Sequence[Any],
    told: dict[int, datetime],
    looks: dict[int, datetime],
    fates: dict[int, _Fate],
    services: tuple[str, ...],
) -> dict[str, Column]:
    inspected = [looks.get(row.id) for row in problems]
    ordered = [fates[row.id] for row in problems]
    acted = [
        min((at for at in (look, fate.acted) if at is not None), default=None)
        for look, fate in zip(inspected, ordered, strict=True)
    ]
    return {
        "problem.told": _ticks([told[row.id] for row in problems]),
        "problem.inspected": _ticks(inspected),
        "problem.acted": _ticks(acted),
        "problem.closed": _ticks([fate.closed for fate in ordered]),
        "problem.is_without_action": np.array([fate.last in REFUSALS for fate in ordered], np.int8),
        "problem.is_reopened": np.array([fate.is_reopened for fate in ordered], np.int8),
        "problem.service": _codes((row.service_code for row in problems), services),
    }


def _ticks(moments: Sequence[datetime | None]) -> Column:
    ticks: Column = as_ticks(moments).astype(np.int64)
    return ticks


def _codes(values: Iterable[Any], levels: Iterable[Any]) -> Column:
    place = {level: position for position, level in enumerate(levels)}
    return np.array([place.get(value, -1) for value in values], np.int32)
