"""Which reports and incidents: every read of the reports slice, always ordered."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from backend.core.errors import NotFound
from backend.core.ids import read_number
from backend.reports.models import (
    Comment,
    Incident,
    IncidentChange,
    Note,
    Service,
    ServiceRequest,
)

# Below the number of parameters PostgreSQL takes in one statement.
_CHUNK = 5000
# Kept, because building a statement costs more than running it.
_HISTORY = (
    sa.select(IncidentChange)
    .where(IncidentChange.incident_id == sa.bindparam("incident_id"))
    .order_by(IncidentChange.id)
)
# An answer has an end, however much is said under a report.
MOST_COMMENTS = 100
_COMMENTS = (
    sa.select(Comment)
    .where(
        sa.or_(
            Comment.incident_id == sa.bindparam("incident_id"),
            # Said under it before it was joined to another.
            Comment.incident_id
            == sa.select(Incident.id)
            .where(Incident.number == sa.bindparam("number"))
            .scalar_subquery(),
        ),
        ~Comment.is_hidden,
    )
    .order_by(Comment.at.desc(), Comment.id.desc())
    .limit(MOST_COMMENTS)
)
_NOTES = (
    sa.select(Note)
    .where(Note.incident_id == sa.bindparam("incident_id"))
    .order_by(Note.at, Note.id)
)


def active_services(session: Session) -> list[Service]:
    """Services people can choose, most severe first."""
    return list(
        session.scalars(
            sa.select(Service)
            .where(Service.is_active)
            .order_by(Service.severity_band, Service.name, Service.code)
        )
    )


def target_hours_of(session: Session) -> dict[str, int]:
    """The target of every service, whether reports of it are still taken or not."""
    rows = session.execute(sa.select(Service.code, Service.target_hours).order_by(Service.code))
    return {row.code: row.target_hours for row in rows}


def find_request(session: Session, number: str) -> ServiceRequest:
    """The request a person means by `number`; raises `NotFound`."""
    canonical = read_number(number)
    found = canonical and session.scalar(
        sa.select(ServiceRequest).where(ServiceRequest.number == canonical)
    )
    if not found:
        raise NotFound("report-not-found", number=number[:40])
    return found


def number_of(session: Session, id_: UUID) -> str | None:
    """The number of the request its device called `id_`; None where it has not come."""
    return session.scalar(sa.select(ServiceRequest.number).where(ServiceRequest.id == id_))


def find_incident(session: Session, number: str, *, lock: bool = False) -> Incident:
    """The incident a request with `number` lies under, with its service; raises `NotFound`."""
    request = find_request(session, number)
    query = (
        sa.select(Incident)
        .options(joinedload(Incident.service, innerjoin=True))
        .where(Incident.id == request.incident_id)
    )
    if not lock:
        return session.scalars(query).one()
    incident = session.scalars(query.with_for_update(of=Incident)).one()
    session.refresh(request, ["incident_id"])
    if request.incident_id == incident.id:
        return incident
    # It was merged while this waited for its turn.
    return find_incident(session, number, lock=True)


def lock_incidents(session: Session, ids: Iterable[int]) -> None:
    """Let nobody else change these before this transaction ends, nor wait for us in a circle.

    In the order of ids, as everybody locks more than one, and before the end of the log.
    """
    order = sorted(set(ids))
    for start in range(0, len(order), _CHUNK):
        chunk = sa.select(Incident.id).where(Incident.id.in_(order[start : start + _CHUNK]))
        session.execute(chunk.order_by(Incident.id).with_for_update()).all()


def requests_of(session: Session, incident_id: int) -> list[ServiceRequest]:
    """The requests under an incident, oldest first."""
    return list(
        session.scalars(
            sa.select(ServiceRequest)
            .where(ServiceRequest.incident_id == incident_id)
            .order_by(ServiceRequest.requested_at, ServiceRequest.id)
        )
    )


def history_of(session: Session, incident_id: int) -> list[IncidentChange]:
    """What happened to an incident, oldest first."""
    return list(session.scalars(_HISTORY, {"incident_id": incident_id}))


def comments_of(session: Session, number: str, incident_id: int, offset: int = 0) -> list[Comment]:
    """What anybody can read under a report and the incident it lies under.

    The newest but `offset`, oldest of them first.
    """
    asked = {"number": number, "incident_id": incident_id}
    return list(session.scalars(_COMMENTS.offset(offset), asked))[::-1]


def notes_of(session: Session, incident_id: int) -> list[Note]:
    """What staff said among themselves, oldest first."""
    return list(session.scalars(_NOTES, {"incident_id": incident_id}))


def history_of_request(
    session: Session, number: str, incident_id: int, incident_number: str
) -> list[IncidentChange]:
    """What happened to a report: under its own incident, and under the one it was linked to.

    That a report joined the other incident is told once, by its own side.
    """
    changes = history_of(session, incident_id)
    if number == incident_number:
        return changes
    own = session.scalar(sa.select(Incident.id).where(Incident.number == number))
    if own is None:
        return changes
    before = history_of(session, own)
    linked_at = max((one.at for one in before if one.kind == "link"), default=None)
    after = [
        one
        for one in changes
        if one.kind not in {"link", "unlink"} and (not linked_at or one.at > linked_at)
    ]
    return before + after
