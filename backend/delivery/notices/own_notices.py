"""What is kept of one person to tell them, for that person (GDPR, articles 15 and 20)."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.actors import Actor
from backend.core.keys import KeyRing
from backend.delivery.notices.models import Notice, NoticeName, NoticeRegistration
from backend.delivery.notices.queries import registrations_of, residents_known_as, wishes_of
from backend.delivery.notices.rules import Wishes


@dataclass(frozen=True, slots=True)
class OwnRegistration:
    """An address as its owner may read it; None where it was sealed with a key not here."""

    kind: str
    address: str | None
    language: str
    created_at: datetime
    last_seen_at: datetime
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """Something the person was told of, or is to be."""

    topic: str
    subject: str
    happened_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class OwnNotices:
    """What is kept under all of a person's hashes; no wishes where none were said."""

    wishes: Wishes | None
    registrations: tuple[OwnRegistration, ...]
    notices: tuple[OwnNotice, ...]


def own_notices(session: Session, keyring: KeyRing, actor: Actor) -> OwnNotices:
    """Everything of `actor`, oldest first."""
    hashes = actor.reporters
    named = sa.select(NoticeName.resident_id).where(NoticeName.person_hash.in_(sorted(hashes)))
    notices = session.execute(
        sa.select(Notice.topic, Notice.subject, Notice.happened_at, Notice.state)
        .join(NoticeRegistration, NoticeRegistration.id == Notice.registration_id)
        .where(NoticeRegistration.resident_id.in_(named))
        .order_by(Notice.happened_at, Notice.id)
    )
    return OwnNotices(
        wishes=wishes_of(session, hashes) if residents_known_as(session, hashes) else None,
        registrations=tuple(_own(keyring, row) for row in registrations_of(session, hashes)),
        notices=tuple(OwnNotice(*row) for row in notices),
    )


def _own(keyring: KeyRing, row: NoticeRegistration) -> OwnRegistration:
    opened = keyring.open_if_possible(row.sealed, row.id.bytes) or {}
    # Of a subscription its address; the keys beside it say nothing to anybody.
    address = opened.get("endpoint") or opened.get("token") or opened.get("address")
    confirmed = row.confirmed_at is not None
    moments = (row.created_at, row.last_seen_at)
    return OwnRegistration(row.kind, address, row.language, *moments, confirmed)
