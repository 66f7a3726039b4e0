"""What staff say of winning projects, as frozen values.

`cycle` is the slug of a cycle and `code` the project's on its ballot; `version` is the newest step
the sender has seen, 0 before the first. Money is integers of the cycle's minor units.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.ballots.delivery.workflow import MilestoneState, ProjectState, Result


@dataclass(frozen=True, slots=True)
class NameDeliverer:
    """Which department or organisation builds it, and how anybody reaches it.

    Another one after the first is named for a `reason`.
    """

    cycle: str
    code: str
    version: int
    deliverer: str
    public_contact: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddMilestone:
    """One step of the plan, and by when."""

    cycle: str
    code: str
    version: int
    title: str
    due_on: date
    words: str = ""


@dataclass(frozen=True, slots=True)
class MoveMilestone:
    """Another day for a step that is still to be done, for a reason that everybody reads."""

    cycle: str
    code: str
    version: int
    number: int
    due_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class SettleMilestone:
    """A step is done, on the day `done_on`; or dropped, or to be done after all, with a reason."""

    cycle: str
    code: str
    version: int
    number: int
    state: MilestoneState
    done_on: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class AddMilestonePhoto:
    """Room for one photo of a step, with an id of the sender's; `alt_text` says what it shows."""

    id: UUID
    cycle: str
    code: str
    number: int
    size_bytes: int
    alt_text: str = ""


@dataclass(frozen=True, slots=True)
class RecordSpending:
    """Money was spent; `payee` is a firm or a body, never a private person.

    `is_large` says that a sum far above the project's cost is no slip of the keyboard.
    """

    cycle: str
    code: str
    id: UUID
    spent_on: date
    amount: int
    purpose: str
    words: str
    payee: str = ""
    is_large: bool = False


@dataclass(frozen=True, slots=True)
class TakeBackSpending:
    """The entry with this `number` was wrong: an entry against it, and why."""

    cycle: str
    code: str
    id: UUID
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeProjectState:
    """Begin, pause, finish or abandon it."""

    cycle: str
    code: str
    version: int
    state: ProjectState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetReassessment:
    """The day of the second look; another one after the first for a `reason`."""

    cycle: str
    code: str
    version: int
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordResult:
    """What the second look found, also that it failed."""

    cycle: str
    code: str
    version: int
    result: Result
    words: str


@dataclass(frozen=True, slots=True)
class StatePurpose:
    """A code for spending with its name: a new one, or one to be closed or opened again."""

    code: str
    name: str
    is_open: bool = True
