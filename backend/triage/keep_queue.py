"""Keeping the queue true: handlers that follow what happens to reports and to weights."""

from datetime import timedelta
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import CityCatalogue, city_catalogue
from backend.reports.events import (
    IncidentsReread,
    RepeatLinked,
    RepeatUnlinked,
    ReportFiled,
    ReportsImported,
    ServicesSet,
    SeverityChanged,
    StatusChanged,
)
from backend.reports.models import Incident, Service
from backend.reports.workflow import OPEN_STATES
from backend.triage.events import WeightsDecided
from backend.triage.models import DistrictWeight, QueueEntry, WeightSet
from equity.priority import UNWEIGHTED_BANDS

_OpenRow: TypeAlias = sa.Row[*tuple[Any, ...]]


def _open_incidents() -> sa.Select[*tuple[Any, ...]]:
    incident, service, district_weight, weight_set = map(
        table_of, (Incident, Service, DistrictWeight, WeightSet)
    )
    in_force = (
        sa.select(district_weight.c.district_id, district_weight.c.weight)
        .join(weight_set, weight_set.c.id == district_weight.c.weight_set_id)
        .where(weight_set.c.state == "approved")
        .subquery()
    )
    return (
        sa.select(
            incident.c.id,
            incident.c.is_outside,
            incident.c.opened_at,
            incident.c.paused_at,
            incident.c.paused_seconds,
            incident.c.own_severity_band,
            sa.func.coalesce(incident.c.own_severity_band, service.c.severity_band).label(
                "severity_band"
            ),
            service.c.target_hours,
            in_force.c.weight,
        )
        .select_from(incident)
        .join(service, service.c.code == incident.c.service_code)
        .outerjoin(in_force, in_force.c.district_id == incident.c.district_id)
        .where(incident.c.state.in_(OPEN_STATES))
        .order_by(incident.c.id)
    )


_OPEN_INCIDENTS = _open_incidents()
_OPEN_INCIDENT = _OPEN_INCIDENTS.where(table_of(Incident).c.id == sa.bindparam("incident_id"))
_INSERT_ENTRY = sa.insert(table_of(QueueEntry))


def on_report_filed(work: UnitOfWork, event: ReportFiled) -> None:
    """A new incident takes its place; a repeat changes no place."""
    if not event.is_repeat:
        _enter(work.session, event.incident_id)


def on_status_changed(work: UnitOfWork, event: StatusChanged) -> None:
    """An incident leaves the queue when it closes and returns when it is reopened."""
    refresh_entry(work.session, event.incident_id)


def on_severity_changed(work: UnitOfWork, event: SeverityChanged) -> None:
    """An incident stands in another band now."""
    refresh_entry(work.session, event.incident_id)


def on_repeat_linked(work: UnitOfWork, event: RepeatLinked) -> None:
    """The target may have been open for longer than it knew."""
    refresh_entry(work.session, event.incident_id)
    refresh_entry(work.session, event.target_id)


def on_repeat_unlinked(work: UnitOfWork, event: RepeatUnlinked) -> None:
    """The incident is open again, and the target may have waited for less long than it seemed."""
    refresh_entry(work.session, event.incident_id)
    refresh_entry(work.session, event.target_id)


def on_reports_imported(work: UnitOfWork, _event: ReportsImported) -> None:
    """Every open incident that came in without a place gets one."""
    _enter_missing(work.session)


def on_services_set(work: UnitOfWork, _event: ServicesSet) -> None:
    """Severity and target are the service's: every place is given anew."""
    refresh_queue(work.session)


def on_weights_decided(work: UnitOfWork, _event: WeightsDecided) -> None:
    """Other weights are in force."""
    refresh_queue(work.session)


def on_incidents_reread(work: UnitOfWork, _event: IncidentsReread) -> None:
    """Incidents may lie in other districts now, or no longer in the city."""
    refresh_queue(work.session)


def refresh_queue(session: Session) -> None:
    """Give every open incident its place anew."""
    session.execute(sa.delete(QueueEntry))
    _enter_missing(session)


def _enter_missing(session: Session) -> None:
    # NOT IN would have PostgreSQL walk through the queue for each incident of a large import.
    is_queued = sa.exists().where(QueueEntry.incident_id == Incident.id)
    rows = session.execute(_OPEN_INCIDENTS.where(~is_queued)).all()
    if rows:
        catalogue = city_catalogue(session)
        session.execute(_INSERT_ENTRY, [_values(row, catalogue) for row in rows])


def refresh_entry(session: Session, incident_id: int) -> None:
    """Give one incident the place it should have, or none."""
    session.execute(sa.delete(QueueEntry).where(QueueEntry.incident_id == incident_id))
    _enter(session, incident_id)


def _enter(session: Session, incident_id: int) -> None:
    """Put an incident that has no place in its place, if it is open."""
    row = session.execute(_OPEN_INCIDENT, {"incident_id": incident_id}).one_or_none()
    if row is not None:
        session.execute(_INSERT_ENTRY, [_values(row, city_catalogue(session))])


def _values(row: _OpenRow, catalogue: CityCatalogue) -> dict[str, float | None]:
    target = catalogue.target_of(timedelta(hours=row.target_hours), row.own_severity_band)
    is_weighted = row.severity_band not in UNWEIGHTED_BANDS and row.weight is not None
    return {
        "incident_id": row.id,
        "is_outside": row.is_outside,
        "severity_band": row.severity_band,
        "opened_epoch": row.opened_at.timestamp() + row.paused_seconds,
        "paused_epoch": row.paused_at.timestamp() if row.paused_at else None,
        "target_seconds": target.total_seconds(),
        "weight": row.weight if is_weighted else 1.0,
    }
