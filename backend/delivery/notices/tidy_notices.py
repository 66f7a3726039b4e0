"""Every night: addresses nobody came back with go, what is over goes, nothing is left behind."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.delivery.notices.models import Notice, NoticeCode, NoticeRegistration, NoticeResident
from backend.delivery.notices.queries import next_due_at
from backend.delivery.notices.rules import EMAIL_KEPT, PUSH_KEPT, Carrier, Kind
from backend.delivery.notices.wake import hold_carrier, wake

JOB = "tidy_notices"
FINISHED_KEPT = timedelta(days=30)
_UNCONFIRMED_KEPT = timedelta(days=1)


def tidy_notices(work: UnitOfWork, _payload: dict[str, Any]) -> None:
    """Forget what is old, and have a job for each carrier that something waits for.

    A job is gone when it failed too often or took its worker along. Wishes go with the last
    address, when nobody changed anything for as long as mail is kept.
    """
    for carrier in sorted(Carrier):
        hold_carrier(work, carrier)
    execute, seen = work.session.execute, NoticeRegistration.last_seen_at
    is_mail = NoticeRegistration.kind == Kind.EMAIL.value
    is_old = sa.or_(
        sa.and_(sa.not_(is_mail), seen < work.now - PUSH_KEPT),
        sa.and_(is_mail, seen < work.now - EMAIL_KEPT),
        sa.and_(NoticeRegistration.confirmed_at.is_(None), seen < work.now - _UNCONFIRMED_KEPT),
    )
    execute(sa.delete(NoticeRegistration).where(is_old))
    execute(sa.delete(NoticeCode).where(NoticeCode.expires_at < work.now))
    execute(sa.delete(Notice).where(Notice.finished_at < work.now - FINISHED_KEPT))
    has_address = sa.exists().where(NoticeRegistration.resident_id == NoticeResident.id)
    is_long_ago = NoticeResident.created_at < work.now - EMAIL_KEPT
    execute(sa.delete(NoticeResident).where(sa.not_(has_address), is_long_ago))
    for carrier in sorted(Carrier):
        due_at = next_due_at(work.session, carrier)
        if due_at is not None:
            wake(work, carrier, max(due_at, work.now))
