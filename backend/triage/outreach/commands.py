"""What staff ask of the outreach, as frozen values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """Somebody was in the district and spoke with so many `people`; anybody can read `words`.

    With an `entry_id`, sending it again is the same visit.
    """

    district_code: str
    visited_on: date
    channel: str
    people: int
    words: str
    entry_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TakeDistricts:
    """Districts by their code that somebody means to visit on a day, besides those there are."""

    visit_on: date
    district_codes: Sequence[str]
