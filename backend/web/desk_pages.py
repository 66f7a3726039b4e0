"""The desk of ward staff: the queue, one incident, and what can be done with it."""

from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.actors import STAFF, Role
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.queries import current_districts
from backend.reports.change_status import change_status
from backend.reports.commands import (
    ChangeStatus,
    InspectionOutcome,
    MergeIncidents,
    RecordInspection,
    UnmergeIncident,
)
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.duplicates.unmerge_incident import unmerge_incident
from backend.reports.queries import active_services
from backend.reports.record_inspection import record_inspection
from backend.reports.workflow import OPEN_STATES, State
from backend.triage.queries import QueueFilter, approved_set, queue_length, queue_page
from backend.web.face import blueprint, notice, whole_number
from backend.web.incident_view import incident_page_view
from backend.web.queue_view import moves_by_key, queue_row
from backend.web.refused_form import returns_to
from backend.web.sign_in_pages import safe_target
from backend.web.view_models import Choice, QueuePageView
from backend.web.words import state_words

PAGE_SIZE = 50
_DESK = tuple(sorted(STAFF))


@blueprint.get("/desk/queue")
@access(*_DESK)
def queue() -> str:
    """The queue, filtered by what the address says."""
    session = current_session()
    now = current_runtime().clock.now()
    is_outside = request.args.get("list") == "outside"
    chosen = {name: request.args.get(name) or None for name in ("district", "service", "state")}
    page = whole_number("page") or 1
    wanted = QueueFilter(chosen["district"], chosen["service"], chosen["state"], is_outside)
    offset = (page - 1) * PAGE_SIZE
    found = queue_page(session, wanted, now, limit=PAGE_SIZE, offset=offset)
    viewer = current_actor()
    view = QueuePageView(
        rows=tuple(queue_row(entry, now, viewer) for entry in found.entries),
        moves=moves_by_key(found.entries, viewer),
        total=found.total,
        first_position=offset + 1 if found.entries else 0,
        previous_url=_page_url(page - 1) if page > 1 else None,
        next_url=_page_url(page + 1) if found.total > offset + PAGE_SIZE else None,
        districts=_choices(
            _("All districts"),
            [(one.code, one.name) for one in current_districts(session)],
            chosen["district"],
        ),
        services=_choices(
            _("All kinds"),
            sorted(((one.code, one.name) for one in active_services(session)), key=lambda c: c[1]),
            chosen["service"],
        ),
        states=_choices(
            _("All states"),
            [(state.value, state_words(state)) for state in OPEN_STATES],
            chosen["state"],
        ),
        is_outside_list=is_outside,
        outside_total=queue_length(session, QueueFilter(is_outside=True)),
        is_filtered=any(chosen.values()),
        weights_words=_weights_words(),
    )
    return render_template("queue.html", view=view)


@blueprint.get("/desk/incidents/<string:number>")
@access(*_DESK)
def incident(number: str) -> str:
    """Everything about one incident."""
    now = current_runtime().clock.now()
    view = incident_page_view(current_session(), number, now, current_actor())
    return render_template("incident.html", view=view)


@blueprint.post("/desk/incidents/<string:number>/status", endpoint="change_status")
@access(Role.WARD_STAFF, Role.ADMIN)
@returns_to(incident)
def change_status_submit(number: str) -> Response:
    """Take a step of the workflow."""
    command = ChangeStatus(
        number=number,
        after=_one_of(State, "to"),
        version=request.form.get("version", 0, type=int),
        reason=request.form.get("reason"),
    )
    with unit_of_work(current_actor()) as work:
        changed = change_status(work, command)
        words = _(
            "%(number)s: %(state)s.",
            number=changed.number,
            state=state_words(State(changed.state)),
        )
    notice("done", words)
    back = request.form.get("back", "")
    return redirect(safe_target(back) if back else url_for("web.incident", number=number))


@blueprint.post("/desk/incidents/<string:number>/link", endpoint="merge_incidents")
@access(Role.WARD_STAFF, Role.ADMIN)
@returns_to(incident)
def merge_incidents_submit(number: str) -> Response:
    """Say that this is the same thing as another."""
    target = request.form.get("target", "")
    command = MergeIncidents(number, target, request.form.get("reason", ""))
    with unit_of_work(current_actor()) as work:
        joined = merge_incidents(work, command).number
    notice("done", _("%(number)s now lies under %(target)s.", number=number, target=joined))
    return redirect(url_for("web.incident", number=joined))


@blueprint.post("/desk/incidents/<string:number>/unlink", endpoint="unmerge_incident")
@access(Role.WARD_STAFF, Role.ADMIN)
@returns_to(incident)
def unmerge_incident_submit(number: str) -> Response:
    """Say that a report that was joined to another is not the same thing after all."""
    with unit_of_work(current_actor()) as work:
        command = UnmergeIncident(number, request.form.get("reason", ""))
        parted = unmerge_incident(work, command).number
    notice("done", _("%(number)s stands by itself again.", number=parted))
    return redirect(url_for("web.incident", number=parted))


@blueprint.post("/desk/incidents/<string:number>/inspection", endpoint="record_inspection")
@access(Role.WARD_STAFF, Role.ADMIN)
@returns_to(incident)
def record_inspection_submit(number: str) -> Response:
    """Note that somebody went and looked."""
    with unit_of_work(current_actor()) as work:
        record_inspection(work, RecordInspection(number, _one_of(InspectionOutcome, "outcome")))
    notice("done", _("The inspection is noted."))
    return redirect(url_for("web.incident", number=number))


def _one_of(kind: Any, field: str) -> Any:
    try:
        return kind(request.form.get(field, ""))
    except ValueError as error:
        choices = [str(choice) for choice in kind]
        raise Invalid("choice-not-offered", pointer=f"/{field}", choices=choices) from error


def _choices(
    all_words: str, options: list[tuple[str, str]], chosen: str | None
) -> tuple[Choice, ...]:
    return (
        Choice("", all_words, chosen is None),
        *(Choice(value, label, value == chosen) for value, label in options),
    )


def _page_url(page: int) -> str:
    address = {**request.args.to_dict(), "page": str(page)}
    return f"{url_for('web.queue')}?{urlencode(address)}"


def _weights_words() -> str:
    weight_set = approved_set(current_session())
    if weight_set is None:
        return _("No district counts for more than another.")
    return _(
        "Inside the bands Soon, Ordinary and Wish, weight set %(version)s applies.",
        version=weight_set.version,
    )
