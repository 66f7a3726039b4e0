"""What staff ask of the sweeps, as frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from equity.rates.reporting_rate import AreaRate


@dataclass(frozen=True, slots=True)
class ProposeSweeps:
    """A plan for so many weeks from the newest `rates` (area = district row id in text).

    Days, hours and kilometres an hour are those of all crews together. `jobs_per_week` is how much
    reported work they can finish; without it, the most they finished in any of the last twelve
    weeks. Routes begin at the `depot` (lon, lat), or in the middle of the city.
    """

    weeks: int
    seed: int
    days_per_week: float
    hours_per_day: float
    walking_km_per_hour: float
    travel_km_per_hour: float
    jobs_per_week: float | None = None
    depot: tuple[float, float] | None = None
    rates: Sequence[AreaRate] = ()
    rate_run: str | None = None


@dataclass(frozen=True, slots=True)
class DecideSweeps:
    """Put a plan in force, or drop it."""

    plan_id: int
    is_approval: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Find:
    """A problem at the stop `place`: a new one, or one that is reported and open, by `number`.

    `answers` are those to what the service of a new one asks, by the code of the question.
    """

    place: int
    number: str = ""
    service_code: str = ""
    description: str = ""
    address: str = ""
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordSweep:
    """A day of a plan as it was walked; `missed` are the stops nobody got to.

    What was noted on the way belongs to it besides. With an `entry_id`, sending it again is the
    same record.
    """

    plan_id: int
    day: int
    started_at: datetime
    ended_at: datetime
    metres_walked: float
    missed: Sequence[int] = ()
    finds: Sequence[Find] = ()
    entry_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TakeDay:
    """A crew walks this day of a plan on `walked_on`."""

    plan_id: int
    day: int
    walked_on: date


class NoteKind(StrEnum):
    """What can be noted at a stop; a late one is new, and came when the record was closed."""

    WALKED = "walked"
    MISSED = "missed"
    NEW = "new"
    KNOWN = "known"
    LATE = "late"


MARKS = frozenset({NoteKind.WALKED, NoteKind.MISSED})
FINDS = frozenset({NoteKind.NEW, NoteKind.KNOWN})
"""What the record of the day takes in."""


@dataclass(frozen=True, slots=True)
class NoteStop:
    """Something noted at a stop at the moment `at`, with the id the device made for it.

    Of a mark, `seen` is the id of the one that stood there as far as the device knew; of a find,
    `find` says what.
    """

    entry_id: UUID
    plan_id: int
    day: int
    place: int
    kind: NoteKind
    at: datetime
    seen: UUID | None = None
    find: Find | None = None


@dataclass(frozen=True, slots=True)
class FinishDay:
    """The crew is back; stops that nobody noted as walked count as missed.

    `seen` is the newest note of anybody else as far as whoever ends the day was told.
    """

    entry_id: UUID
    plan_id: int
    day: int
    started_at: datetime
    ended_at: datetime
    metres_walked: float
    seen: UUID | None = None
