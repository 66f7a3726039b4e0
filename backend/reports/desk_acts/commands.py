"""What the desk asks to be done to many reports, as frozen values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.reports.workflow import State


@dataclass(frozen=True, slots=True)
class Chosen:
    """A report by its number, at the version that was looked at."""

    number: str
    version: int


@dataclass(frozen=True, slots=True)
class BulkAct:
    """What is to be done: a step to `after`, or else giving to `assignee` (None takes it back).

    `note` is the one public reason for all of them.
    """

    after: State | None
    note: str | None = None
    team_code: str | None = None
    scheduled_for: date | None = None
    assignee: str | None = None


@dataclass(frozen=True, slots=True)
class ActInBulk:
    """Do it to all of them or to none; `id` was made with the form, so twice is once."""

    id: UUID
    act: BulkAct
    chosen: Sequence[Chosen]


@dataclass(frozen=True, slots=True)
class UndoAct:
    """Take back what was done, where nobody changed the report since."""

    id: UUID
