"""What is no longer needed goes: each service says how long the reporter's data is kept."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.reports.duplicates.models import Exposure
from backend.reports.models import Contact, Follower, Incident, Note, Service, ServiceRequest

JOB = "apply_retention"


def apply_retention(work: UnitOfWork, _payload: dict[str, Any]) -> None:
    """For every service with a limit: incidents closed for longer lose who reported and followed.

    Contacts, hashes of reporters, followers and internal notes go; the report itself stays. What
    was done is said in the log of decisions, service by service.
    """
    services = work.session.execute(
        sa.select(Service.code, Service.retention_days)
        .where(Service.retention_days.is_not(None))
        .order_by(Service.code)
    )
    for code, days in services.all():
        _forget_reporters(work, code, timedelta(days=days or 0))


def _forget_reporters(work: UnitOfWork, service_code: str, limit: timedelta) -> None:
    session = work.session
    closed = (
        sa.select(Incident.id)
        .where(
            Incident.service_code == service_code,
            Incident.closed_at < work.now - limit,
        )
        .scalar_subquery()
    )
    requests = (
        sa.select(ServiceRequest.id).where(ServiceRequest.incident_id.in_(closed)).scalar_subquery()
    )
    gone = {
        "contacts": session.execute(
            sa.delete(Contact).where(Contact.service_request_id.in_(requests))
        ),
        "followers": session.execute(
            sa.delete(Follower).where(Follower.service_request_id.in_(requests))
        ),
        "notes": session.execute(sa.delete(Note).where(Note.incident_id.in_(closed))),
        "reporters": session.execute(
            sa.update(ServiceRequest)
            .where(
                ServiceRequest.incident_id.in_(closed), ServiceRequest.reporter_hash.is_not(None)
            )
            .values(reporter_hash=None)
        ),
    }
    session.execute(
        sa.update(Exposure)
        .where(Exposure.at < work.now - limit, Exposure.service_code == service_code)
        .values(reporter_hash=None)
    )
    counts = {name: int(getattr(result, "rowcount", 0)) for name, result in gone.items()}
    if any(counts.values()):
        work.decide("retention.applied", f"service:{service_code}", days=limit.days, **counts)
