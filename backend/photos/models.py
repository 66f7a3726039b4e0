"""Photos, and what was decided about them."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, RowId
from backend.photos.subject import Subject, SubjectKind


class Photo(Base):
    """One photo, from the slot a phone opens for it on.

    `id` is the phone's and stays between the phone and the city: whoever knows it may send and
    remove the photo. `rendering_id` is the public one, and is new whenever the picture changes.
    `subject_id` refers to a row of the slice that owns the kind.
    """

    __tablename__ = "photo"
    __table_args__ = (
        sa.CheckConstraint("received_bytes BETWEEN 0 AND size_bytes", name="received_bytes"),
        sa.Index(None, "state", "changed_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(sa.String(12), server_default=SubjectKind.REPORT)
    subject_id: Mapped[uuid.UUID] = mapped_column(index=True)
    # What people call it by; None until it is here.
    subject_number: Mapped[str | None] = mapped_column(sa.String(160))
    # The comment or the step it came with; None for those of the subject itself.
    act_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    reporter_hash: Mapped[str | None] = mapped_column(sa.String(64))
    # The subject is here and is the same person's.
    is_claimed: Mapped[bool]
    # May be shown, by a person's judgement or the city's policy.
    is_cleared: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(sa.String(12))
    # The slug of what is wrong with what was sent.
    problem: Mapped[str | None] = mapped_column(sa.String(40))
    # What it shows, in words for whoever cannot see it.
    alt_text: Mapped[str | None] = mapped_column(sa.String(300))
    size_bytes: Mapped[int]
    received_bytes: Mapped[int] = mapped_column(default=0)
    # Names in the store, in the order of the bytes; empty once there is a picture.
    pieces: Mapped[list[Any]] = mapped_column(default=list)
    rendering_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    # What is to be covered, and on which rendering; gone once it is done.
    covers: Mapped[list[Any]] = mapped_column(default=list)
    uncovered_id: Mapped[uuid.UUID | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    picture_hash: Mapped[str | None] = mapped_column(sa.String(16))
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind(self.subject_kind), self.subject_id)


class PhotoDecision(Base):
    """What a person of the city decided about a photo, and why; never edited."""

    __tablename__ = "photo_decision"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    photo_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("photo.id"), index=True)
    at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(sa.String(12))
    actor: Mapped[str] = mapped_column(sa.String(80))
    reason: Mapped[str | None] = mapped_column(sa.String(1000))
