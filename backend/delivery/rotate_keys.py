"""Sealing webhooks' secrets again with the newest key, so that an old one can be thrown away."""

import sqlalchemy as sa

from backend.core.reseal import Resealing
from backend.core.uow import UnitOfWork
from backend.delivery.models import Webhook


def reseal_secrets(work: UnitOfWork) -> Resealing:
    """Seal what older keys hold with the newest; what cannot be opened stays as it is."""
    resealing = Resealing(work.runtime.keyring)
    for webhook in work.session.scalars(sa.select(Webhook).order_by(Webhook.id)):
        webhook.sealed = resealing.fresh(
            webhook.sealed, webhook.id.bytes, table="webhook", name=webhook.id
        )
    work.decide("keys.rotated", "webhooks", count=resealing.count)
    return resealing
