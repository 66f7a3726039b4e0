"""One incident on the desk: all there is to know of it, and the steps it can take."""

from dataclasses import replace

from flask import g, jsonify, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.commands import (
    ChangeStatus,
    InspectionOutcome,
    MergeIncidents,
    RecordInspection,
    UnmergeIncident,
)
from backend.reports.desk_acts.act_in_bulk import take_undoable_step
from backend.reports.desk_acts.queries import undoable_act
from backend.reports.desk_acts.rules import UNDO_WITHIN
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.duplicates.unmerge_incident import unmerge_incident
from backend.reports.models import Incident
from backend.reports.queries import find_incident, find_request, notes_of
from backend.reports.record_inspection import record_inspection
from backend.reports.staff_report import staff_requests, thread_of
from backend.reports.workflow import DESK, State
from backend.web.desk.incident_parts import chosen_text, incident_parts
from backend.web.desk.incident_view import incident_page_view
from backend.web.desk.joined_report import check_is_not_joined, place_of_form
from backend.web.desk.queue_way import queue_way, report_url
from backend.web.face import blueprint, notice
from backend.web.form_fields import day_if_any, made_id, one_of, pressed, version
from backend.web.refused_form import keep_form, returns_to
from backend.web.words import state_words


@blueprint.get("/desk/incidents/<string:number>")
@access(*sorted(STAFF))
def incident(number: str) -> str:
    """Everything about one incident."""
    runtime, session, viewer = current_runtime(), current_session(), current_actor()
    view = incident_page_view(session, number, runtime.clock.now(), viewer)
    found = find_incident(session, number)
    requests = staff_requests(session, runtime.keyring, found.id, viewer)
    place_of_form(found.number)
    return render_template(
        "desk/incident.html",
        asked=find_request(session, number).number,
        view=view,
        parts=incident_parts(session, found, requests, viewer),
        fresh_id=runtime.ids.uuid,
        mark=_mark(session, found),
        used_text=g.get("used_text"),
        undoable=undoable_act(session, found, viewer, runtime.clock.now()),
        undo_within=UNDO_WITHIN,
        queue_way=queue_way(session, found.number, viewer, runtime.clock.now()),
        here_url=report_url(found.number),
    )


@blueprint.get("/desk/incidents/<string:number>/version")
@access(*sorted(STAFF))
def incident_version(number: str) -> Response:
    """Its version, for a page that asks whether somebody changed it meanwhile."""
    session = current_session()
    found = find_incident(session, number)
    response = jsonify(state=state_words(State(found.state)))
    response.set_etag(_mark(session, found))
    return response.make_conditional(request)


@blueprint.post("/desk/incidents/<string:number>/status", endpoint="change_status")
@access(*DESK)
@returns_to(incident, check=check_is_not_joined)
def change_status_submit(number: str) -> Response:
    """Take a step of the workflow, or begin its words with a text of the city's."""
    if wants_text():
        return page_with_text(number)
    command = ChangeStatus(
        number=number,
        after=one_of(State, "to"),
        version=version(),
        reason=request.form.get("reason"),
        team_code=request.form.get("team_code") or None,
        scheduled_for=day_if_any("scheduled_for"),
        body_code=request.form.get("body_code") or None,
    )
    with unit_of_work(current_actor()) as work:
        step = replace(command, told_at=work.now + UNDO_WITHIN)
        changed = take_undoable_step(work, step, current_runtime().ids.uuid())
        words = _(
            "%(number)s: %(state)s.",
            number=changed.number,
            state=state_words(State(changed.state)),
        )
    notice("done", words)
    return redirect(report_url(number))


@blueprint.post("/desk/incidents/<string:number>/link", endpoint="merge_incidents")
@access(*DESK)
@returns_to(incident, check=lambda number: check_is_not_joined(number, _other()))
def merge_incidents_submit(number: str) -> Response:
    """Say that this is the same thing as another."""
    command = MergeIncidents(number, _other(), request.form.get("reason", ""))
    with unit_of_work(current_actor()) as work:
        joined = merge_incidents(work, command).number
    notice("done", _("%(number)s now lies under %(target)s.", number=number, target=joined))
    return redirect(report_url(joined))


def _other() -> str:
    return (request.form.get("other") or request.form.get("target", "")).strip()


@blueprint.post("/desk/incidents/<string:number>/unlink", endpoint="unmerge_incident")
@access(*DESK)
@returns_to(incident)
def unmerge_incident_submit(number: str) -> Response:
    """Say that a report that was joined to another is not the same thing after all."""
    with unit_of_work(current_actor()) as work:
        command = UnmergeIncident(number, request.form.get("reason", ""))
        parted = unmerge_incident(work, command).number
    notice("done", _("%(number)s stands by itself again.", number=parted))
    return redirect(report_url(parted))


@blueprint.post("/desk/incidents/<string:number>/inspection", endpoint="record_inspection")
@access(*DESK)
@returns_to(incident, check=check_is_not_joined)
def record_inspection_submit(number: str) -> Response:
    """Note that somebody went and looked."""
    command = RecordInspection(number, one_of(InspectionOutcome, "outcome"), id=made_id())
    with unit_of_work(current_actor()) as work:
        record_inspection(work, command)
    notice("done", _("The inspection is noted."))
    return redirect(report_url(number))


def wants_text() -> bool:
    """Whether the words are to begin with a text of the city's, and nothing is to be done yet."""
    return pressed("text", "do") == "text"


def page_with_text(number: str) -> Response:
    """The page once more with all that was typed, and the chosen text in its words."""
    session, found = current_session(), find_incident(current_session(), number)
    requests = staff_requests(session, current_runtime().keyring, found.id, current_actor())
    g.used_text = chosen_text(session, found, requests)
    keep_form()
    return make_response(incident(number))


def _mark(session: Session, found: Incident) -> str:
    """What changes with everything on the page that somebody else may change."""
    said = len(thread_of(session, found.id)), len(notes_of(session, found.id))
    return "-".join(map(str, (found.version, found.request_count, *said)))
