"""Sealing addresses and the key for web push again, so that an old key can be thrown away."""

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.uow import UnitOfWork
from backend.delivery.notices.carriers import VAPID
from backend.delivery.notices.models import NoticeCarrier, NoticeRegistration

_REGISTRATION, _CARRIER = table_of(NoticeRegistration), table_of(NoticeCarrier)


def reseal_notices(work: UnitOfWork) -> int:
    """Seal what older keys hold with the newest; returns how many there were."""
    keyring = work.runtime.keyring
    addresses = [
        (_REGISTRATION, _REGISTRATION.c.id == one.id, one.id.bytes, one.sealed)
        for one in work.session.execute(
            sa.select(_REGISTRATION.c.id, _REGISTRATION.c.sealed).order_by(_REGISTRATION.c.id)
        )
    ]
    carriers = [
        (_CARRIER, _CARRIER.c.name == one.name, VAPID, one.sealed)
        for one in work.session.execute(
            sa.select(_CARRIER.c.name, _CARRIER.c.sealed).where(_CARRIER.c.sealed.is_not(None))
        )
    ]
    old = [row for row in (*addresses, *carriers) if keyring.key_id(row[3]) != keyring.newest]
    # The log first: whoever leaves notices holds it too before carriers and addresses.
    work.decide("keys.rotated", "notices", count=len(old))
    for table, is_it, associated, sealed in old:
        fresh = keyring.seal(keyring.open(sealed, associated), associated)
        # An address that was registered anew meanwhile is under the newest key already.
        same = sa.update(table).where(is_it, table.c.sealed == sealed)
        work.session.execute(same.values(sealed=fresh))
    return len(old)
