"""The job that sends what waits for one webhook; the transaction waits for nobody outside."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any, TypeAlias
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.adapters.guarded_post import GuardedPoster, Unposted
from backend.core.jobs import PreparedJob
from backend.core.runtime import Runtime, current_runtime
from backend.core.uow import UnitOfWork
from backend.delivery.announce import JOB
from backend.delivery.models import Webhook, WebhookDelivery
from backend.delivery.queries import due_deliveries, next_due_at
from backend.delivery.retry_times import GIVEN_UP_AFTER, MAX_TRIES, hold_after, wait_after
from backend.delivery.signature import signed_headers

Describe: TypeAlias = Callable[[Session, str, dict[str, Any]], dict[str, Any]]
"""What the public may know now of a subject and of the facts of what happened to it."""

# A slow receiver must not keep the worker from the city's other jobs.
_MOST_AT_ONCE = 20
_MOST_SECONDS = 15.0
# These speak for the receiver as a whole, not for what was sent.
_OVERLOADED = frozenset({429, 502, 503, 504})
_GONE = 410
DELIVERED_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try: a status, or the reason why there is none."""

    delivery_id: UUID
    status: int | None = None
    error: str | None = None

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_down(self) -> bool:
        """Whether the next try would be as vain."""
        return self.status is None or self.status in _OVERLOADED


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run of the job sent for one webhook."""

    webhook_id: UUID
    answers: list[Answer]


def send_job(describe: Describe) -> PreparedJob:
    """The job, told how to describe what a delivery is about."""

    def prepare(session: Session, now: datetime, payload: dict[str, Any]) -> Sent | None:
        webhook = session.get(Webhook, UUID(payload["webhook"]))
        if webhook is None:
            return None
        due = due_deliveries(session, webhook.id, now, _MOST_AT_ONCE) if webhook.is_active else []
        bodies = [(one.id, _body(one, describe(session, one.subject, one.facts))) for one in due]
        address = Address.of(webhook, current_runtime())
        # No transaction stays open while somebody outside is talked to.
        session.rollback()
        return Sent(address.webhook_id, list(_send_all(address, bodies, now)))

    return PreparedJob(prepare, _finish)


@dataclass(frozen=True, slots=True)
class Address:
    """Where to send, with the secret to sign with."""

    webhook_id: UUID
    url: str
    secret: str
    poster: GuardedPoster

    @classmethod
    def of(cls, webhook: Webhook, runtime: Runtime) -> "Address":
        """The address of a webhook."""
        secret = runtime.keyring.open(webhook.sealed, webhook.id.bytes)["secret"]
        return cls(webhook.id, webhook.url, secret, poster_of(runtime))

    def send(self, delivery_id: UUID, body: bytes, now: datetime) -> Answer:
        """Send one body, signed; whatever goes wrong is the answer."""
        headers = signed_headers(self.secret, delivery_id, now, body)
        headers |= {"Content-Type": "application/json", "User-Agent": "Evenward-Webhooks/1"}
        try:
            return Answer(delivery_id, status=self.poster.post(self.url, headers, body))
        except Unposted as error:
            return Answer(delivery_id, error=error.reason)


def send_test(webhook: Webhook, runtime: Runtime, now: datetime) -> Answer:
    """Send one signed event of no report, as a new delivery would be."""
    id_ = runtime.ids.uuid()
    body = orjson.dumps({"type": "webhook.test", "timestamp": now, "data": {}})
    return Address.of(webhook, runtime).send(id_, body, now)


def poster_of(runtime: Runtime) -> GuardedPoster:
    """What the settings let webhooks reach."""
    settings = runtime.settings
    return GuardedPoster(settings.webhook_networks, is_plain_allowed=not settings.is_production)


def _body(delivery: WebhookDelivery, document: dict[str, Any]) -> bytes:
    data = {**delivery.facts, "sequence": delivery.sequence, **document}
    return orjson.dumps({"type": delivery.event, "timestamp": delivery.happened_at, "data": data})


def _send_all(
    address: Address, bodies: list[tuple[UUID, bytes]], now: datetime
) -> Iterator[Answer]:
    began = perf_counter()
    for delivery_id, body in bodies:
        answer = address.send(delivery_id, body, now)
        yield answer
        if answer.is_down or perf_counter() - began > _MOST_SECONDS:
            return


def _finish(work: UnitOfWork, sent: Sent | None) -> None:
    webhook = sent and work.session.get(Webhook, sent.webhook_id, with_for_update=True)
    if not sent or not webhook:
        return
    for answer in sent.answers:
        _note(work, webhook, answer)
    _clear_up(work, webhook)
    webhook.job_id = None
    next_at = next_due_at(work.session, webhook.id)
    if next_at is not None:
        held_until = work.now
        if webhook.failures:
            held_until += hold_after(webhook.failures, webhook.id)
        due_at = max(next_at, held_until)
        webhook.job_id = work.enqueue(JOB, due_at=due_at, webhook=str(webhook.id))


def _note(work: UnitOfWork, webhook: Webhook, answer: Answer) -> None:
    webhook.failures = webhook.failures + 1 if answer.is_down else 0
    if answer.status == _GONE:
        # The receiver says that it wants nothing more.
        webhook.is_active = False
    delivery = work.session.get(WebhookDelivery, answer.delivery_id)
    if delivery is None:
        return
    delivery.attempts += 1
    delivery.last_status, delivery.last_error = answer.status, answer.error
    if answer.is_delivered:
        delivery.state, delivery.finished_at = "delivered", work.now
    elif delivery.attempts >= MAX_TRIES:
        delivery.state, delivery.finished_at = "dead", work.now
    else:
        delivery.due_at = work.now + wait_after(delivery.attempts, delivery.id)


def _clear_up(work: UnitOfWork, webhook: Webhook) -> None:
    """Give up what waits too long, and forget what arrived long ago."""
    its = WebhookDelivery.webhook_id == webhook.id
    is_late = WebhookDelivery.waits_since <= work.now - GIVEN_UP_AFTER
    work.session.execute(
        sa.update(WebhookDelivery)
        .where(its, WebhookDelivery.state == "waiting", is_late if webhook.is_active else sa.true())
        .values(state="dead", finished_at=work.now)
    )
    is_old = WebhookDelivery.finished_at < work.now - DELIVERED_KEPT
    work.session.execute(
        sa.delete(WebhookDelivery).where(its, WebhookDelivery.state == "delivered", is_old)
    )
