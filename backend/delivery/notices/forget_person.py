"""Whoever is erased is told nothing more, and nothing says that they ever were."""

from collections.abc import Collection

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.delivery.notices.models import Notice, NoticeName, NoticeResident


def forget_person(work: UnitOfWork, hashes: Collection[str]) -> None:
    """Forget wishes, addresses and notices of somebody known by `hashes`.

    After the log was written to: whoever leaves notices holds its end before the addresses.
    """
    named = sa.select(NoticeName.resident_id).where(NoticeName.person_hash.in_(sorted(hashes)))
    work.session.execute(sa.delete(NoticeResident).where(NoticeResident.id.in_(named)))


def forget_subjects(work: UnitOfWork, subjects: Collection[str]) -> None:
    """Forget who was told of these, as who reported them is not known any more either."""
    known = sorted(subjects)
    for start in range(0, len(known), 500):
        some = known[start : start + 500]
        work.session.execute(sa.delete(Notice).where(Notice.subject.in_(some)))
