"""A form that is sent once more, because its answer was lost, is the report it has made already."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.reports.models import Incident, ServiceRequest


@dataclass(frozen=True, slots=True)
class Repeated:
    """What a report may repeat, by its number and kind."""

    number: str
    service_code: str


@dataclass(frozen=True, slots=True)
class SavedReport:
    """The report that has the form's id; `may_repeat` are those it may have been sent about."""

    number: str
    fingerprint: str
    may_repeat: tuple[Repeated, ...]


def saved_report(session: Session, typed: Mapping[str, str]) -> SavedReport | None:
    """The report that the form made before; None where it made none.

    What it lies under now, and what the form names, may be what it was said to repeat.
    """
    try:
        found = session.get(ServiceRequest, UUID(typed.get("id", "")))
    except ValueError:
        found = None
    if found is None:
        return None
    is_it = (Incident.id == found.incident_id) | (Incident.number == typed.get("same", ""))
    rows = session.execute(
        sa.select(Incident.number, Incident.service_code).where(is_it).order_by(Incident.number)
    )
    return SavedReport(found.number, found.fingerprint, tuple(Repeated(*row) for row in rows))
