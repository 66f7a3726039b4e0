"""Which residents, addresses and notices: every read of the notices slice, always ordered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.delivery.notices.models import (
    Notice,
    NoticeName,
    NoticeRegistration,
    NoticeResident,
)
from backend.delivery.notices.rules import (
    CARRIERS,
    DEFAULTS,
    Carrier,
    Kind,
    QuietHours,
    Topic,
    Way,
    Wishes,
)

People: TypeAlias = sa.SelectBase
"""Who is told: a salted hash, the number or slug they know the subject by, and a rank: of the
numbers of one person the one with the lowest is told."""
Recipients: TypeAlias = sa.Select[*tuple[Any, ...]]

_NAME, _REGISTRATION, _RESIDENT = map(table_of, (NoticeName, NoticeRegistration, NoticeResident))


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice whose time has come, with the address it is for and whose that is."""

    notice: Notice
    registration: NoticeRegistration
    owner: NoticeResident

    @property
    def wishes(self) -> Wishes:
        """What its owner wishes; raises `ValueError` where nobody can read that."""
        return read_wishes(self.owner)


def recipients(people: People) -> Recipients:
    """The confirmed addresses of `people` with their owners' wishes; made once for each use."""
    told = people.subquery()
    person, known_as, rank = told.c
    return (
        sa.select(
            _REGISTRATION.c.id,
            _REGISTRATION.c.kind,
            _RESIDENT.c.id.label("resident_id"),
            _RESIDENT.c.wishes,
            person.label("person_hash"),
            known_as.label("known_as"),
        )
        .select_from(told)
        .join(_NAME, _NAME.c.person_hash == person)
        .join(_RESIDENT, _RESIDENT.c.id == _NAME.c.resident_id)
        .join(_REGISTRATION, _REGISTRATION.c.resident_id == _RESIDENT.c.id)
        .where(_REGISTRATION.c.confirmed_at.is_not(None))
        .order_by(_REGISTRATION.c.id, rank, known_as)
    )


EVERYBODY = recipients(
    sa.select(
        _NAME.c.person_hash,
        sa.bindparam("known_as", type_=sa.String).label("known_as"),
        sa.literal(0).label("rank"),
    )
)
"""All there are, who all know the subject as `known_as`."""


def has_notice_of(session: Session, subject: str, happened_at: datetime) -> bool:
    """Whether anybody was told of what happened to the subject at that moment."""
    told = sa.exists().where(Notice.subject == subject, Notice.happened_at == happened_at)
    return bool(session.scalar(sa.select(told)))


def residents_known_as(session: Session, hashes: Collection[str]) -> list[NoticeResident]:
    """The rows of one person, oldest first: more than one where devices just came together."""
    named = sa.select(NoticeName.resident_id).where(NoticeName.person_hash.in_(sorted(hashes)))
    query = sa.select(NoticeResident).where(NoticeResident.id.in_(named))
    return list(session.scalars(query.order_by(NoticeResident.created_at, NoticeResident.id)))


def registrations_of(session: Session, hashes: Collection[str]) -> list[NoticeRegistration]:
    """The addresses of one person, oldest first."""
    named = sa.select(NoticeName.resident_id).where(NoticeName.person_hash.in_(sorted(hashes)))
    query = sa.select(NoticeRegistration).where(NoticeRegistration.resident_id.in_(named))
    order = (NoticeRegistration.created_at, NoticeRegistration.id)
    return list(session.scalars(query.order_by(*order)))


def wishes_of(session: Session, hashes: Collection[str]) -> Wishes:
    """What one person wishes; the city's defaults until they say."""
    found = residents_known_as(session, hashes)
    return read_wishes(found[0]) if found else DEFAULTS


def read_wishes(resident: NoticeResident) -> Wishes:
    """The wishes of a row; a topic that is newer than the row has its default."""
    starts, ends = resident.quiet_from, resident.quiet_until
    quiet = QuietHours(*map(time.fromisoformat, (starts, ends))) if starts and ends else None
    return Wishes(read_topics(resident.wishes), quiet, resident.weekly_cap)


def read_topics(stored: dict[str, Any]) -> dict[Topic, Sequence[Way]]:
    """The ways of each topic."""
    return {
        topic: tuple(map(Way, stored[topic])) if topic in stored else DEFAULTS.topics[topic]
        for topic in Topic
    }


def due_notices(session: Session, carrier: Carrier, now: datetime, most: int) -> list[DueNotice]:
    """What `carrier` can be given now, oldest first."""
    query = (
        sa.select(Notice, NoticeRegistration, NoticeResident)
        .join(NoticeRegistration, NoticeRegistration.id == Notice.registration_id)
        .join(NoticeResident, NoticeResident.id == NoticeRegistration.resident_id)
        .where(_waits_for(carrier), Notice.due_at <= now)
        .order_by(Notice.due_at, Notice.id)
        .limit(most)
    )
    return [DueNotice(*row) for row in session.execute(query)]


def next_due_at(session: Session, carrier: Carrier) -> datetime | None:
    """When `carrier` has something to do next, None where nothing waits."""
    query = sa.select(sa.func.min(Notice.due_at)).join(
        NoticeRegistration, NoticeRegistration.id == Notice.registration_id
    )
    return session.scalar(query.where(_waits_for(carrier)))


def delivered_lately(
    session: Session, registrations: Collection[UUID], since: datetime
) -> dict[UUID, list[datetime]]:
    """When each address was sent what counts against its cap."""
    query = sa.select(Notice.registration_id, Notice.finished_at).where(
        Notice.registration_id.in_(registrations),
        Notice.state == "delivered",
        sa.not_(Notice.is_important),
        Notice.finished_at > since,
    )
    found: dict[UUID, list[datetime]] = {}
    for registration_id, at in session.execute(query.order_by(Notice.finished_at)):
        if at is not None:
            found.setdefault(registration_id, []).append(at)
    return found


def notice_counts(session: Session) -> list[sa.Row[str, str, str | None, int]]:
    """How many notices there are by kind of address, state and reason."""
    by = (NoticeRegistration.kind, Notice.state, Notice.reason)
    counted = (
        sa.select(*by, sa.func.count())
        .join(Notice, Notice.registration_id == NoticeRegistration.id)
        .group_by(*by)
    )
    return list(session.execute(counted.order_by(*by)))


def kinds_of(carrier: Carrier) -> list[Kind]:
    """The kinds of address that `carrier` serves."""
    return [kind for kind, its in CARRIERS.items() if its is carrier]


def _waits_for(carrier: Carrier) -> sa.ColumnElement[bool]:
    # Something may wait from before the address was exchanged for one that is a stranger's.
    is_confirmed = NoticeRegistration.confirmed_at.is_not(None)
    is_its = NoticeRegistration.kind.in_(kinds_of(carrier))
    return sa.and_(Notice.state == "waiting", is_confirmed, is_its)
