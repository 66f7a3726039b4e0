"""What a file of open data says of itself: whose it is, its licence, and its moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.core.config import Settings
from backend.core.decision_log import log_end
from backend.places.queries import current_boundary_set, the_city

CAUTION = (
    "Reports are not problems: they show what was reported, and who can and does report differs "
    "by place, channel and person. Compare areas only with the city's reporting rates."
)


@dataclass(frozen=True, slots=True)
class Vintage:
    """The moment a file shows: everything up to and with one entry of the decision log.

    `filters` are those asked for, as they were asked.
    """

    city: str
    jurisdiction_id: str
    licence: str
    licence_url: str
    as_of: datetime
    decision: int
    decision_hash: str
    boundaries: str | None
    boundaries_since: datetime | None
    filters: dict[str, list[str]]

    @property
    def title(self) -> str:
        return f"Requests to {self.city}"

    def moment(self) -> dict[str, Any]:
        """The moment alone, for a file's metadata."""
        return {
            "as_of": self.as_of,
            "decision": self.decision,
            "decision_hash": self.decision_hash,
            "boundaries": self.boundaries,
            "boundaries_since": self.boundaries_since,
        }

    def document(self) -> dict[str, Any]:
        """All of it, for formats that have room for members of their own."""
        return {
            "title": self.title,
            "publisher": {"name": self.city, "jurisdiction_id": self.jurisdiction_id},
            "license": {"name": self.licence, "url": self.licence_url},
            "vintage": self.moment(),
            "filters": self.filters,
            "caution": CAUTION,
        }


def vintage_of(
    session: Session, settings: Settings, filters: dict[str, list[str]], now: datetime
) -> Vintage:
    """The vintage of what `session` reads now."""
    city, boundaries = the_city(session), current_boundary_set(session)
    decision, decision_hash = log_end(session)
    return Vintage(
        city=city.name,
        jurisdiction_id=city.jurisdiction_id,
        licence=settings.data_licence,
        licence_url=settings.data_licence_url,
        as_of=now,
        decision=decision,
        decision_hash=decision_hash,
        boundaries=boundaries.source_name if boundaries else None,
        boundaries_since=boundaries.imported_at if boundaries else None,
        filters=filters,
    )
