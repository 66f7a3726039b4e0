"""What a photo belongs to."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class SubjectKind(StrEnum):
    """What can have photos; each slice that owns a kind hears what becomes of its photos."""

    REPORT = "report"
    PROPOSAL = "proposal"
    MILESTONE = "milestone"
    """A step in the plan of what is built."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One of them. It may come later than its photos, so the database does not watch over it."""

    kind: SubjectKind
    id: UUID
