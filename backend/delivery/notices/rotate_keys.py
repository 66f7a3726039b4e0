"""Sealing addresses and the key for web push again, so that an old key can be thrown away."""

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.reseal import Resealing
from backend.core.uow import UnitOfWork
from backend.delivery.notices.carriers import VAPID
from backend.delivery.notices.models import NoticeCarrier, NoticeRegistration

_REGISTRATION, _CARRIER = table_of(NoticeRegistration), table_of(NoticeCarrier)


def reseal_notices(work: UnitOfWork) -> Resealing:
    """Seal what older keys hold with the newest; what cannot be opened stays as it is."""
    resealing = Resealing(work.runtime.keyring)
    addresses = [
        (_REGISTRATION, _REGISTRATION.c.id == one.id, one.id, one.id.bytes, one.sealed)
        for one in work.session.execute(
            sa.select(_REGISTRATION.c.id, _REGISTRATION.c.sealed).order_by(_REGISTRATION.c.id)
        )
    ]
    carriers = [
        (_CARRIER, _CARRIER.c.name == one.name, one.name, VAPID, one.sealed)
        for one in work.session.execute(
            sa.select(_CARRIER.c.name, _CARRIER.c.sealed).where(_CARRIER.c.sealed.is_not(None))
        )
    ]
    fresh = [
        (table, is_it, sealed, resealing.fresh(sealed, associated, table=table.name, name=name))
        for table, is_it, name, associated, sealed in (*addresses, *carriers)
    ]
    # The log first: whoever leaves notices holds it too before carriers and addresses.
    work.decide("keys.rotated", "notices", count=resealing.count)
    for table, is_it, sealed, anew in fresh:
        if anew != sealed:
            # An address that was registered anew meanwhile is under the newest key already.
            same = sa.update(table).where(is_it, table.c.sealed == sealed)
            work.session.execute(same.values(sealed=anew))
    return resealing
