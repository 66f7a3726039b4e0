"""Something happened: leave a notice for everybody it is for, in the same transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.uow import UnitOfWork
from backend.delivery.notices.models import Notice, NoticeRegistration
from backend.delivery.notices.queries import Recipients, read_topics
from backend.delivery.notices.rules import CARRIERS, IMPORTANT, Kind, Topic, way_of
from backend.delivery.notices.wake import hold_carrier, wake

SETTLES = timedelta(minutes=1)
"""What is taken back or followed by the next step at once is one notice, not three."""
_AT_ONCE = 500
_NOTICE, _REGISTRATION = table_of(Notice), table_of(NoticeRegistration)
_IDS: sa.BindParameter[UUID] = sa.bindparam("ids", expanding=True)
# Held against being forgotten meanwhile; any number of transactions may hold them so.
_HELD = (
    sa.select(_REGISTRATION.c.id)
    .where(_REGISTRATION.c.id.in_(_IDS))
    .order_by(_REGISTRATION.c.id)
    .with_for_update(read=True, key_share=True)
)
_WAITING = sa.select(_NOTICE).where(
    _NOTICE.c.registration_id.in_(_IDS), _NOTICE.c.state == "waiting"
)
_REPLACE = (
    sa.update(_NOTICE)
    .where(_NOTICE.c.id == sa.bindparam("its_id"))
    .values(revision=_NOTICE.c.revision + 1)
)


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened to a subject of `kind` (report, proposal, cycle); `facts` are no public words.

    At `at`, or now; nobody is told before `told_at`.
    """

    topic: Topic
    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Recipient:
    registration_id: UUID
    kind: Kind
    subject: str


def leave_notices(
    work: UnitOfWork, recipients: Recipients, known: Mapping[str, Any], happening: Happening
) -> None:
    """A notice for each address of `recipients` that wishes it, apart from the actor's own.

    `known` are the parameters of the statement. What waits about the same subject is replaced.
    """
    rows = work.session.execute(recipients, known).all()
    meant = list(_wanting(work, rows, happening))
    if not meant:
        return
    carriers = sorted({CARRIERS[one.kind] for one in meant})
    for carrier in carriers:
        hold_carrier(work, carrier)
    for start in range(0, len(meant), _AT_ONCE):
        _leave(work, meant[start : start + _AT_ONCE], happening)
    for carrier in carriers:
        wake(work, carrier, happening.told_at or work.now + SETTLES)


def _wanting(work: UnitOfWork, rows: Sequence[Any], happening: Happening) -> Iterable[_Recipient]:
    """Each address once, under the name its owner knows the subject by."""
    own = {row.resident_id for row in rows if row.person_hash in work.actor.reporters}
    seen: set[UUID] = set()
    for row in rows:
        if row.id in seen or row.resident_id in own:
            continue
        seen.add(row.id)
        kind = Kind(row.kind)
        if way_of(kind) in read_topics(row.wishes)[happening.topic]:
            yield _Recipient(row.id, kind, f"{happening.kind}:{row.known_as}")


def _leave(work: UnitOfWork, meant: Sequence[_Recipient], happening: Happening) -> None:
    ids = [one.registration_id for one in meant]
    held = set(work.session.scalars(_HELD, {"ids": ids}))
    waiting = {
        (row.registration_id, row.subject): row
        for row in work.session.execute(_WAITING, {"ids": ids})
    }
    replaced, added = [], []
    for one in meant:
        if one.registration_id not in held:
            continue
        new = {
            "topic": happening.topic.value,
            "facts": dict(happening.facts),
            "happened_at": happening.at or work.now,
            "due_at": happening.told_at or work.now + SETTLES,
            "is_important": happening.topic in IMPORTANT,
        }
        before = waiting.get((one.registration_id, one.subject))
        if before is None:
            key = {"id": work.runtime.ids.uuid(), "registration_id": one.registration_id}
            fresh = {"subject": one.subject, "state": "waiting", "revision": 1, "attempts": 0}
            added.append(key | fresh | new)
        else:
            # Whatever comes after a question does not let the cap swallow it.
            new["is_important"] = new["is_important"] or before.is_important
            if before.attempts:
                # A service that asked for time has it.
                new["due_at"] = before.due_at
            replaced.append({"its_id": before.id} | new)
    if replaced:
        work.session.execute(_REPLACE, replaced)
    if added:
        work.session.execute(sa.insert(_NOTICE), added)
