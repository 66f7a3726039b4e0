"""Every night: what waits for a webhook whose job is gone is sent after all, or given up.

A job is gone when it failed too often or took its worker along; without this only the next event
would wake another.
"""

from typing import Any

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.delivery.announce import wake
from backend.delivery.models import Webhook, WebhookDelivery

JOB = "wake_webhooks"


def wake_waiting(work: UnitOfWork, _payload: dict[str, Any]) -> None:
    """Have a job for each webhook that something waits for."""
    waiting = sa.select(WebhookDelivery.webhook_id).where(WebhookDelivery.state == "waiting")
    webhooks = (
        sa.select(Webhook.id, Webhook.job_id)
        .where(Webhook.id.in_(waiting))
        .order_by(Webhook.id)
        .with_for_update()
    )
    for id_, job_id in work.session.execute(webhooks).all():
        wake(work, id_, job_id)
