"""Sealing what other programs sent or gave us again, so that an old key can be thrown away."""

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.open311.models import PushTarget, UnplacedReport


def reseal_open311(work: UnitOfWork) -> int:
    """Seal what older keys hold with the newest; returns how many there were."""
    waiting = sa.select(UnplacedReport).where(UnplacedReport.sealed.is_not(None))
    count = sum(_reseal(work, row, row.id.bytes) for row in work.session.scalars(waiting))
    targets = work.session.scalars(sa.select(PushTarget))
    count += sum(_reseal(work, row, row.api_key_id.bytes) for row in targets)
    work.decide("keys.rotated", "open311", count=count)
    return count


def _reseal(work: UnitOfWork, row: UnplacedReport | PushTarget, associated: bytes) -> bool:
    keyring = work.runtime.keyring
    if row.sealed is None or keyring.key_id(row.sealed) == keyring.newest:
        return False
    row.sealed = keyring.seal(keyring.open(row.sealed, associated), associated)
    return True
