"""Sealing messages that wait again with the newest key, so that an old one can be thrown away."""

import sqlalchemy as sa

from backend.core.reseal import Resealing
from backend.core.uow import UnitOfWork
from backend.reports.intake.models import Lead, LeadPicture


def reseal_leads(work: UnitOfWork) -> Resealing:
    """Seal what older keys hold with the newest, the pictures' addresses too.

    What cannot be opened stays as it is.
    """
    resealing = Resealing(work.runtime.keyring)
    rows: list[Lead | LeadPicture] = [
        *work.session.scalars(sa.select(Lead).where(Lead.sealed.is_not(None)).order_by(Lead.id)),
        *work.session.scalars(
            sa.select(LeadPicture).where(LeadPicture.sealed.is_not(None)).order_by(LeadPicture.id)
        ),
    ]
    for one in rows:
        one.sealed = resealing.fresh(one.sealed, one.id.bytes, table=one.__tablename__, name=one.id)
    work.decide("keys.rotated", "leads", count=resealing.count)
    return resealing
