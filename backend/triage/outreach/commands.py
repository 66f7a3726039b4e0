"""What staff ask of the outreach, as frozen values."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """Somebody was in the district and spoke with so many `people`; anybody can read `words`."""

    district_code: str
    visited_on: date
    channel: str
    people: int
    words: str
