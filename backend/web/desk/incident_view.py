"""Everything staff see of one incident, gathered for its page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.accounts.queries import staff_accounts
from backend.core.actors import Actor
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.core.runtime import current_runtime
from backend.places.models import District
from backend.reports.commands import InspectionOutcome
from backend.reports.intake.calls import calls_of
from backend.reports.models import Incident
from backend.reports.outcome_ratings import OutcomeRatings, ratings_of
from backend.reports.queries import find_incident, history_of
from backend.reports.staff_report import StaffRequest, joined_numbers, staff_requests
from backend.reports.take_step import severity_of
from backend.reports.workflow import State
from backend.triage.keep_queue import target_hours_in_queue
from backend.triage.queries import Queued, queued_incident
from backend.triage.queue_line import shortened
from backend.web.desk.queue_view import move_choices, queue_row
from backend.web.entry.entry_words import entry_words
from backend.web.history import history_views
from backend.web.maps import city_map
from backend.web.view_models import (
    Choice,
    IncidentPageView,
    RatingsView,
    RequestView,
)
from backend.web.words import channel_words, contact_words, outcome_words, rating_words
from equity.levers.priority import priority_of

_UNREADABLE_WORDS = marked(
    "These words cannot be read: the key they were sealed with is not here, or they were damaged."
)


def incident_page_view(
    session: Session, number: str, now: datetime, viewer: Actor
) -> IncidentPageView:
    """The page of the incident a request with `number` lies under; raises `NotFound`."""
    incident = find_incident(session, number)
    requests = staff_requests(session, current_runtime().keyring, incident.id, viewer)
    words = {one.request.number: shortened(one.request.description) for one in requests}
    names = {one.key: one.display_name for one in staff_accounts(session)}
    queued = queued_incident(session, incident.id, now)
    calls = calls_of(session, current_runtime().keyring, incident.id)
    to_tell = {one.number: one.newest_at for one in calls}
    return IncidentPageView(
        row=queue_row(queued or _left_queue(session, incident, words), now, viewer),
        moves=move_choices(State(incident.state), viewer, incident.appealed_against),
        lon=incident.lon,
        lat=incident.lat,
        due_at=incident.due_at,
        requests=tuple(_request_view(one, names, to_tell) for one in requests),
        history=history_views(incident.opened_at, history_of(session, incident.id)),
        joined=tuple(joined_numbers(session, incident.id)),
        inspection_outcomes=tuple(
            Choice(outcome.value, outcome_words(outcome.value)) for outcome in InspectionOutcome
        ),
        ratings=_ratings_view(ratings_of(session, current_runtime().keyring, incident.id)),
        map=city_map(session, _("Where it is"), pin=(incident.lon, incident.lat)),
    )


def _ratings_view(found: OutcomeRatings) -> RatingsView | None:
    if not any(found.counts.values()):
        return None
    return RatingsView(
        tuple((rating_words(answer), count) for answer, count in found.counts.items()),
        tuple((rating_words(one.answer), one.text or _(_UNREADABLE_WORDS)) for one in found.words),
    )


def _left_queue(session: Session, incident: Incident, words: dict[str, str]) -> Queued:
    """A closed incident as a line of the queue without a position, its clock stopped."""
    district = incident.district_id and session.get(District, incident.district_id)
    stopped_at = incident.closed_at or incident.changed_at
    return Queued(
        position=0,
        number=incident.number,
        service_name=incident.service.name,
        state=incident.state,
        district_name=district.name if district else None,
        is_outside=incident.is_outside,
        opened_at=incident.opened_at,
        request_count=incident.request_count,
        summary=words.get(incident.number, ""),
        version=incident.version,
        due_at=incident.due_at,
        stopped_at=stopped_at,
        appealed_against=incident.appealed_against,
        assignee=incident.assignee,
        team_code=incident.team_code,
        priority=priority_of(
            incident.number,
            severity_band=severity_of(incident),
            opened_at=incident.opened_at,
            now=stopped_at,
            target_hours=target_hours_in_queue(session, incident.id),
            area_weight=1.0,
        ),
        held_for=None,
    )


def _request_view(
    one: StaffRequest, names: Mapping[str, str], to_tell: Mapping[str, datetime]
) -> RequestView:
    request = one.request
    labels: dict[str, Any] = {
        "name": _("Name"),
        "phone": _("Phone"),
        "email": _("E-mail"),
        "note": _("Note"),
    }
    return RequestView(
        number=request.number,
        description=request.description,
        channel_words=channel_words(request.channel),
        requested_at=request.requested_at,
        address=request.address,
        contact=tuple((_("Contact"), words) for words in contact_words(None))
        if one.is_contact_unreadable
        else tuple((labels[name], text) for name, text in one.contact.items()),
        is_contact_kept_back=one.is_contact_kept_back,
        entered=entry_words(names, one.entered) if one.entered else "",
        to_tell_since=to_tell.get(request.number),
    )
