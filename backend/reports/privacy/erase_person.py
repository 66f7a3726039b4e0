"""A person's data goes, everywhere; what the city counted and the log's chain stay (GDPR, 17)."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.forget_account import forget_account, take_leave
from backend.core.actors import Actor
from backend.core.uow import UnitOfWork
from backend.photos.models import Photo
from backend.photos.remove_photo import held_photos, remove_photos
from backend.photos.subject import SubjectKind
from backend.reports.duplicates.queries import lock_merging
from backend.reports.events import PersonErased
from backend.reports.models import (
    Comment,
    Follower,
    Incident,
    IncidentChange,
    OutcomeRating,
    ServiceRequest,
)
from backend.reports.photos.queries import IS_OF_REPORT
from backend.reports.privacy.erase_words import erase_comments, erase_reasons, erase_requests
from backend.reports.privacy.wipe_traces import wipe_traces
from backend.reports.queries import lock_incidents


def erase_person(work: UnitOfWork, person: Actor) -> int:
    """Erase all that is kept of `person`; returns how many reports lost their words.

    A report stays as a count: its service, place, moments and state, which are the city's work.
    Words, address, answers, photos, contact and every hash that leads back to the person go, from
    reports, history, comments and moderation alike; so do account, sessions and devices. The log
    of decisions never held any of it. Nobody acts in the person's name meanwhile, so the unit of
    work is nobody's. Raises `Unauthenticated` for somebody nobody knows.
    """
    leaver = take_leave(work, person)
    hashes = sorted(leaver.hashes)
    # Their requests stay under the incidents that are locked.
    lock_merging(work.session)
    is_theirs = ServiceRequest.reporter_hash.in_(hashes)
    requests = work.session.scalars(sa.select(ServiceRequest.id).where(is_theirs)).all()
    of_requests = sa.and_(IS_OF_REPORT, Photo.subject_id.in_(requests), Photo.act_id.is_(None))
    photos = held_photos(work, of_requests | Photo.reporter_hash.in_(hashes))
    shown = {one.subject.id for one in photos if one.subject.kind is SubjectKind.REPORT}
    under = _lock_incidents(work, hashes, {*requests, *shown})
    remove_photos(work, photos)
    erase_requests(work, is_theirs)
    under |= {
        *erase_comments(work, Comment.author_hash.in_(hashes)),
        *erase_reasons(work, IncidentChange.author_hash.in_(hashes)),
    }
    work.session.execute(sa.delete(Follower).where(Follower.follower_hash.in_(hashes)))
    work.session.execute(sa.delete(OutcomeRating).where(OutcomeRating.rater_hash.in_(hashes)))
    _tell(work, len(requests), under)
    forget_account(work, leaver)
    work.emit(PersonErased(tuple(hashes), tuple(requests)))
    wipe_traces(work)
    return len(requests)


def _lock_incidents(
    work: UnitOfWork, hashes: Sequence[str], requests: Collection[UUID]
) -> set[int]:
    """Lock every incident under which anything of the person lies; gives those of `requests`."""
    of_requests = sa.select(ServiceRequest.incident_id).where(ServiceRequest.id.in_(requests))
    under = set(work.session.scalars(of_requests))
    further = sa.union(
        sa.select(Comment.incident_id).where(Comment.author_hash.in_(hashes)),
        sa.select(IncidentChange.incident_id).where(IncidentChange.author_hash.in_(hashes)),
        sa.select(ServiceRequest.incident_id)
        .join(Follower, Follower.service_request_id == ServiceRequest.id)
        .where(Follower.follower_hash.in_(hashes)),
        sa.select(OutcomeRating.incident_id).where(OutcomeRating.rater_hash.in_(hashes)),
    )
    lock_incidents(work.session, {*under, *work.session.scalars(further)})
    return under


def _tell(work: UnitOfWork, reports: int, incidents: set[int]) -> None:
    """Let copies of the city's data follow; the log counts, for names would link the reports."""
    if incidents:
        sequence = work.decide("person.erased", "person", reports=reports)
        changed = sa.update(Incident).where(Incident.id.in_(incidents))
        work.session.execute(changed.values(changed_at=work.now, changed_sequence=sequence))
