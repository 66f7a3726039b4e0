"""What has happened to reports."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.core.events import Event
from backend.reports.workflow import State


@dataclass(frozen=True, slots=True)
class OpenedIncident:
    """What the first report of an incident says of it; the place in degrees."""

    service_code: str
    state: str
    lon: float
    lat: float
    district_id: int | None
    public_grid_metres: int | None
    changed_sequence: int


@dataclass(frozen=True, slots=True)
class ReportFiled(Event):
    """A request came in; `opened` is None when it joined an incident that was there before."""

    incident_id: int
    number: str
    opened: OpenedIncident | None

    @property
    def is_repeat(self) -> bool:
        """Whether the incident had been reported before."""
        return self.opened is None


@dataclass(frozen=True, slots=True)
class ReportsImported(Event):
    """Many requests came in at once, with their incidents.

    The new ones have greater ids than `after_incident`.
    """

    source: str
    requests: int
    after_incident: int


@dataclass(frozen=True, slots=True)
class ServicesSet(Event):
    """The catalogue was set anew: severity bands, targets and routes may be others now."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatusChanged(Event):
    """An incident moved along the workflow; nobody is told before `told_at`, if that is given."""

    incident_id: int
    before: State
    after: State
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StepUndone(Event):
    """The desk took back a step of `taken_at`: the incident stands where it stood before it."""

    incident_id: int
    before: State
    after: State
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class SeverityChanged(Event):
    """An incident stands in another severity band, or has another target, than before."""

    incident_id: int


@dataclass(frozen=True, slots=True)
class ServiceChanged(Event):
    """An incident is of another service than `before`, with that one's severity and target."""

    incident_id: int
    before: str


@dataclass(frozen=True, slots=True)
class RepeatLinked(Event):
    """The requests of one incident, which stood at `before`, now lie under another."""

    incident_id: int
    target_id: int
    before: State


@dataclass(frozen=True, slots=True)
class RepeatUnlinked(Event):
    """An incident has its requests back from the `target_id` they lay under."""

    incident_id: int
    target_id: int


@dataclass(frozen=True, slots=True)
class CommentAdded(Event):
    """Somebody said something under an incident that anybody can read."""

    incident_id: int
    comment_id: UUID


@dataclass(frozen=True, slots=True)
class IncidentInspected(Event):
    """Somebody went and looked."""

    incident_id: int


@dataclass(frozen=True, slots=True)
class IncidentsReread(Event):
    """Every incident was given its district under another version of the boundaries."""

    boundary_set_id: int
    changed: int


@dataclass(frozen=True, slots=True)
class PersonErased(Event):
    """Somebody's data went: `hashes` are what the person was known by, `requests` their reports.

    Where reports were kept for as long as they may be, they are of many and there are no hashes.
    """

    hashes: tuple[str, ...]
    requests: tuple[UUID, ...]
