"""What becomes of winning projects: who builds them, by when, for how much, and what came of it.

Money is integers of the cycle's minor units. Nothing here is ever deleted: plans are changed by
steps that stay in the history, spending by entries that take others back.
"""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, RowId
from backend.photos.subject import Subject, SubjectKind


class ProjectDelivery(Base):
    """How one winner stands; there is no row before somebody acts on it.

    `version` counts the steps. `first_reassess_on` is the day that was said first, `reassess_on`
    the one that holds. `result` is the newest one; those before are in the history.
    """

    __tablename__ = "project_delivery"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle_project.id"), primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(20))
    version: Mapped[int]
    deliverer: Mapped[str | None] = mapped_column(sa.String(200))
    public_contact: Mapped[str | None] = mapped_column(sa.String(300))
    first_reassess_on: Mapped[date | None]
    reassess_on: Mapped[date | None]
    result: Mapped[str | None] = mapped_column(sa.String(20))
    result_words: Mapped[str | None] = mapped_column(sa.Text)
    reassessed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class ProjectMilestone(Base):
    """One step of the plan; `first_due_on` is the day that was said first and never changes."""

    __tablename__ = "project_milestone"

    project_id: Mapped[int] = mapped_column(
        sa.ForeignKey("project_delivery.project_id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(sa.String(120))
    state: Mapped[str] = mapped_column(sa.String(20))
    first_due_on: Mapped[date]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    words: Mapped[str] = mapped_column(sa.Text)

    @property
    def subject(self) -> Subject:
        """What its photos belong to: the two numbers of its key, side by side."""
        return Subject(SubjectKind.MILESTONE, uuid.UUID(int=self.number << 64 | self.project_id))


class SpendingPurpose(Base):
    """What money may be spent for, by a code of the city; a closed one takes no new entries."""

    __tablename__ = "spending_purpose"

    code: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    is_open: Mapped[bool]


class ProjectSpending(Base):
    """Money that was spent, never changed afterwards.

    An entry that `takes_back` another one has its amount below zero, so that the two add up to
    nothing; `id` is made by the sender, and sending it again is the same entry.
    """

    __tablename__ = "project_spending"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "number"),
        sa.UniqueConstraint("project_id", "takes_back"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project_delivery.project_id"))
    number: Mapped[int]
    spent_on: Mapped[date]
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    purpose: Mapped[str] = mapped_column(sa.ForeignKey("spending_purpose.code"))
    payee: Mapped[str | None] = mapped_column(sa.String(200))
    words: Mapped[str] = mapped_column(sa.Text)
    takes_back: Mapped[int | None]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(sa.String(80))


class ProjectChange(Base):
    """One step in a project's history: `before` and `after` are states, names or ISO days.

    Kinds are deliverer, milestone, date, milestone_state, state, reassessment and result. A date
    without a milestone is that of the reassessment.
    """

    __tablename__ = "project_change"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    project_id: Mapped[int] = mapped_column(
        sa.ForeignKey("project_delivery.project_id"), index=True
    )
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(sa.String(20))
    milestone: Mapped[int | None]
    before: Mapped[str | None] = mapped_column(sa.String(200))
    after: Mapped[str | None] = mapped_column(sa.String(200))
    words: Mapped[str | None] = mapped_column(sa.Text)
    actor: Mapped[str] = mapped_column(sa.String(80))
