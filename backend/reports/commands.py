"""What people and staff ask of the reports slice, as frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from backend.core.channels import Channel
from backend.reports.workflow import State


class InspectionOutcome(StrEnum):
    """What somebody found who went and looked."""

    FOUND = "found"
    GONE = "gone"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class FileReport:
    """One report; `contact` may hold name, phone, email and note, and is sealed at once.

    `repeat_of` is the number of a report about the same thing ("me too"). `language` is the one it
    was written in, and `suggested_service_code` what the words alone pointed to, where a phone said
    so.
    """

    id: UUID
    service_code: str
    description: str
    lon: float
    lat: float
    channel: Channel
    address: str | None = None
    requested_at: datetime | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    repeat_of: str | None = None
    language: str | None = None
    suggested_service_code: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeStatus:
    """Move an incident on; `version` is the one the actor saw.

    `team_code` is who it is assigned to, `scheduled_for` the day of the work, `body_code` who it is
    handed over to, `act_id` how others know the step. Residents are told at `told_at`, or at once.
    """

    number: str
    after: State
    version: int
    reason: str | None = None
    team_code: str | None = None
    scheduled_for: date | None = None
    body_code: str | None = None
    act_id: UUID | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MergeIncidents:
    """Say that the incident `number` is the same thing as `target`."""

    number: str
    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnmergeIncident:
    """Say that it is not after all; `number` is that of a report the merge moved."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class MeToo:
    """One more person has seen what was reported under `number`; `id` is made on the device."""

    id: UUID
    number: str
    channel: Channel
    requested_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordInspection:
    """Somebody looked at the incident, now or `at` an earlier moment.

    With an `id` from whoever noted it, sending it again is the same inspection.
    """

    number: str
    outcome: InspectionOutcome
    at: datetime | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ConfirmFix:
    """Whoever reported or follows it says that it is done; `id` is made where it is said."""

    id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """Whoever reported or follows it says that it is not done; `id` is made where it is said."""

    id: UUID
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """Somebody else is to decide again; `id` is made where it is said."""

    id: UUID
    number: str
    reason: str


class RatingAnswer(StrEnum):
    """Was this dealt with well?"""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class RateOutcome:
    """Whoever reported or follows it says whether it was dealt with well; staff read the words."""

    number: str
    answer: RatingAnswer
    words: str = ""


@dataclass(frozen=True, slots=True)
class Follow:
    """Hear of a report from now on, and answer back like whoever reported it."""

    number: str


@dataclass(frozen=True, slots=True)
class Unfollow:
    """Follow a report no longer."""

    number: str


@dataclass(frozen=True, slots=True)
class AddComment:
    """A word anybody can read; `is_answer` where it is the city's answer to the report."""

    id: UUID
    number: str
    text: str
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class AskReporter:
    """Ask whoever reported it, in public; the clock stands still until they answer."""

    id: UUID
    number: str
    question: str
    version: int


@dataclass(frozen=True, slots=True)
class WriteNote:
    """A word among staff."""

    id: UUID
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangeSeverity:
    """Put an incident in another severity band than its service says."""

    number: str
    severity_band: int
    version: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeService:
    """Say that an incident is another kind of problem than was reported."""

    number: str
    service_code: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class AssignPerson:
    """Give an incident to a member of staff by their key; None takes it back."""

    number: str
    assignee: str | None
    version: int


@dataclass(frozen=True, slots=True)
class ModerateText:
    """Let the public read `description` instead of a report's own words; empty words hide them.

    Its address is free words too, and is not shown any more.
    """

    number: str
    description: str
    reason: str


@dataclass(frozen=True, slots=True)
class HideComment:
    """Take a comment out of what the public reads."""

    id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class HideReason:
    """Take a resident's reason of the step `step_id` out of what the public reads."""

    number: str
    step_id: int
    reason: str
