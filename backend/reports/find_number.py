"""Which report somebody means who types its number where words are looked for."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.ids import read_number
from backend.reports.models import Incident, ServiceRequest

_LONGEST = 40
_INCIDENT, _REQUEST = table_of(Incident), table_of(ServiceRequest)
_FOUND = (
    sa.select(
        _REQUEST.c.number,
        _INCIDENT.c.id.label("incident_id"),
        _INCIDENT.c.number.label("incident_number"),
        _INCIDENT.c.state,
    )
    .join(_INCIDENT, _INCIDENT.c.id == _REQUEST.c.incident_id)
    .where(_REQUEST.c.number == sa.bindparam("number"))
)


@dataclass(frozen=True, slots=True)
class NumberedReport:
    """The report of a number, and the incident it lies under, which is called by its own number."""

    number: str
    incident_id: int
    incident_number: str
    state: str


def report_numbered(session: Session, text: str) -> NumberedReport | None:
    """The report whose number `text` is, however it was written down or read aloud.

    None for everything else, also for a word that looks like a number nobody was given.
    """
    if len(text) > _LONGEST:
        return None
    # Grouped by blanks, dashes or dots, or behind a hash.
    number = read_number("".join(filter(str.isalnum, text)))
    if number is None:
        return None
    row = session.execute(_FOUND, {"number": number}).one_or_none()
    return None if row is None else NumberedReport(*row)
