"""Sealing messages that wait again with the newest key, so that an old one can be thrown away."""

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.reports.intake.models import Lead


def reseal_leads(work: UnitOfWork) -> int:
    """Seal what older keys hold with the newest; returns how many there were."""
    keyring = work.runtime.keyring
    count = 0
    for lead in work.session.scalars(sa.select(Lead).where(Lead.sealed.is_not(None))):
        if lead.sealed is not None and keyring.key_id(lead.sealed) != keyring.newest:
            row = lead.id.bytes
            lead.sealed = keyring.seal(keyring.open(lead.sealed, row), row)
            count += 1
    work.decide("keys.rotated", "leads", count=count)
    return count
