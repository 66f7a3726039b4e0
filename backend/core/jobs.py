"""Jobs as rows: written in the transaction that wants them done, so that none can be lost."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.core.db import Base

if TYPE_CHECKING:
    from backend.core.uow import UnitOfWork

MAX_ATTEMPTS = 5

Moment: TypeAlias = datetime | sa.BindParameter[datetime]
JobHandler: TypeAlias = Callable[["UnitOfWork", dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class PreparedJob:
    """Long work in two steps: `prepare` only reads, and `finish` writes what it gave.

    A database that has one writer must wait neither for a computation nor for somebody outside.
    """

    prepare: Callable[[Session, datetime, dict[str, Any]], Any]
    finish: Callable[["UnitOfWork", Any], None]


JobTable: TypeAlias = Mapping[str, JobHandler | PreparedJob]
Lanes: TypeAlias = Mapping[str, frozenset[str]]
"""Kinds of job by the name of their lane; the kinds that are in none share one more lane."""


class Job(Base):
    """One thing to do; states are waiting, running, done and failed."""

    __tablename__ = "job"
    __table_args__ = (sa.Index(None, "state", "due_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.String(200))


def stuck_jobs(session: Session, now: datetime, *which: sa.ColumnElement[bool]) -> list[uuid.UUID]:
    """Jobs that should be under way and are not, oldest first: what a sweep nudges again."""
    query = sa.select(Job.id).where(is_due(now), *which).order_by(Job.due_at)
    return list(session.scalars(query))


def is_due(now: Moment) -> sa.ColumnElement[bool]:
    """Waiting for its moment that has come, or left behind by a worker that died."""
    return sa.or_(
        sa.and_(Job.state == "waiting", Job.due_at <= now),
        sa.and_(_is_left(now), Job.attempts < MAX_ATTEMPTS),
    )


def is_lost(now: Moment) -> sa.ColumnElement[bool]:
    """Left behind so often that it may be what kills the workers: nobody takes it up again."""
    return sa.and_(_is_left(now), Job.attempts >= MAX_ATTEMPTS)


def is_alive(now: Moment) -> sa.ColumnElement[bool]:
    """Waiting, at work, or to be taken up again."""
    return sa.and_(Job.state.in_(("waiting", "running")), sa.not_(is_lost(now)))


def _is_left(now: Moment) -> sa.ColumnElement[bool]:
    return sa.and_(Job.state == "running", Job.lease_until <= now)
