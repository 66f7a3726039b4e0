"""Sealing residents' addresses again with the newest key, so that an old one can be thrown away."""

import sqlalchemy as sa

from backend.accounts.models import ResidentAccount
from backend.core.uow import UnitOfWork


def reseal_addresses(work: UnitOfWork) -> int:
    """Seal what older keys hold with the newest; returns how many there were."""
    keyring = work.runtime.keyring
    count = 0
    for account in work.session.scalars(sa.select(ResidentAccount)):
        if keyring.key_id(account.sealed) != keyring.newest:
            row = account.id.bytes
            account.sealed = keyring.seal(keyring.open(account.sealed, row), row)
            count += 1
    work.decide("keys.rotated", "accounts", count=count)
    return count
