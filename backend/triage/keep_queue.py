"""Keeping the queue true: handlers that follow what happens to reports and to weights."""

from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.uow import UnitOfWork
from backend.reports.events import (
    IncidentsReread,
    RepeatLinked,
    ReportFiled,
    ReportsImported,
    ServicesSet,
    StatusChanged,
)
from backend.reports.models import Incident, Service
from backend.reports.workflow import OPEN_STATES
from backend.triage.events import WeightsDecided
from backend.triage.models import DistrictWeight, QueueEntry, WeightSet
from equity.priority import UNWEIGHTED_BANDS

_OpenRow: TypeAlias = sa.Row[int, int | None, bool, datetime, int, int]


def on_report_filed(work: UnitOfWork, event: ReportFiled) -> None:
    """A new incident takes its place; a repeat changes no place."""
    if not event.is_repeat:
        _enter(work.session, event.incident_id)


def on_status_changed(work: UnitOfWork, event: StatusChanged) -> None:
    """An incident leaves the queue when it closes and returns when it is reopened."""
    refresh_entry(work.session, event.incident_id)


def on_repeat_linked(work: UnitOfWork, event: RepeatLinked) -> None:
    """The target may have been open for longer than it knew."""
    refresh_entry(work.session, event.incident_id)
    refresh_entry(work.session, event.target_id)


def on_reports_imported(work: UnitOfWork, _event: ReportsImported) -> None:
    """Every open incident that came in without a place gets one."""
    _enter_missing(work.session)


def on_services_set(work: UnitOfWork, _event: ServicesSet) -> None:
    """Severity and target are the service's: every place is given anew."""
    work.session.execute(sa.delete(QueueEntry))
    _enter_missing(work.session)


def _enter_missing(session: Session) -> None:
    queued = sa.select(QueueEntry.incident_id)
    rows = session.execute(_open_incidents().where(Incident.id.not_in(queued))).all()
    if rows:
        session.execute(sa.insert(QueueEntry), [_values(row) for row in rows])


def refresh_entry(session: Session, incident_id: int) -> None:
    """Give one incident the place it should have, or none."""
    session.execute(sa.delete(QueueEntry).where(QueueEntry.incident_id == incident_id))
    _enter(session, incident_id)


def _enter(session: Session, incident_id: int) -> None:
    """Put an incident that has no place in its place, if it is open."""
    row = session.execute(_open_incidents().where(Incident.id == incident_id)).one_or_none()
    if row is not None:
        session.execute(sa.insert(QueueEntry), [_values(row)])


def refresh_weights(session: Session) -> None:
    """Write the weights in force into every entry of bands 2 to 4, and 1 into all others."""
    session.execute(sa.update(QueueEntry).values(weight=1.0))
    for district_id, weight in approved_weights(session).items():
        in_district = sa.select(Incident.id).where(Incident.district_id == district_id)
        session.execute(
            sa.update(QueueEntry)
            .where(
                QueueEntry.incident_id.in_(in_district),
                QueueEntry.severity_band.not_in(UNWEIGHTED_BANDS),
            )
            .values(weight=weight)
        )


def approved_weights(session: Session) -> dict[int, float]:
    """The weights in force by district; empty while no set is approved."""
    rows = session.execute(
        sa.select(DistrictWeight.district_id, DistrictWeight.weight)
        .join(WeightSet, WeightSet.id == DistrictWeight.weight_set_id)
        .where(WeightSet.state == "approved")
        .order_by(DistrictWeight.district_id)
    )
    return {row.district_id: row.weight for row in rows}


def _open_incidents() -> sa.Select[int, int | None, bool, datetime, int, int]:
    return (
        sa.select(
            Incident.id,
            Incident.district_id,
            Incident.is_outside,
            Incident.opened_at,
            Service.severity_band,
            Service.target_hours,
        )
        .join(Service, Service.code == Incident.service_code)
        .where(Incident.state.in_(OPEN_STATES))
        .order_by(Incident.id)
    )


def _values(row: _OpenRow, weights: dict[int, float]) -> dict[str, float]:
    is_weighted = row.severity_band not in UNWEIGHTED_BANDS
    return {
        "incident_id": row.id,
        "is_outside": row.is_outside,
        "severity_band": row.severity_band,
        "opened_epoch": row.opened_at.timestamp(),
        "target_seconds": row.target_hours * 3600.0,
        "weight": weights.get(row.district_id, 1.0) if is_weighted else 1.0,
    }


def on_weights_decided(work: UnitOfWork, _event: WeightsDecided) -> None:
    """What is in force has changed."""
    refresh_weights(work.session)


def on_incidents_reread(work: UnitOfWork, _event: IncidentsReread) -> None:
    """Incidents may lie in other districts now, or no longer in the city."""
    place = sa.select(Incident.is_outside).where(Incident.id == QueueEntry.incident_id)
    work.session.execute(sa.update(QueueEntry).values(is_outside=place.scalar_subquery()))
    refresh_weights(work.session)
