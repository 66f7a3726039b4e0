"""Operators say which programs are told of what, and send again what was given up."""

from collections.abc import Sequence

import sqlalchemy as sa

from backend.adapters.guarded_post import Unposted
from backend.core.errors import Invalid
from backend.core.jobs import Job
from backend.core.uow import UnitOfWork
from backend.delivery.announce import wake
from backend.delivery.models import Webhook, WebhookDelivery
from backend.delivery.queries import dead_deliveries, find_webhook
from backend.delivery.send_due import poster_of
from backend.delivery.signature import secret_from

EVENTS = ("report.filed", "report.status_changed", "report.commented")
_LONGEST_URL = 500


def add_webhook(work: UnitOfWork, url: str, events: Sequence[str]) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is shown this once; raises `Invalid`."""
    unknown = sorted(set(events) - set(EVENTS))
    if unknown:
        raise Invalid("webhook-event-unknown", event=unknown[0][:40], events=EVENTS)
    if len(url) > _LONGEST_URL:
        raise Invalid("webhook-address-too-long", most=_LONGEST_URL)
    _check_address(work, url)
    secret = secret_from(work.runtime.ids.token())
    id_ = work.runtime.ids.uuid()
    webhook = Webhook(
        id=id_,
        url=url,
        sealed=work.runtime.keyring.seal({"secret": secret}, associated=id_.bytes),
        events=sorted(set(events) or EVENTS),
        created_at=work.now,
        created_by=work.actor.key,
    )
    work.session.add(webhook)
    # Not the address: it may be as secret as a password.
    work.decide("webhook.added", f"webhook:{id_}", events=webhook.events)
    return webhook, secret


def _check_address(work: UnitOfWork, url: str) -> None:
    try:
        poster_of(work.runtime).check(url)
    except Unposted as error:
        if error.reason == "address-not-https":
            raise Invalid("webhook-address-not-https") from error
        if error.reason == "address-private":
            raise Invalid("webhook-address-private") from error
        if error.reason == "host-unknown":
            raise Invalid("webhook-host-unknown") from error
        raise Invalid("webhook-address-not-valid") from error


def remove_webhook(work: UnitOfWork, id_: str) -> None:
    """Forget a webhook and everything it was or is to be told; raises `NotFound`."""
    webhook = find_webhook(work.session, id_)
    # The log first: whoever announces holds it too before the webhooks.
    work.decide("webhook.removed", f"webhook:{webhook.id}")
    its = WebhookDelivery.webhook_id == webhook.id
    work.session.scalar(sa.select(Webhook.id).where(Webhook.id == webhook.id).with_for_update())
    work.session.execute(sa.delete(WebhookDelivery).where(its))
    work.session.delete(webhook)


def redeliver(work: UnitOfWork, id_: str, delivery: str | None = None) -> int:
    """Let what was given up wait again, all of a webhook or one; returns how many there are.

    A webhook whose receiver said that it is gone is told again from now on. Also what still waits
    is sent, should nobody be about to.
    """
    webhook = find_webhook(work.session, id_, lock=True)
    dead = [
        one
        for one in dead_deliveries(work.session, id_)
        if delivery is None or str(one.id) == delivery
    ]
    for one in dead:
        one.state, one.attempts, one.finished_at = "waiting", 0, None
        one.waits_since = one.due_at = work.now
    if dead:
        webhook.is_active, webhook.failures = True, 0
        work.session.flush()
        # Its job may be holding back because nobody answered.
        is_held = (Job.id == webhook.job_id) & (Job.state == "waiting")
        work.session.execute(sa.update(Job).where(is_held).values(due_at=work.now))
    wake(work, webhook.id, webhook.job_id)
    return len(dead)
