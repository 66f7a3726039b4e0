"""The job that sends what waits for one carrier; the transaction waits for nobody outside."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.core.db import is_busy
from backend.core.errors import NotFound
from backend.core.jobs import PreparedJob
from backend.core.ports import Push, Pushed, PushSender
from backend.core.runtime import current_runtime
from backend.core.speak import text_direction
from backend.core.uow import UnitOfWork
from backend.delivery.notices.carriers import sender_of
from backend.delivery.notices.models import Notice, NoticeRegistration
from backend.delivery.notices.queries import (
    DueNotice,
    delivered_lately,
    due_notices,
    next_due_at,
)
from backend.delivery.notices.rules import Carrier, Kind, Topic, awake_at, is_over_cap
from backend.delivery.notices.wake import JOB, hold_carrier
from backend.delivery.notices.words import Describe, Reader
from backend.delivery.retry_times import GIVEN_UP_AFTER, MAX_TRIES, wait_after
from backend.places.queries import the_city

_MOST_AT_ONCE = 50
_KEPT_BY_SERVICE = timedelta(days=3)
_STALE_AFTER = timedelta(days=7)
_WEEK = timedelta(days=7)
# How long what is for a slow service lets the others go first.
_HELD_BACK = timedelta(seconds=30)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What becomes of a notice: put off, dropped for a reason, or what a service answered.

    `revision` is of the words that were judged, `address_hash` of where they were to go.
    """

    notice_id: UUID
    registration_id: UUID
    address_hash: str
    revision: int
    put_off_until: datetime | None = None
    dropped: str | None = None
    pushed: Pushed | None = None


@dataclass(slots=True)
class _Run:
    """What one run of the job did for one carrier."""

    carrier: Carrier
    judgements: list[_Judgement] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Hour:
    """What every notice of a run is judged by: `lately` is what counts against each cap."""

    now: datetime
    zone: tzinfo
    lately: dict[UUID, list[datetime]]


def send_notices_job(describers: Mapping[str, Describe]) -> PreparedJob:
    """The job, told how to describe each kind of subject."""

    def prepare(session: Session, now: datetime, payload: dict[str, Any]) -> _Run:
        runtime, run = current_runtime(), _Run(Carrier(payload["carrier"]))
        due = due_notices(session, run.carrier, now, _MOST_AT_ONCE)
        sender = sender_of(session, runtime, run.carrier)
        if sender is None:
            run.judgements = [_judged(one, dropped="not-offered") for one in due]
            return run
        lately = delivered_lately(session, {one.registration.id for one in due}, now - _WEEK)
        hour = _Hour(now, ZoneInfo(the_city(session).time_zone), lately)
        ready = []
        for one in due:
            made = _made(session, one, describers, hour)
            if isinstance(made, Push):
                ready.append((_judged(one), made))
            else:
                run.judgements.append(made)
        # No transaction stays open while somebody outside is talked to.
        session.rollback()
        answers = list(_handed_over(sender, [push for _, push in ready]))
        # Whoever was not asked for want of time waits for the next run.
        for (judgement, _), answer in zip(ready, answers, strict=False):
            put_off = None if answer else now + _HELD_BACK
            run.judgements.append(replace(judgement, pushed=answer, put_off_until=put_off))
        return run

    return PreparedJob(prepare, _finish)


def _judged(due: DueNotice, **what: Any) -> _Judgement:
    notice, to = due.notice, due.registration
    return _Judgement(notice.id, to.id, to.address_hash, notice.revision, **what)


def _made(
    session: Session, one: DueNotice, describers: Mapping[str, Describe], hour: _Hour
) -> Push | _Judgement:
    """What is to be sent now, or what becomes of it instead.

    A row that cannot be read, or whose key is lost, is in the way of no other: it is tried again
    as one that nobody took.
    """
    try:
        # PostgreSQL would answer nothing more after a statement that failed.
        with session.begin_nested():
            return _kept_back(one, hour) or _push(session, one, describers, hour)
    except Exception as error:
        if isinstance(error, OperationalError) and (error.connection_invalidated or is_busy(error)):
            # That is the database, and no fault of the row.
            raise
        name = type(error).__name__
        # The message may quote an address or a word, the type does not.
        _log.error("notice not built", notice=str(one.notice.id), error=name)
        return _judged(one, pushed=Pushed(name[:40], may_again=True))


