"""One report as staff see it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from backend.accounts.queries import staff_accounts
from backend.core.access import access, current_actor
from backend.core.actors import STAFF
from backend.core.addresses import public_address
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.places.models import District
from backend.reports.models import Comment, Incident, IncidentChange, Note
from backend.reports.outcome_ratings import ratings_of
from backend.reports.photos.queries import photos_for_staff
from backend.reports.queries import find_incident, history_of, notes_of
from backend.reports.staff_report import (
    StaffRequest,
    joined_numbers,
    open_moves,
    pauses_in,
    staff_requests,
    thread_of,
)
from backend.reports.take_step import severity_of
from backend.reports.workflow import Move, State
from backend.triage.queries import queued_incident
from mobile_api.desk_photos import photo_for_staff
from mobile_api.desk_schemas import DeskReportSchema
from mobile_api.face import documents_desk, make_desk_blueprint
from mobile_api.repeats import likely_repeats_of

blueprint = make_desk_blueprint("reports", "Staff: everything about a report.")
_Document = dict[str, Any]
# What a step to these states is about, besides its reason.
_TAKES = {
    State.ASSIGNED: "team_code",
    State.SCHEDULED: "scheduled_for",
    State.HANDED_OVER: "body_code",
}


@blueprint.route("/reports/<string:number>", methods=["GET"])
@blueprint.response(200, DeskReportSchema)
@documents_desk(blueprint, 404)
@access(*STAFF)
def get_report_for_staff(number: str) -> _Document:
    """The incident a report lies under, with all that was said and done."""
    return report_for_staff(current_session(), number)


def report_for_staff(session: Session, number: str) -> _Document:
    """The members of `DeskReportSchema`, for the one who asks."""
    runtime, incident = current_runtime(), find_incident(session, number)
    names = {one.key: one.display_name for one in staff_accounts(session)}
    queued = queued_incident(session, incident.id, runtime.clock.now())
    history = history_of(session, incident.id)
    district = incident.district_id and session.get(District, incident.district_id)
    viewer = current_actor()
    moves = open_moves(State(incident.state), viewer, incident.appealed_against)
    return {
        **_standing(incident, names),
        "district": district.name if district else None,
        "position": queued.position if queued else None,
        "moves": [_move(move, incident) for move in moves],
        "requests": [
            _request(one) for one in staff_requests(session, runtime.keyring, incident.id, viewer)
        ],
        "photos": [photo_for_staff(one) for one in photos_for_staff(session, incident.id)],
        "comments": [
            {**_said(one, names), "kind": one.kind, "is_hidden": one.is_hidden}
            for one in thread_of(session, incident.id)
        ],
        "notes": [_said(one, names) for one in notes_of(session, incident.id)],
        "history": [_step(step, names) for step in history],
        "pauses": list(pauses_in(history)),
        "joined": joined_numbers(session, incident.id),
        "candidates": likely_repeats_of(session, incident),
        "ratings": ratings_of(session, runtime.keyring, incident.id),
        "url": public_address("web.report", number=incident.number),
    }


def _standing(incident: Incident, names: Mapping[str, str]) -> _Document:
    """Where the incident itself stands."""
    return {
        "number": incident.number,
        "version": incident.version,
        "state": incident.state,
        "service_code": incident.service_code,
        "service_name": incident.service.name,
        "severity_band": severity_of(incident),
        "is_outside_jurisdiction": incident.is_outside,
        "lat": incident.lat,
        "lon": incident.lon,
        "opened_datetime": incident.opened_at,
        "updated_datetime": incident.changed_at,
        "closed_datetime": incident.closed_at,
        "target_datetime": incident.due_at,
        "answered_datetime": incident.answered_at,
        "team_code": incident.team_code,
        "body_code": incident.body_code,
        "assignee": _by(incident.assignee, names),
        "scheduled_for": incident.scheduled_for,
        "appealed_against": _by(incident.appealed_against, names),
    }


def _move(move: Move, incident: Incident) -> _Document:
    needs = ["reason"] if move.needs_reason else []
    if move.after is State.SCHEDULED:
        needs.append("scheduled_for")
    if move.after is State.HANDED_OVER and incident.body_code is None:
        needs.append("body_code")
    takes = ["reason", _TAKES[move.after]] if move.after in _TAKES else ["reason"]
    return {"after": move.after.value, "needs": needs, "takes": takes}


def _request(one: StaffRequest) -> _Document:
    request = one.request
    return {
        "number": request.number,
        "description": request.description,
        "public_description": one.moderated,
        "attributes": request.attributes or {},
        "channel": request.channel,
        "requested_datetime": request.requested_at,
        "lat": request.lat,
        "lon": request.lon,
        "address": request.address,
        "contact": one.contact,
        "is_contact_unreadable": one.is_contact_unreadable,
    }


def _said(one: Comment | Note, names: Mapping[str, str]) -> _Document:
    return {"id": one.id, "at": one.at, "by": _by(one.actor, names), "text": one.text}


def _step(step: IncidentChange, names: Mapping[str, str]) -> _Document:
    return {
        "id": step.id,
        "at": step.at,
        "kind": step.kind,
        "before": step.from_value or step.from_state,
        "after": step.to_value or step.to_state,
        "by": _by(step.actor, names),
        "reason": step.reason,
        "is_reason_hidden": step.is_reason_hidden,
    }


def _by(key: str | None, names: Mapping[str, str]) -> dict[str, str | None] | None:
    return None if key is None else {"key": key, "name": names.get(key)}
