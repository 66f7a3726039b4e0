"""Sealing what other programs sent or gave us again, so that an old key can be thrown away."""

import sqlalchemy as sa

from backend.accounts.models import ApiKey
from backend.core.reseal import Resealing
from backend.core.uow import UnitOfWork
from backend.open311.models import PushTarget, UnplacedReport


def reseal_open311(work: UnitOfWork) -> Resealing:
    """Seal what older keys hold with the newest; what cannot be opened stays as it is."""
    resealing = Resealing(work.runtime.keyring)
    waiting = sa.select(UnplacedReport).where(UnplacedReport.sealed.is_not(None))
    for report in work.session.scalars(waiting.order_by(UnplacedReport.id)):
        report.sealed = resealing.fresh(
            report.sealed, report.id.bytes, table="unplaced_report", name=report.id
        )
    targets = work.session.execute(
        sa.select(PushTarget, ApiKey.prefix)
        .join(ApiKey, ApiKey.id == PushTarget.api_key_id)
        .order_by(ApiKey.prefix)
    )
    for target, prefix in targets:
        target.sealed = resealing.fresh(
            target.sealed, target.api_key_id.bytes, table="push_target", name=prefix
        )
    work.decide("keys.rotated", "open311", count=resealing.count)
    return resealing