def _kept_back(one: DueNotice, hour: _Hour) -> _Judgement | None:
    """What becomes of a notice that is not to be sent now."""
    notice, kind, wishes = one.notice, Kind(one.registration.kind), one.wishes
    if notice.happened_at < hour.now - _STALE_AFTER:
        return _judged(one, dropped="stale")
    if not wishes.wants(Topic(notice.topic), kind):
        return _judged(one, dropped="unwanted")
    awake = awake_at(hour.now, hour.zone, wishes.quiet)
    if awake > hour.now:
        return _judged(one, put_off_until=awake)
    delivered = hour.lately.get(one.registration.id, ())
    if not notice.is_important and is_over_cap(delivered, hour.now, wishes.weekly_cap):
        return _judged(one, dropped="cap")
    return None


def _push(
    session: Session, one: DueNotice, describers: Mapping[str, Describe], hour: _Hour
) -> Push | _Judgement:
    notice, to = one.notice, one.registration
    kind, _, reference = notice.subject.partition(":")
    try:
        words = describers[kind](session, reference, notice.facts, Reader(to.language, hour.now))
    except NotFound:
        words = None
    if words is None:
        return _judged(one, dropped="gone")
    data = {
        "url": words.path,
        "lang": to.language,
        "dir": text_direction(to.language),
        "topic": notice.topic,
        "subject": notice.subject,
        "registration": str(to.id),
    }
    push = Push(
        kind=to.kind,
        address=current_runtime().keyring.open(to.sealed, to.id.bytes),
        title=words.title,
        body="\n".join(words.lines),
        tag=_tag(notice.subject),
        is_important=notice.is_important,
        kept=_KEPT_BY_SERVICE,
        data=data,
    )
    if not notice.is_important:
        hour.lately.setdefault(to.id, []).append(hour.now)
    return push


def _handed_over(sender: PushSender, pushes: Sequence[Push]) -> Iterator[Pushed | None]:
    """What came of each; one that a sender fails over is in the way of none of the others."""
    done = 0
    while done < len(pushes):
        try:
            for answer in sender.send(pushes[done:]):
                done += 1
                yield answer
        except Exception as error:
            name = type(error).__name__
            # The message may quote an address, the type does not.
            _log.error("notice not handed over", error=name)
            done += 1
            yield Pushed(name[:40], may_again=True)
        else:
            return


def _tag(subject: str) -> str:
    """The same for the same subject and telling nobody which: 32 letters, as RFC 8030 has it."""
    digest = hashlib.sha256(subject.encode()).digest()
    return base64.urlsafe_b64encode(digest)[:32].decode()


def _finish(work: UnitOfWork, run: _Run) -> None:
    carrier = hold_carrier(work, run.carrier)
    for judgement in run.judgements:
        _note(work, judgement)
    work.session.flush()
    carrier.job_id = None
    next_at = next_due_at(work.session, run.carrier)
    if next_at is not None:
        due_at = max(next_at, work.now)
        carrier.job_id = work.enqueue(JOB, due_at=due_at, carrier=run.carrier.value)


def _note(work: UnitOfWork, judgement: _Judgement) -> None:
    pushed = judgement.pushed
    if pushed is not None and pushed.is_gone:
        # With everything that waits for it; a phone may have a new one by now.
        work.session.execute(
            sa.delete(NoticeRegistration).where(
                NoticeRegistration.id == judgement.registration_id,
                NoticeRegistration.address_hash == judgement.address_hash,
            )
        )
        return
    notice = work.session.get(Notice, judgement.notice_id, populate_existing=True)
    # What came in its place meanwhile has not been judged.
    if notice is None or notice.revision != judgement.revision or notice.state != "waiting":
        return
    if judgement.put_off_until is not None:
        notice.due_at = judgement.put_off_until
    elif judgement.dropped is not None:
        _end(work, notice, "dropped", judgement.dropped)
    elif pushed is not None:
        _note_answer(work, notice, pushed)


def _note_answer(work: UnitOfWork, notice: Notice, pushed: Pushed) -> None:
    notice.attempts += 1
    notice.last_status = pushed.status
    is_late = notice.happened_at < work.now - GIVEN_UP_AFTER
    if pushed.is_delivered:
        _end(work, notice, "delivered")
    elif not pushed.may_again or notice.attempts >= MAX_TRIES or is_late:
        _log.warning("notice given up", status=pushed.status, attempts=notice.attempts)
        _end(work, notice, "dead")
    else:
        wait = wait_after(notice.attempts, notice.id)
        notice.due_at = work.now + max(wait, pushed.wait or wait)


def _end(work: UnitOfWork, notice: Notice, state: str, reason: str | None = None) -> None:
    notice.state, notice.reason, notice.finished_at = state, reason, work.now
