"""What has changed since a reader last asked, without a gap however many write at once.

Every change the public sees is a decision, and decisions are numbered in the order of commits
(`backend.core.decision_log`): once number n can be read, none below it will ever appear. So a
reader who has come to n asks for what is above n and misses nothing.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.core.errors import Invalid
from backend.core.ids import read_number
from backend.reports.public_requests import (
    CHANGED_REQUESTS,
    PublicRequest,
    public_request_of,
)


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """How far a reader has come: a decision's number, and the last report seen under it."""

    sequence: int = 0
    number: str = ""

    def __str__(self) -> str:
        return f"{self.sequence}.{self.number}" if self.number else str(self.sequence)


def read_cursor(text: str) -> Cursor:
    """The cursor a reader was given; raises `Invalid` on anything else."""
    sequence, _, number = text.partition(".")
    is_number = not number or read_number(number) == number
    if not (sequence.isascii() and sequence.isdigit() and len(sequence) <= 18 and is_number):
        raise Invalid("cursor-not-valid", pointer="/since")
    return Cursor(int(sequence), number)


def changes_since(
    session: Session, since: Cursor, limit: int
) -> tuple[list[PublicRequest], Cursor]:
    """Up to `limit` requests changed after `since`, each as it is now, and where they end.

    What changes again while a reader pages comes again, later.
    """
    place = {"sequence": since.sequence, "number": since.number, "most": limit}
    found = [public_request_of(row) for row in session.execute(CHANGED_REQUESTS, place)]
    end = Cursor(found[-1].changed_sequence, found[-1].number) if found else since
    return found, end
