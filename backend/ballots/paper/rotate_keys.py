"""Sealing keyed sheets again with the newest key, so that an old one can be thrown away."""

import sqlalchemy as sa

from backend.ballots.paper.models import PaperKeying
from backend.ballots.paper.sheets import place_of
from backend.core.uow import UnitOfWork


def reseal_keyings(work: UnitOfWork) -> int:
    """Seal what older keys hold with the newest; returns how many there were."""
    keyring, count = work.runtime.keyring, 0
    for one in work.session.scalars(sa.select(PaperKeying)):
        if keyring.key_id(one.sealed) != keyring.newest:
            one.sealed = keyring.seal(keyring.open(one.sealed, place_of(one)), place_of(one))
            count += 1
    work.decide("keys.rotated", "paper", count=count)
    return count
