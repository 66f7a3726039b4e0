"""What anybody may know of one report, gathered once for every face."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.places.models import City, District
from backend.places.queries import UNNAMED
from backend.reports.catalogue import HAZARD_BAND
from backend.reports.expected_closing import nearest_expected
from backend.reports.models import (
    Body,
    Comment,
    ExpectedTime,
    Incident,
    IncidentChange,
    ModeratedText,
    Service,
    ServiceRequest,
    Team,
)
from backend.reports.public_place import public_place
from backend.reports.public_words import PUBLIC_ADDRESS, PUBLIC_DESCRIPTION
from backend.reports.queries import comments_of, history_of_request
from backend.reports.rules import Translations
from backend.reports.service_words import by_language
from backend.reports.workflow import OPEN_STATES, State

# Who works on what is the city's own affair.
_INTERNAL_KINDS = frozenset({"assignment"})


@dataclass(frozen=True, slots=True)
class PublicStep:
    """One step of a history; `reason` is None where none was given and where the city hid it."""

    id: int
    at: datetime
    kind: str
    from_state: str | None
    to_state: str | None
    from_value: str | None
    to_value: str | None
    actor: str
    reason: str | None
    is_reason_hidden: bool


@dataclass(frozen=True, slots=True)
class PublicReport:
    """A report and the incident it lies under; nothing about who reported it.

    `expected_at` is when half of the like were closed in the last year, with its interval; None for
    what is closed, and where too few were closed to tell. `agency` is who has it now. Its clock
    stands still since `paused_at`; the city owes no answer any more since `answered_at`. The dates
    are the incident's: they count from `opened_at`, which may be before this report.
    """

    number: str
    service_code: str
    service_name: str
    service_translations: Translations
    description: str
    state: State
    lon: float
    lat: float
    address: str | None
    district_name: str | None
    is_outside: bool
    reports: int
    incident_number: str
    requested_at: datetime
    opened_at: datetime
    changed_at: datetime
    target_at: datetime
    paused_at: datetime | None
    answered_at: datetime | None
    expected_at: datetime | None
    expected_low_at: datetime | None
    expected_high_at: datetime | None
    agency: str | None
    agency_contact: str | None
    is_hazard: bool
    emergency_number: str | None
    history: tuple[PublicStep, ...]
    comment_count: int
    comments: tuple[Comment, ...]

    def service_in(self, language: str) -> str:
        """What the service is called in `language`, as far as the catalogue says."""
        name: str = self.service_translations.get(language, {}).get("name", self.service_name)
        return name


def _row_query() -> sa.Select[*tuple[Any, ...]]:
    request, incident, service, district, moderated = map(
        table_of, (ServiceRequest, Incident, Service, District, ModeratedText)
    )
    team, body, comment, expected, city = map(table_of, (Team, Body, Comment, ExpectedTime, City))
    own = incident.alias()
    # The incident it was before it was joined to another.
    its_own = sa.select(own.c.id).where(own.c.number == sa.bindparam("number")).scalar_subquery()
    return (
        sa.select(
            request.c.number,
            incident.c.service_code,
            service.c.name.label("service_name"),
            service.c.translations.label("service_translations"),
            PUBLIC_DESCRIPTION.label("description"),
            incident.c.state,
            request.c.lon,
            request.c.lat,
            PUBLIC_ADDRESS.label("address"),
            district.c.name.label("district_name"),
            incident.c.is_outside,
            incident.c.request_count,
            request.c.requested_at,
            *(incident.c[f"{name}_at"] for name in ("changed", "opened", "due")),
            *(incident.c[f"{name}_at"] for name in ("paused", "answered")),
            service.c.target_hours,
            service.c.public_grid_metres,
            sa.func.coalesce(incident.c.own_severity_band, service.c.severity_band).label(
                "severity_band"
            ),
            incident.c.id.label("incident_id"),
            incident.c.number.label("incident_number"),
            incident.c.version,
            sa.func.coalesce(body.c.name, team.c.name).label("agency"),
            body.c.public_contact.label("agency_contact"),
            sa.select(sa.func.count())
            .where(
                comment.c.incident_id.in_([incident.c.id, its_own]), sa.not_(comment.c.is_hidden)
            )
            .scalar_subquery()
            .label("comment_count"),
            # When half of the like were closed in the last year, with its interval.
            expected.c.median_hours,
            expected.c.low_hours,
            expected.c.high_hours,
            sa.select(city.c.emergency_number).scalar_subquery().label("emergency_number"),
        )
        .join(incident, incident.c.id == request.c.incident_id)
        .join(service, service.c.code == incident.c.service_code)
        .outerjoin(moderated, moderated.c.service_request_id == request.c.id)
        .outerjoin(district, district.c.id == incident.c.district_id)
        .outerjoin(team, team.c.code == incident.c.team_code)
        .outerjoin(body, body.c.code == incident.c.body_code)
        .outerjoin(
            expected,
            expected.c.id == nearest_expected(incident.c.service_code, incident.c.district_id),
        )
        .where(request.c.number == sa.bindparam("number"))
    )


_ROW = _row_query()


def public_report(session: Session, number: str) -> PublicReport:
    """The report with exactly this number, which must exist."""
    row = session.execute(_ROW, {"number": number}).one()
    is_hazard = row.severity_band == HAZARD_BAND
    expected_at, low_at, high_at = _expected(row)
    lon, lat = public_place(row.lon, row.lat, row.public_grid_metres)
    return PublicReport(
        number=row.number,
        service_code=row.service_code,
        service_name=row.service_name,
        service_translations=by_language(row.service_translations),
        description=row.description,
        state=State(row.state),
        lon=lon,
        lat=lat,
        address=row.address,
        district_name=row.district_name,
        is_outside=row.is_outside,
        reports=row.request_count,
        incident_number=row.incident_number,
        requested_at=row.requested_at,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        target_at=row.due_at or row.opened_at + timedelta(hours=row.target_hours),
        paused_at=row.paused_at,
        answered_at=row.answered_at,
        expected_at=expected_at,
        expected_low_at=low_at,
        expected_high_at=high_at,
        agency=row.agency,
        agency_contact=row.agency_contact or None,
        is_hazard=is_hazard,
        emergency_number=(row.emergency_number or UNNAMED.emergency_number) if is_hazard else None,
        history=_history(session, row),
        comment_count=row.comment_count,
        comments=tuple(comments_of(session, row.number, row.incident_id))
        if row.comment_count
        else (),
    )


def _expected(
    row: sa.Row[*tuple[Any, ...]],
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """The median and the ends of its interval."""
    if row.state not in OPEN_STATES or row.median_hours is None:
        return None, None, None
    median, low, high = (
        None if hours is None else row.opened_at + timedelta(hours=hours)
        for hours in (row.median_hours, row.low_hours, row.high_hours)
    )
    return median, low, high


def _history(session: Session, row: sa.Row[*tuple[Any, ...]]) -> tuple[PublicStep, ...]:
    if row.version == 1:
        # The version counts the steps: a report that just came in has none to look for.
        return ()
    steps = history_of_request(session, row.number, row.incident_id, row.incident_number)
    return tuple(_public(step) for step in steps if step.kind not in _INTERNAL_KINDS)


def _public(step: IncidentChange) -> PublicStep:
    return PublicStep(
        id=step.id,
        at=step.at,
        kind=step.kind,
        from_state=step.from_state,
        to_state=step.to_state,
        from_value=step.from_value,
        to_value=step.to_value,
        actor=step.actor,
        reason=None if step.is_reason_hidden else step.reason,
        is_reason_hidden=step.is_reason_hidden,
    )
