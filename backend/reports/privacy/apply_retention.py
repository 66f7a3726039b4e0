"""What is no longer needed goes: each service says how long it keeps what residents left with it.

Once an incident has been closed for as long, this goes: the words of its reports, as they were said
and as they were moderated, their addresses, answers and contacts; residents' photos, comments and
reasons; what they said of how it was dealt with; followers; the city's internal notes; and every
hash that leads back to a person. This stays: service, place, moments, state, counts and steps, what
the city answered and why it decided, and the log of decisions. Words never stay without the hash,
for their author could not have them erased any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.jobs import PreparedJob
from backend.core.uow import UnitOfWork
from backend.photos.models import Photo
from backend.photos.remove_photo import held_photos, remove_photos
from backend.photos.workflow import PhotoState
from backend.reports.duplicates.models import Exposure
from backend.reports.duplicates.queries import lock_merging
from backend.reports.events import PersonErased
from backend.reports.models import (
    Comment,
    Follower,
    Incident,
    IncidentChange,
    Note,
    OutcomeRating,
    Service,
    ServiceRequest,
)
from backend.reports.photos.queries import IS_OF_REPORT
from backend.reports.privacy.erase_words import (
    ERASED,
    erase_comments,
    erase_ratings,
    erase_reasons,
    erase_requests,
)
from backend.reports.privacy.wipe_traces import wipe_traces
from backend.reports.public_words import IS_RESIDENTS_REASON
from backend.reports.queries import lock_incidents

JOB = "apply_retention"
# In one transaction; whoever reports meanwhile waits for it.
_MOST = 500
_COMMENT, _CHANGE, _EXPOSURE = map(table_of, (Comment, IncidentChange, Exposure))
_FOLLOWER, _NOTE = map(table_of, (Follower, Note))

_IS_THEIR_COMMENT = sa.and_(
    Comment.text != "", Comment.kind == "comment", sa.not_(Comment.actor.startswith("staff:"))
)
# The city's own pictures of what it did stay.
_IS_THEIR_PHOTO = sa.and_(IS_OF_REPORT, Photo.act_id.is_(None) | Photo.reporter_hash.is_not(None))


def _has_something() -> sa.ColumnElement[bool]:
    """Whether there is anything under an incident that may go."""
    has_photo = sa.exists().where(
        Photo.subject_id == ServiceRequest.id,
        _IS_THEIR_PHOTO,
        (Photo.state != PhotoState.REMOVED) | Photo.reporter_hash.is_not(None),
    )
    is_followed = sa.exists().where(Follower.service_request_id == ServiceRequest.id)
    return sa.or_(
        sa.exists().where(
            ServiceRequest.incident_id == Incident.id,
            (ServiceRequest.fingerprint != ERASED) | is_followed | has_photo,
        ),
        sa.exists().where(
            Comment.incident_id == Incident.id,
            Comment.author_hash.is_not(None) | _IS_THEIR_COMMENT,
        ),
        sa.exists().where(
            IncidentChange.incident_id == Incident.id,
            IncidentChange.author_hash.is_not(None) | IS_RESIDENTS_REASON,
        ),
        sa.exists().where(
            OutcomeRating.incident_id == Incident.id, OutcomeRating.rater_hash.is_not(None)
        ),
        sa.exists().where(Note.incident_id == Incident.id),
    )


_HAS_SOMETHING = _has_something()


@dataclass(frozen=True, slots=True)
class _Expired:
    """Incidents of one service that have been closed for longer than its limit."""

    service_code: str
    limit: timedelta
    incidents: Sequence[int]


def _limits(session: Session) -> list[tuple[str, timedelta]]:
    services = sa.select(Service.code, Service.retention_days)
    found = session.execute(services.where(Service.retention_days.is_not(None)))
    return sorted((code, timedelta(days=days or 0)) for code, days in found)


def _find(session: Session, now: datetime, payload: dict[str, Any]) -> _Expired | None:
    """The first `_MOST` incidents with something left, from where the job before this one ended."""
    service_code, after = payload.get("service", ""), payload.get("after", 0)
    for code, limit in _limits(session):
        if code >= service_code:
            expired = sa.select(Incident.id).where(
                _is_expired(code, limit, now),
                Incident.id > (after if code == service_code else 0),
                _HAS_SOMETHING,
            )
            if ids := session.scalars(expired.order_by(Incident.id).limit(_MOST)).all():
                return _Expired(code, limit, ids)
    return None


def _is_expired(service_code: str, limit: timedelta, now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Incident.service_code == service_code, Incident.closed_at < now - limit)


def would_go(session: Session, service_code: str, days: int, now: datetime) -> int:
    """Of how many closed incidents of a service something would go, were it kept for `days`."""
    is_meant = _is_expired(service_code, timedelta(days=days), now)
    counted = sa.select(sa.func.count()).select_from(Incident).where(is_meant, _HAS_SOMETHING)
    return session.scalar(counted) or 0


def _forget(work: UnitOfWork, expired: _Expired | None) -> None:
    """Forget what was found and look for more; at the end, who was shown what is reported."""
    if expired is not None:
        _forget_incidents(work, expired)
        work.enqueue(JOB, service=expired.service_code, after=expired.incidents[-1])
        return
    for code, limit in _limits(work.session):
        is_old = sa.and_(_EXPOSURE.c.service_code == code, _EXPOSURE.c.at < work.now - limit)
        forgotten = sa.update(_EXPOSURE).where(is_old, _EXPOSURE.c.reporter_hash.is_not(None))
        work.session.execute(forgotten.values(reporter_hash=None))
    wipe_traces(work)


def _forget_incidents(work: UnitOfWork, expired: _Expired) -> None:
    session = work.session
    # Requests stay under the incidents that are locked, after the photos.
    lock_merging(session)
    requests = sa.select(ServiceRequest.id).where(ServiceRequest.incident_id.in_(expired.incidents))
    photos = held_photos(work, Photo.subject_id.in_(requests), _IS_THEIR_PHOTO)
    lock_incidents(session, expired.incidents)
    # One that was opened again meanwhile waits until it is closed again.
    is_expired = _is_expired(expired.service_code, expired.limit, work.now)
    still = sa.select(Incident.id).where(Incident.id.in_(expired.incidents), is_expired)
    incidents = session.scalars(still).all()
    are_meant = ServiceRequest.incident_id.in_(incidents)
    ids = set(session.scalars(sa.select(ServiceRequest.id).where(are_meant)))
    theirs = [photo for photo in photos if photo.subject_id in ids]
    remove_photos(work, theirs)
    erase_requests(work, are_meant)
    comments = _forget_words(work, incidents)
    sequence = work.decide(
        "retention.applied",
        f"service:{expired.service_code}",
        days=expired.limit.days,
        reports=len(ids),
        comments=comments,
        photos=len(theirs),
    )
    changed = sa.update(Incident).where(Incident.id.in_(incidents))
    session.execute(changed.values(changed_at=work.now, changed_sequence=sequence))
    work.emit(PersonErased((), tuple(ids)))


def _forget_words(work: UnitOfWork, incidents: Sequence[int]) -> int:
    """What was said under the incidents, and who said it and follows; how many comments."""
    session = work.session
    comments = erase_comments(work, _IS_THEIR_COMMENT & Comment.incident_id.in_(incidents))
    erase_reasons(work, IS_RESIDENTS_REASON & IncidentChange.incident_id.in_(incidents))
    erase_ratings(work, incidents)
    for table in (_COMMENT, _CHANGE):
        signed = sa.update(table).where(table.c.incident_id.in_(incidents))
        session.execute(signed.values(author_hash=None))
    requests = sa.select(ServiceRequest.id).where(ServiceRequest.incident_id.in_(incidents))
    session.execute(sa.delete(_FOLLOWER).where(_FOLLOWER.c.service_request_id.in_(requests)))
    session.execute(sa.delete(_NOTE).where(_NOTE.c.incident_id.in_(incidents)))
    return len(comments)


RETENTION_JOB = PreparedJob(_find, _forget)
