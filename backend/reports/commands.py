"""What people and staff ask of the reports slice, as frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from backend.reports.workflow import State


class Channel(StrEnum):
    """How a report reached the city: one queue for all, kept apart for the equity audit."""

    APP = "app"
    WEB = "web"
    PHONE = "phone"
    TEXT = "text"
    EMAIL = "email"
    PAPER = "paper"
    STAFF = "staff"
    HELPER = "helper"
    OUTREACH = "outreach"
    CREW = "crew"
    SENSOR = "sensor"
    SWEEP = "sweep"
    OTHER = "other"


class InspectionOutcome(StrEnum):
    """What somebody found who went and looked."""

    FOUND = "found"
    GONE = "gone"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class FileReport:
    """One report; `contact` may hold name, phone, email and note, and is sealed at once.

    `repeat_of` is the number of a report about the same thing ("me too").
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


@dataclass(frozen=True, slots=True)
class ChangeStatus:
    """Move an incident on; `version` is the one the actor saw.

    `team_code` is who it is assigned to, `scheduled_for` the day of the work, `body_code` who it is
    handed over to.
    """

    number: str
    after: State
    version: int
    reason: str | None = None
    team_code: str | None = None
    scheduled_for: date | None = None
    body_code: str | None = None


@dataclass(frozen=True, slots=True)
class LinkRepeat:
    """Say that the incident `number` is the same thing as `target`."""

    number: str
    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordInspection:
    """Somebody looked at the incident."""

    number: str
    outcome: InspectionOutcome
