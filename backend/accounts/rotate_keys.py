"""Sealing residents' addresses again with the newest key, so that an old one can be thrown away."""

import sqlalchemy as sa

from backend.accounts.models import ResidentAccount
from backend.core.reseal import Resealing
from backend.core.uow import UnitOfWork


def reseal_addresses(work: UnitOfWork) -> Resealing:
    """Seal what older keys hold with the newest; what cannot be opened stays as it is."""
    resealing = Resealing(work.runtime.keyring)
    for account in work.session.scalars(sa.select(ResidentAccount).order_by(ResidentAccount.id)):
        account.sealed = resealing.fresh(
            account.sealed, account.id.bytes, table="resident_account", name=account.id
        )
    work.decide("keys.rotated", "accounts", count=resealing.count)
    return resealing
