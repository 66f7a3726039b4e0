"""Which deliveries: every read of the delivery slice, always ordered."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from backend.core.errors import NotFound
from backend.delivery.models import Webhook, WebhookDelivery


def find_webhook(session: Session, id_: str, *, lock: bool = False) -> Webhook:
    """The webhook with the id a person typed; raises `NotFound`."""
    query = sa.select(Webhook).where(Webhook.id == _uuid(id_))
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("webhook-unknown", webhook=id_[:40])
    return found


def webhooks_with_counts(session: Session) -> list[tuple[Webhook, dict[str, int]]]:
    """Every webhook, oldest first, with how many deliveries there are in each state."""
    counted = sa.select(
        WebhookDelivery.webhook_id, WebhookDelivery.state, sa.func.count()
    ).group_by(WebhookDelivery.webhook_id, WebhookDelivery.state)
    counts: dict[UUID, dict[str, int]] = {}
    for webhook_id, state, count in session.execute(counted):
        counts.setdefault(webhook_id, {})[state] = count
    webhooks = session.scalars(sa.select(Webhook).order_by(Webhook.created_at, Webhook.id))
    return [(webhook, counts.get(webhook.id, {})) for webhook in webhooks]


def dead_deliveries(session: Session, webhook_id: str | None = None) -> list[WebhookDelivery]:
    """What was given up, of one webhook or of all, in the order it happened."""
    query = sa.select(WebhookDelivery).where(WebhookDelivery.state == "dead")
    if webhook_id is not None:
        query = query.where(WebhookDelivery.webhook_id == find_webhook(session, webhook_id).id)
    return list(session.scalars(query.order_by(WebhookDelivery.sequence, WebhookDelivery.id)))


def due_deliveries(
    session: Session, webhook_id: UUID, now: datetime, most: int
) -> list[WebhookDelivery]:
    """What can be sent now, oldest first: of each topic at most its oldest."""
    query = sa.select(WebhookDelivery).where(*_is_first(webhook_id), WebhookDelivery.due_at <= now)
    order = (WebhookDelivery.sequence, WebhookDelivery.id)
    return list(session.scalars(query.order_by(*order).limit(most)))


def next_due_at(session: Session, webhook_id: UUID) -> datetime | None:
    """When something can be sent next, None where nothing waits."""
    query = sa.select(sa.func.min(WebhookDelivery.due_at)).where(*_is_first(webhook_id))
    return session.scalar(query)


def _is_first(webhook_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    earlier = aliased(WebhookDelivery)
    return (
        WebhookDelivery.webhook_id == webhook_id,
        WebhookDelivery.state == "waiting",
        ~sa.exists().where(
            earlier.webhook_id == webhook_id,
            earlier.topic == WebhookDelivery.topic,
            earlier.state == "waiting",
            earlier.sequence < WebhookDelivery.sequence,
        ),
    )


def _uuid(text: str) -> Any:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("webhook-unknown", webhook=text[:40]) from None
