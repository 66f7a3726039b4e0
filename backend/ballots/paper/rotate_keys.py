"""Sealing keyed sheets again with the newest key, so that an old one can be thrown away."""

import sqlalchemy as sa

from backend.ballots.paper.models import PaperKeying
from backend.ballots.paper.sheets import place_of
from backend.core.reseal import Resealing
from backend.core.uow import UnitOfWork


def reseal_keyings(work: UnitOfWork) -> Resealing:
    """Seal what older keys hold with the newest; what cannot be opened stays as it is."""
    resealing = Resealing(work.runtime.keyring)
    for one in work.session.scalars(sa.select(PaperKeying)):
        name = f"{one.cycle_id}/{one.batch}"
        one.sealed = resealing.fresh(one.sealed, place_of(one), table="paper_keying", name=name)
    work.decide("keys.rotated", "paper", count=resealing.count)
    return resealing
