"""Sealing webhooks' secrets again with the newest key, so that an old one can be thrown away."""

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.delivery.models import Webhook


def reseal_secrets(work: UnitOfWork) -> int:
    """Seal what older keys hold with the newest; returns how many there were."""
    keyring = work.runtime.keyring
    count = 0
    for webhook in work.session.scalars(sa.select(Webhook).order_by(Webhook.id)):
        if keyring.key_id(webhook.sealed) != keyring.newest:
            row = webhook.id.bytes
            webhook.sealed = keyring.seal(keyring.open(webhook.sealed, row), row)
            count += 1
    work.decide("keys.rotated", "webhooks", count=count)
    return count
