"""The unit of work: the one place that commits.

A use case receives a `UnitOfWork`, adds rows, tells events and records decisions; handlers of the
events run in the same transaction. All of it is committed at the end, or none of it. Workers are
nudged after the commit, so a nudge never runs ahead of its row.

Locks are taken in one order by everybody, so that no two wait for each other: the account or device
that acts, ids (`lock_id`), proposals by id, photos by id, incidents by id, and the end of the log
last (`decide`).
What belongs to an incident (requests, comments, followers) is changed under the incident's lock;
whoever holds the end of the log changes only what is locked by then or changed by no one else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from backend.core.actors import Actor
from backend.core.db import LONGEST_WAIT, WRITES, current_session
from backend.core.decision_log import append_decision
from backend.core.errors import Unavailable
from backend.core.events import Event, ResidentCame
from backend.core.jobs import Job
from backend.core.runtime import Runtime, current_runtime
from backend.core.waiting_room import waiting_room

_log = structlog.get_logger()


@dataclass(slots=True)
class UnitOfWork:
    """One change to one city: its session, its actor, and one moment for all of it.

    `connection` is the session's, for frequent statements that need no mapped objects: on their way
    through the session they cost a quarter more.
    """

    session: Session
    connection: Connection
    runtime: Runtime
    actor: Actor
    now: datetime
    # Left to be done: their kinds, by their ids.
    jobs: dict[UUID, str] = field(default_factory=dict)

    def emit(self, event: Event) -> None:
        """Tell `event` to its handlers, now and in this transaction."""
        self.session.flush()
        for handler in self.runtime.handlers[type(event)]:
            handler(self, event)

    def decide(self, action: str, subject: str, **facts: Any) -> int:
        """Record a public decision and return its number; `facts` hold no personal field."""
        # Whatever rows that locks, it locks before the end of the log.
        self.session.flush()
        return append_decision(
            self.connection,
            self.runtime.settings.hash_key,
            at=self.now,
            actor=self.actor.key,
            action=action,
            subject=subject,
            facts=facts,
        )

    def enqueue(self, kind: str, *, due_at: datetime | None = None, **payload: Any) -> UUID:
        """Leave a job as a row, to be done now or at `due_at`; returns its id.

        The worker hears of it once this is committed; the sweep finds what is due later.
        """
        job = Job(
            id=self.runtime.ids.uuid(),
            kind=kind,
            payload=payload,
            created_at=self.now,
            due_at=due_at or self.now,
        )
        self.session.add(job)
        self.jobs[job.id] = kind
        return job.id


@contextmanager
def unit_of_work(actor: Actor) -> Iterator[UnitOfWork]:
    """A transaction that writes: commits when the block ends well, undoes everything otherwise."""
    runtime = current_runtime()
    session = current_session()
    # What was only read so far was read under an older snapshot.
    session.rollback()
    room = waiting_room(runtime.settings.threads)
    with room.writing(), _turn_to_write(runtime, session):
        connection = session.connection(execution_options={WRITES: True})
        work = UnitOfWork(session, connection, runtime, actor, runtime.clock.now())
        try:
            if actor.account or actor.device:
                work.emit(ResidentCame())
            yield work
            session.commit()
        except BaseException:
            session.rollback()
            raise
    for job_id, kind in work.jobs.items():
        _nudge(runtime, job_id, kind)


@contextmanager
def _turn_to_write(runtime: Runtime, session: Session) -> Iterator[None]:
    """Let the threads of this process write to SQLite one after the other.

    SQLite itself lets whoever waits sleep ever longer between two looks, so that a thread that has
    waited long loses to one that just came. Other processes still meet it there.
    """
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    if not runtime.writing.acquire(timeout=LONGEST_WAIT):
        raise Unavailable("database-busy")
    try:
        yield
    finally:
        runtime.writing.release()


def _nudge(runtime: Runtime, job_id: UUID, kind: str) -> None:
    # The row is the job: a queue that is down costs a minute until the sweep, not the answer.
    try:
        runtime.nudge(job_id, kind)
    except Exception as error:
        _log.warning("nudge failed", job=str(job_id), error=type(error).__name__)
