"""Updates are told to the clients whose reports they are about, as FixMyStreet takes them.

One job for each update and each client: the row is the job, it is tried again after longer and
longer waits, and what was given up stays a row that the operator can list and send once more.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.accounts.models import ApiKey
from backend.adapters.guarded_post import GuardedPoster, Unposted
from backend.core.db import table_of
from backend.core.errors import Unavailable
from backend.core.jobs import PreparedJob
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork
from backend.delivery.send_due import poster_of
from backend.open311.documents import moment_text
from backend.open311.models import KeyedRequest, PushTarget
from backend.open311.pictures import update_pictures
from backend.open311.status_words import OWN_WORDS
from backend.open311.update_feed import find_update, last_step, view_update
from backend.reports.events import (
    CommentAdded,
    RepeatLinked,
    RepeatUnlinked,
    StatusChanged,
    StepUndone,
)
from backend.reports.models import Incident, ServiceRequest

JOB = "push_update"
_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    "User-Agent": "Evenward-Open311/1",
}
# Of what a receiver says about a refusal.
_MOST_BYTES = 4_096

_REQUEST, _INCIDENT = table_of(ServiceRequest), table_of(Incident)
_KEY, _KEYED, _TARGET = map(table_of, (ApiKey, KeyedRequest, PushTarget))
_LISTENERS = (
    sa.select(_REQUEST.c.number, _KEY.c.id, _KEY.c.prefix)
    .join(_KEYED, _KEYED.c.service_request_id == _REQUEST.c.id)
    .join(_TARGET, _TARGET.c.api_key_id == _KEYED.c.api_key_id)
    .join(_KEY, _KEY.c.id == _KEYED.c.api_key_id)
    .where(_KEY.c.revoked_at.is_(None))
    .order_by(_REQUEST.c.number)
)
_OF_INCIDENT = _LISTENERS.where(_REQUEST.c.incident_id == sa.bindparam("incident_id"))
# The requests of a merged incident lie under another by now; its own still has its number.
_OF_MERGED = _LISTENERS.join(_INCIDENT, _INCIDENT.c.number == _REQUEST.c.number).where(
    _INCIDENT.c.id == sa.bindparam("incident_id")
)


def on_status_changed(work: UnitOfWork, event: StatusChanged | StepUndone) -> None:
    """A step was taken."""
    _leave_jobs(work, _OF_INCIDENT, event.incident_id, None)


def on_repeat_linked(work: UnitOfWork, event: RepeatLinked) -> None:
    """A report is known to be about the same thing as another."""
    _leave_jobs(work, _OF_MERGED, event.incident_id, None)


def on_repeat_unlinked(work: UnitOfWork, event: RepeatUnlinked) -> None:
    """It is not the same thing after all."""
    _leave_jobs(work, _OF_INCIDENT, event.incident_id, None)


def on_comment_added(work: UnitOfWork, event: CommentAdded) -> None:
    """Somebody said something everybody can read."""
    _leave_jobs(work, _OF_INCIDENT, event.incident_id, event.comment_id)


def _leave_jobs(
    work: UnitOfWork,
    listeners: sa.Select[*tuple[Any, ...]],
    incident_id: int,
    comment_id: UUID | None,
) -> None:
    found = work.session.execute(listeners, {"incident_id": incident_id}).all()
    if not found:
        return
    row_id = comment_id or last_step(work.session, incident_id)
    for number, key_id, prefix in found:
        # Who told us knows.
        if work.actor.key != f"api:{prefix}":
            work.enqueue(JOB, row=str(row_id), number=number, key=str(key_id))


def _push(session: Session, _now: datetime, payload: dict[str, Any]) -> None:
    row = payload["row"]
    update = find_update(session, int(row) if row.isdigit() else UUID(row), payload["number"])
    target = session.get(PushTarget, UUID(payload["key"]))
    if update is None or target is None:
        # Hidden, or not wanted, since.
        return
    runtime = current_runtime()
    known = runtime.keyring.open(target.sealed, target.api_key_id.bytes)
    url = f"{target.url}/servicerequestupdates.xml"
    pictures: Sequence[str] = ()
    # A job knows no address of the city but the one that is configured.
    if runtime.settings.public_url and update.act_id:
        pictures = update_pictures(session, [update.act_id]).get(update.act_id, ())
    fields = view_update(update, OWN_WORDS, pictures) | {
        "updated_datetime": moment_text(update.at),
        "jurisdiction_id": target.jurisdiction_id,
        "api_key": known["api_key"],
    }
    # Somebody outside must not hold the database up.
    session.rollback()
    _post(poster_of(runtime), url, fields)


def _post(poster: GuardedPoster, url: str, fields: dict[str, Any]) -> None:
    """Raise `Unavailable` unless the update was taken now or before."""
    told = {name: value for name, value in fields.items() if value is not None}
    body = urlencode(told, doseq=True).encode()
    try:
        status, words = poster.exchange(url, _HEADERS, body, _MOST_BYTES)
    except Unposted as error:
        raise Unavailable("update-not-taken") from error
    # FixMyStreet refuses what it has already, so a lost answer must not look like a failure.
    is_known = status == 400 and b"already exists" in words
    if not (200 <= status < 300 or is_known):
        raise Unavailable("update-not-taken")


PUSH_JOB = PreparedJob(_push, lambda _work, _nothing: None)
