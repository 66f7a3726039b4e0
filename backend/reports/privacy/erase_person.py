"""A person's data goes, everywhere; what the city counted and the log's chain stay (GDPR, 17)."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.forget_account import forget_account
from backend.core.errors import Unauthenticated
from backend.core.uow import UnitOfWork
from backend.reports.events import PersonErased
from backend.reports.models import (
    Comment,
    Contact,
    Follower,
    Incident,
    IncidentChange,
    ModeratedText,
    ServiceRequest,
)
from backend.reports.photos.models import Photo
from backend.reports.photos.remove_photo import remove_photos

ERASED = "erased"


def erase_person(work: UnitOfWork) -> int:
    """Erase all that is kept of the one who acts; returns how many reports lost their words.

    A report stays as a count: its service, place, moments and state, which are the city's work.
    Words, address, answers, photos, contact and every hash that leads back to the person go, from
    reports, history, comments and moderation alike; so do account, sessions and devices. The log
    of decisions never held any of it. Raises `Unauthenticated` for somebody nobody knows.
    """
    hashes = sorted(work.actor.reporters)
    if not hashes:
        raise Unauthenticated("sign-in-needed")
    rows = work.session.execute(
        sa.select(ServiceRequest.id, ServiceRequest.incident_id)
        .where(ServiceRequest.reporter_hash.in_(hashes))
        .order_by(ServiceRequest.incident_id, ServiceRequest.id)
    ).all()
    requests = [row.id for row in rows]
    _erase_photos(work, requests, hashes)
    _erase_requests(work, requests)
    said_under = _erase_words(work, hashes)
    work.session.execute(sa.delete(Follower).where(Follower.follower_hash.in_(hashes)))
    _tell(work, len(requests), {row.incident_id for row in rows} | said_under)
    forget_account(work)
    work.emit(PersonErased(tuple(hashes), tuple(requests)))
    return len(requests)


def _erase_photos(work: UnitOfWork, requests: Sequence[UUID], hashes: Sequence[str]) -> None:
    """Photos of the reports, and those sent ahead of reports that never came."""
    ahead = work.session.scalars(
        sa.select(Photo.request_id).where(Photo.reporter_hash.in_(hashes)).distinct()
    )
    for id_ in sorted({*requests, *ahead}):
        remove_photos(work, id_)


def _erase_requests(work: UnitOfWork, requests: Sequence[UUID]) -> None:
    for model in (Contact, ModeratedText):
        work.session.execute(sa.delete(model).where(model.service_request_id.in_(requests)))
    work.session.execute(
        sa.update(ServiceRequest)
        .where(ServiceRequest.id.in_(requests))
        .values(
            description="",
            address=None,
            attributes=None,
            reporter_hash=None,
            # It would confirm a guess of what was said.
            fingerprint=ERASED,
        )
    )


def _erase_words(work: UnitOfWork, hashes: Sequence[str]) -> set[int]:
    """Empty the person's comments and reasons; gives the incidents they stood under."""
    comments = (
        sa.update(Comment)
        .where(Comment.author_hash.in_(hashes))
        .values(text="", author_hash=None, is_hidden=True)
        .returning(Comment.incident_id)
    )
    steps = (
        sa.update(IncidentChange)
        .where(IncidentChange.author_hash.in_(hashes))
        .values(reason=None, author_hash=None)
        .returning(IncidentChange.incident_id)
    )
    return {*work.session.scalars(comments), *work.session.scalars(steps)}


def _tell(work: UnitOfWork, reports: int, incidents: set[int]) -> None:
    """Let copies of the city's data follow; the log counts, for names would link the reports."""
    if incidents:
        sequence = work.decide("person.erased", "person", reports=reports)
        changed = sa.update(Incident).where(Incident.id.in_(incidents))
        work.session.execute(changed.values(changed_sequence=sequence))
