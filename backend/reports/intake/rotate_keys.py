"""Sealing messages that wait again with the newest key, so that an old one can be thrown away."""

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.reports.intake.models import Lead, LeadPicture


def reseal_leads(work: UnitOfWork) -> int:
    """Seal what older keys hold with the newest, the pictures' addresses too; returns how many."""
    keyring = work.runtime.keyring
    count = 0
    rows: list[Lead | LeadPicture] = [
        *work.session.scalars(sa.select(Lead).where(Lead.sealed.is_not(None))),
        *work.session.scalars(sa.select(LeadPicture).where(LeadPicture.sealed.is_not(None))),
    ]
    for one in rows:
        if one.sealed is not None and keyring.key_id(one.sealed) != keyring.newest:
            row = one.id.bytes
            one.sealed = keyring.seal(keyring.open(one.sealed, row), row)
            count += 1
    work.decide("keys.rotated", "leads", count=count)
    return count
