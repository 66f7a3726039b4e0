"""Something happened: leave a delivery for every webhook that wants to know."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from backend.core.db import table_of
from backend.core.jobs import Job, is_alive
from backend.core.uow import UnitOfWork
from backend.delivery.models import Webhook, WebhookDelivery

JOB = "send_webhooks"

_WEBHOOK, _DELIVERY = table_of(Webhook), table_of(WebhookDelivery)
# Locked, so that a job that ends sees what is left here, or is seen to have ended.
_ACTIVE = (
    sa.select(_WEBHOOK.c.id, _WEBHOOK.c.events, _WEBHOOK.c.job_id)
    .where(_WEBHOOK.c.is_active)
    .order_by(_WEBHOOK.c.id)
    .with_for_update()
)
_IS_ALIVE = sa.select(sa.true()).where(
    Job.id == sa.bindparam("job_id"), is_alive(sa.bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """One event: `topic` is what keeps its order, `subject` what the public document is of.

    `sequence` is the decision it is recorded under, and `facts` are public.
    """

    event: str
    topic: str
    subject: str
    sequence: int
    facts: dict[str, Any] = field(default_factory=dict)


def listening(connection: Connection, event: str) -> list[sa.Row[UUID, list[Any], UUID | None]]:
    """The webhooks that want to know of `event`, held until the transaction ends."""
    return [row for row in connection.execute(_ACTIVE) if event in row.events]


def announce(
    work: UnitOfWork,
    webhooks: list[sa.Row[UUID, list[Any], UUID | None]],
    announcement: Announcement,
) -> None:
    """Leave the event for each of `webhooks`, and wake who sends."""
    for webhook in webhooks:
        delivery = {
            "id": work.runtime.ids.uuid(),
            "webhook_id": webhook.id,
            "event": announcement.event,
            "topic": announcement.topic,
            "subject": announcement.subject,
            "sequence": announcement.sequence,
            "facts": announcement.facts,
            "happened_at": work.now,
            "waits_since": work.now,
            "due_at": work.now,
        }
        work.session.execute(sa.insert(_DELIVERY), delivery)
        wake(work, webhook.id, webhook.job_id)


def wake(work: UnitOfWork, webhook_id: UUID, job_id: UUID | None) -> None:
    """Have a job send what waits for a webhook, unless `job_id` is going to."""
    known = {"job_id": job_id, "now": work.now}
    if job_id is None or work.session.execute(_IS_ALIVE, known).first() is None:
        new = {"job_id": work.enqueue(JOB, webhook=str(webhook_id))}
        work.session.flush()
        work.session.execute(sa.update(_WEBHOOK).where(_WEBHOOK.c.id == webhook_id).values(new))
