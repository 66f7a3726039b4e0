"""What of the incidents a map shows, and how it is asked of the incidents themselves."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.photos.models import Photo
from backend.photos.workflow import PhotoState
from backend.places.models import District
from backend.reports.catalogue import city_catalogue
from backend.reports.find_number import report_numbered
from backend.reports.find_words import ids_with_words, words_in, words_to_match
from backend.reports.models import Incident, ServiceRequest
from backend.reports.photos.queries import IS_OF_REPORT
from backend.reports.workflow import CLOSED_STATES, OPEN_STATES, State

CLOSED_ON_MAP = tuple(state for state in CLOSED_STATES if state is not State.DUPLICATE)
"""What was joined to another is shown with that."""

_INCIDENT, _REQUEST = table_of(Incident), table_of(ServiceRequest)
_DISTRICT, _PHOTO = table_of(District), table_of(Photo)


@dataclass(frozen=True, slots=True)
class FurtherFilter:
    """What no counter knows, for staff; nothing given does not filter, and all given must hold.

    Each means what it means in the queue (backend/triage/queue_filter.py). `assignee` is the key of
    one of the staff, "" what nobody has; `opened_until` the latest moment it may have been opened
    at, and `overdue_at` one at which it is overdue. `channels` and `has_photo` hold where any
    report of it does; each of the `words` begins a word of its reports or of its service's name,
    while it is open, or they are the number of one of its reports.
    """

    bands: tuple[int, ...] = ()
    team_codes: tuple[str, ...] = ()
    assignee: str | None = None
    channels: tuple[str, ...] = ()
    opened_until: datetime | None = None
    overdue_at: datetime | None = None
    has_photo: bool = False
    words: str = ""


NOTHING_FURTHER = FurtherFilter()


@dataclass(frozen=True, slots=True)
class MapFilter:
    """What of the incidents to show; empty and None do not filter.

    `area_ids` are rows of districts; `is_outside` is whether it lies outside the city.
    """

    is_public: bool
    states: tuple[State, ...] = OPEN_STATES
    service_codes: tuple[str, ...] = ()
    district_codes: tuple[str, ...] = ()
    area_ids: tuple[int, ...] | None = None
    is_outside: bool | None = None
    further: FurtherFilter = NOTHING_FURTHER

    @property
    def are_open(self) -> bool:
        """Whether only open incidents are meant."""
        return set(self.states) <= set(OPEN_STATES)

    @property
    def is_counted(self) -> bool:
        """Whether the counters know all of it."""
        return self.further == NOTHING_FURTHER


def district_ids(codes: tuple[str, ...]) -> sa.Select[int]:
    """The rows of districts with these codes."""
    return sa.select(_DISTRICT.c.id).where(_DISTRICT.c.code.in_(codes))


def places_meant(wanted: MapFilter) -> list[sa.ColumnElement[bool]]:
    """What the place of an incident must meet, besides lying in a box."""
    district_id = _INCIDENT.c.district_id
    meets: list[sa.ColumnElement[bool]] = []
    if wanted.district_codes:
        meets.append(district_id.in_(district_ids(wanted.district_codes)))
    if wanted.area_ids is not None:
        meets.append(district_id.in_(wanted.area_ids))
    if wanted.is_outside is not None:
        meets.append(_INCIDENT.c.is_outside == sa.literal(wanted.is_outside))
    return meets


def further_meant(session: Session, further: FurtherFilter) -> list[sa.ColumnElement[bool]]:
    """What an incident must meet that no counter knows."""
    meets: list[sa.ColumnElement[bool]] = []
    if further.bands:
        meets.append(_is_in_bands(session, further.bands))
    if further.team_codes:
        meets.append(_INCIDENT.c.team_code.in_(further.team_codes))
    if further.assignee is not None:
        # Nobody is written as nothing.
        meets.append(_INCIDENT.c.assignee.is_not_distinct_from(further.assignee or None))
    if further.opened_until is not None:
        meets.append(_INCIDENT.c.opened_at <= further.opened_until)
    if further.overdue_at is not None:
        # Its date passed while the clock ran.
        ran_until = sa.func.coalesce(
            _INCIDENT.c.paused_at, sa.literal(further.overdue_at, _INCIDENT.c.due_at.type)
        )
        meets += [_INCIDENT.c.closed_at.is_(None), _INCIDENT.c.due_at < ran_until]
    if further.words:
        meets.append(_has_words(session, further.words))
    if further.channels:
        meets.append(_any_report(_REQUEST.c.channel.in_(further.channels)))
    if further.has_photo:
        meets.append(_any_report(*_HAS_PHOTO))
    return meets


def _is_in_bands(session: Session, bands: tuple[int, ...]) -> sa.ColumnElement[bool]:
    services = city_catalogue(session).services.values()
    codes = [one.code for one in services if one.severity_band in bands]
    own = _INCIDENT.c.own_severity_band
    return own.in_(bands) | (own.is_(None) & _INCIDENT.c.service_code.in_(codes))


def _has_words(session: Session, text: str) -> sa.ColumnElement[bool]:
    report = report_numbered(session, text)
    if report is not None:
        return _INCIDENT.c.id == report.incident_id
    words = words_in(text)
    if not words:
        return sa.false()
    found = ids_with_words(session.get_bind().dialect.name)
    return _INCIDENT.c.id.in_(found.bindparams(words=words_to_match(session, words)))


def _any_report(*meets: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    of_incident = _REQUEST.c.incident_id == _INCIDENT.c.id
    return sa.exists().where(of_incident, *meets).correlate(_INCIDENT)


_HAS_PHOTO = (
    IS_OF_REPORT,
    _PHOTO.c.subject_id == _REQUEST.c.id,
    _PHOTO.c.is_claimed,
    _PHOTO.c.state.in_((PhotoState.HELD, PhotoState.PUBLIC)),
)
