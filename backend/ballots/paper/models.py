"""Batches of paper ballots, and what is kept of their sheets until they are in the box.

No row has a moment, and none leads from a voter to a sheet or from a sheet to a ballot. What was
keyed is sealed and goes when the batch is; of a sheet its keyed hash stays, so that its number is
used once. See docs/adr/0016-roll-and-box.md.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base

_BATCH = ("paper_batch.cycle_id", "paper_batch.number")


class PaperBatch(Base):
    """One box or bundle of sheets of one district, found at one place.

    `sheets` were counted in the box, `checked_in` voters got one. The keys are of the people who
    looked first, second, and third where the two differed. The counts are there once it is sealed:
    `faults` are the slugs of what parts were not counted for, and how often; `causes` those of
    differences and of sheets beyond the voters. `reason` says why numbers do not add up, or why the
    batch was left out or was none.
    """

    __tablename__ = "paper_batch"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["cycle_id", "district"], ["cycle_part.cycle_id", "cycle_part.code"]
        ),
    )

    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[str] = mapped_column(sa.String(120))
    district: Mapped[str | None] = mapped_column(sa.String(60))
    state: Mapped[str] = mapped_column(sa.String(20))
    checked_in: Mapped[int]
    sheets: Mapped[int | None]
    first_keyer: Mapped[str | None] = mapped_column(sa.String(80))
    second_keyer: Mapped[str | None] = mapped_column(sa.String(80))
    settler: Mapped[str | None] = mapped_column(sa.String(80))
    keyed: Mapped[int | None]
    valid: Mapped[int | None]
    invalid: Mapped[int | None]
    blank: Mapped[int | None]
    faults: Mapped[dict[str, Any]]
    causes: Mapped[dict[str, Any]]
    reason: Mapped[str | None] = mapped_column(sa.Text)

    @property
    def drawn(self) -> int | None:
        """How many keyed sheets the lot left out; None before it is sealed."""
        if self.keyed is None or self.valid is None:
            return None
        return self.keyed - self.valid - (self.invalid or 0) - (self.blank or 0)


class PaperDoubt(Base):
    """A voter whose number could not be read or found; never deleted, and without the number."""

    __tablename__ = "paper_doubt"
    __table_args__ = (sa.ForeignKeyConstraint(["cycle_id", "batch"], _BATCH),)

    cycle_id: Mapped[int] = mapped_column(primary_key=True)
    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str | None] = mapped_column(sa.Text)


class PaperSheet(Base):
    """The number of a sheet, as a keyed hash; of no batch once sealed, or if it came back."""

    __tablename__ = "paper_sheet"
    __table_args__ = (
        sa.ForeignKeyConstraint(["cycle_id", "batch"], _BATCH),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(primary_key=True)
    sheet_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    batch: Mapped[int | None]


class PaperKeying(Base):
    """What one person read on one sheet: the first, the second, or the third look at it."""

    __tablename__ = "paper_keying"
    __table_args__ = (
        sa.ForeignKeyConstraint(["cycle_id", "batch"], _BATCH),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(primary_key=True)
    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    look: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sheet_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
