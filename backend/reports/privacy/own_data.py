"""Everything the city keeps of one person, for that person (GDPR, articles 15 and 20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.actors import Actor
from backend.core.keys import KeyRing
from backend.photos.models import Photo
from backend.reports.models import (
    Comment,
    Contact,
    Follower,
    Incident,
    IncidentChange,
    OutcomeRating,
    Service,
    ServiceRequest,
)
from backend.reports.outcome_ratings import words_in
from backend.reports.public_place import public_place


@dataclass(frozen=True, slots=True)
class OwnReport:
    """One report with what only its reporter and staff may read; `place` is lon, lat in degrees.

    A tap on another's report has no place of its own, and gives that of the other as anybody is
    told it. `contact` is None where it cannot be opened.
    """

    number: str
    service_code: str
    description: str
    place: tuple[float, float]
    address: str | None
    attributes: dict[str, Any]
    channel: str
    requested_at: datetime
    language: str | None
    suggested_service_code: str | None
    contact: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Something the person said of a report: a comment, or the reason of a step."""

    number: str
    at: datetime
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class OwnRating:
    """What the person said of how something was dealt with.

    `text` is None where it cannot be opened.
    """

    number: str
    at: datetime
    answer: str
    text: str | None


@dataclass(frozen=True, slots=True)
class OwnPhoto:
    """A photo the person sent, of a report or a proposal; `number` None where it has not come."""

    kind: str
    number: str | None
    state: str
    alt_text: str | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class OwnData:
    """What is kept under all of a person's hashes."""

    reports: tuple[OwnReport, ...]
    words: tuple[OwnWords, ...]
    ratings: tuple[OwnRating, ...]
    photos: tuple[OwnPhoto, ...]
    following: tuple[str, ...]


def own_data(session: Session, keyring: KeyRing, actor: Actor) -> OwnData:
    """Everything of `actor`, oldest first."""
    hashes = sorted(actor.reporters)
    own_photos = sa.select(
        Photo.subject_kind, Photo.subject_number, Photo.state, Photo.alt_text, Photo.opened_at
    )
    photos = session.execute(
        own_photos.where(Photo.reporter_hash.in_(hashes)).order_by(Photo.opened_at, Photo.id)
    )
    following = session.scalars(
        sa.select(ServiceRequest.number)
        .join(Follower, Follower.service_request_id == ServiceRequest.id)
        .where(Follower.follower_hash.in_(hashes))
        .order_by(Follower.since, ServiceRequest.number)
    )
    return OwnData(
        reports=tuple(_reports(session, keyring, hashes)),
        words=tuple(_words(session, hashes)),
        ratings=tuple(_ratings(session, keyring, hashes)),
        photos=tuple(OwnPhoto(*row) for row in photos),
        following=tuple(following),
    )


def _reports(session: Session, keyring: KeyRing, hashes: Sequence[str]) -> list[OwnReport]:
    rows = session.execute(
        sa.select(ServiceRequest, Contact.sealed, Service.public_grid_metres)
        .join(Incident, Incident.id == ServiceRequest.incident_id)
        .join(Service, Service.code == Incident.service_code)
        .outerjoin(Contact, Contact.service_request_id == ServiceRequest.id)
        .where(ServiceRequest.reporter_hash.in_(hashes))
        .order_by(ServiceRequest.requested_at, ServiceRequest.id)
    )
    return [
        OwnReport(
            one.number,
            one.service_code,
            one.description,
            public_place(one.lon, one.lat, None if one.description else grid_metres),
            one.address,
            one.attributes or {},
            one.channel,
            one.requested_at,
            one.language,
            one.suggested_service_code,
            keyring.open_if_possible(sealed, one.id.bytes) if sealed else {},
        )
        for one, sealed, grid_metres in rows
    ]


def _words(session: Session, hashes: Sequence[str]) -> list[OwnWords]:
    comments = sa.select(
        Incident.number, Comment.at, sa.literal("comment").label("kind"), Comment.text
    ).join(Incident, Incident.id == Comment.incident_id)
    steps = sa.select(
        Incident.number, IncidentChange.at, IncidentChange.kind, IncidentChange.reason
    ).join(Incident, Incident.id == IncidentChange.incident_id)
    said = [
        *session.execute(comments.where(Comment.author_hash.in_(hashes))),
        *session.execute(
            steps.where(IncidentChange.author_hash.in_(hashes), IncidentChange.reason.is_not(None))
        ),
    ]
    return sorted((OwnWords(*row) for row in said), key=lambda one: (one.at, one.number))


def _ratings(session: Session, keyring: KeyRing, hashes: Sequence[str]) -> list[OwnRating]:
    rows = session.execute(
        sa.select(OutcomeRating, Incident.number)
        .join(Incident, Incident.id == OutcomeRating.incident_id)
        .where(OutcomeRating.rater_hash.in_(hashes))
        .order_by(OutcomeRating.rated_at, Incident.number)
    )
    return [
        OwnRating(
            number,
            one.rated_at,
            one.answer,
            words_in(keyring, one) if one.sealed else "",
        )
        for one, number in rows
    ]
