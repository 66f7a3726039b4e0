"""From whoever acts to the one row that has their wishes."""

from uuid import UUID

import sqlalchemy as sa

from backend.core.db import lock_id
from backend.core.errors import Forbidden
from backend.core.uow import UnitOfWork
from backend.delivery.notices.models import NoticeName, NoticeRegistration, NoticeResident
from backend.delivery.notices.queries import residents_known_as
from backend.delivery.notices.rules import DEFAULTS, QuietHours, Wishes


def hold_resident(work: UnitOfWork) -> NoticeResident:
    """The actor's row, made where there is none, known by every hash the actor has by now.

    Devices that came into one account brought a row each: the oldest stays and takes over the
    addresses of the others. Raises `Forbidden` without a token.
    """
    if work.actor.reporter is None:
        raise Forbidden("notice-token-needed")
    lock_id(work.session, UUID(work.actor.reporter[:32]))
    resident, *others = residents_known_as(work.session, work.actor.reporters) or [_made(work)]
    for other in others:
        for model in (NoticeName, NoticeRegistration):
            theirs = sa.update(model).where(model.resident_id == other.id)
            work.session.execute(theirs.values(resident_id=resident.id))
        work.session.delete(other)
    _name(work, resident)
    return resident


def write_wishes(resident: NoticeResident, wishes: Wishes) -> None:
    """Put `wishes` into the row."""
    resident.wishes = {topic.value: list(ways) for topic, ways in wishes.topics.items()}
    resident.quiet_from, resident.quiet_until = _written(wishes.quiet)
    resident.weekly_cap = wishes.weekly_cap


def _made(work: UnitOfWork) -> NoticeResident:
    resident = NoticeResident(id=work.runtime.ids.uuid(), created_at=work.now)
    write_wishes(resident, DEFAULTS)
    work.session.add(resident)
    work.session.flush()
    return resident


def _name(work: UnitOfWork, resident: NoticeResident) -> None:
    hashes = work.actor.reporters
    named = sa.select(NoticeName.person_hash).where(NoticeName.resident_id == resident.id)
    missing = hashes - set(work.session.scalars(named))
    work.session.add_all(NoticeName(person_hash=one, resident_id=resident.id) for one in missing)
    work.session.flush()


def _written(quiet: QuietHours | None) -> tuple[str | None, str | None]:
    if quiet is None:
        return None, None
    return f"{quiet.starts:%H:%M}", f"{quiet.ends:%H:%M}"
