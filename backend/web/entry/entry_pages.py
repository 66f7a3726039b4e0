"""Typing for others: one screen from a resident's words to the number that is read out to them."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.errors import DomainError
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.delivery.notices.carriers import offered_carriers
from backend.delivery.notices.rules import Carrier
from backend.photos.rules import MAX_PHOTOS
from backend.reports.intake.calls import call_count
from backend.reports.intake.commands import TakeLeadUp
from backend.reports.intake.enter_report import enter_report
from backend.reports.intake.queries import (
    LeadPhoto,
    last_sheet,
    photos_of_lead,
    pictures_of_lead,
    read_lead,
)
from backend.reports.intake.rules import ENTERED_CHANNELS
from backend.reports.intake.settle_lead import take_lead_up
from backend.reports.public_report import PublicReport, public_report
from backend.reports.queries import find_request
from backend.web.entry.entry_form import KEPT, Way, empty_form, entered, is_of_message, way_asked
from backend.web.entry.entry_view import fields_typed, look
from backend.web.entry.entry_words import read_out, way_in_words
from backend.web.entry.lead_view import draft_of
from backend.web.face import blueprint, local, notice
from backend.web.fact_words import describe_on_page
from backend.web.form_fields import made_id
from backend.web.reporting.report_form import keeping_days, service_choices
from backend.web.reporting.report_photos import LARGEST_FORM, keep_photos
from backend.web.view_models import Choice
from backend.web.words import channel_words

DESK = (Role.WARD_STAFF, Role.ADMIN)


@blueprint.url_value_preprocessor
def take_photos(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The form may hold photos; this comes before it is read for its token."""
    if endpoint == "web.enter_report" and request.method == "POST":
        request.max_content_length = LARGEST_FORM


@blueprint.get("/desk/enter")
@access(*DESK)
def enter() -> str:
    """An empty form, with the number of what was saved last."""
    way, saved = way_asked(), request.args.get("saved")
    session = current_session()
    values = empty_form(way)
    if way is Way.PAPER and values["batch"]:
        values["sheet"] = str(last_sheet(session, values["batch"]) + 1)
    report = public_report(session, find_request(session, saved).number) if saved else None
    return _page(values, way, saved=report)


@blueprint.post("/desk/enter", endpoint="enter_report")
@access(*DESK)
def enter_submit() -> Response:
    """Look up what is typed, or save it and be ready for the next."""
    values, way, lead = fields_typed(), way_asked(), is_of_message()
    session, now = current_session(), current_runtime().clock.now()
    try:
        # Before anything is refused, so that nobody has to choose them again.
        keep_photos(made_id())
        if values.get("act") == "take_up" and lead is not None:
            with unit_of_work(current_actor()) as work:
                take_lead_up(work, TakeLeadUp(lead))
        if values.get("act") != "save":
            return make_response(_page(values, way, lead=lead))
        command = entered(look(session, values, now))
        with unit_of_work(current_actor()) as work:
            number = enter_report(work, command).number
    except DomainError as error:
        return make_response(_page(values, way, lead=lead, error=error), error.status)
    if lead is not None:
        notice("done", _("It is report %(number)s now.", number=number))
        return redirect(url_for("web.leads"))
    kept = {name: values.get(name, "") for name in KEPT[way] if values.get(name)}
    return redirect(f"{url_for('web.enter')}?{urlencode({'way': way, 'saved': number} | kept)}")


@blueprint.get("/desk/leads/<uuid:id>")
@access(*DESK)
def lead(id: UUID) -> str:
    """A message, and the form with what it says."""
    found = read_lead(current_session(), current_runtime().keyring, id)
    return _page(draft_of(found) | {"id": str(id)}, Way.CALL, lead=id)


@blueprint.get("/report/paper")
@access()
def paper_report() -> str:
    """A form to print, which asks what the desk types."""
    return render_template(
        "entry/report_paper.html",
        services=[one for one in service_choices("") if not one.is_danger],
        keeps=keeping_days(),
    )


def _page(
    values: dict[str, str],
    way: Way,
    *,
    lead: UUID | None = None,
    error: DomainError | None = None,
    saved: PublicReport | None = None,
) -> str:
    session, runtime = current_session(), current_runtime()
    now = runtime.clock.now()
    problem = describe_on_page(error) if error else None
    looked = look(session, values, now)
    if looked.saved and not lead:
        # Its answer was lost.
        saved = public_report(session, looked.saved.number)
    return render_template(
        "entry/enter.html",
        values=values,
        answers=request.form,
        way=way.value,
        ways=() if lead else _ways(way),
        channels=[
            Choice(one.value, way_in_words(one), one.value == values.get("channel"))
            for one in ENTERED_CHANNELS
        ],
        looked=looked,
        is_typed=request.method == "POST" and "description" in request.form,
        lead=read_lead(session, runtime.keyring, lead) if lead else None,
        kept_photos=_kept_photos(values.get("id", "")),
        most_photos=MAX_PHOTOS,
        awaited=pictures_of_lead(session, lead) if lead else None,
        keeps=keeping_days(),
        today=local(now).date().isoformat(),
        calls=call_count(session),
        tells_by_mail=Carrier.EMAIL in offered_carriers(runtime),
        saved=saved,
        read_out=read_out,
        error_words=f"{problem.detail} {problem.remedy}" if problem else "",
        error_field=_field_of(error) if error else "",
        channel_words=channel_words,
    )


def _ways(chosen: Way) -> list[tuple[str, str, bool]]:
    words = {
        Way.CALL: _("Call or counter"),
        Way.PAPER: _("Batch of paper"),
        Way.VISIT: _("Outreach visit"),
    }
    return [(way.value, words[way], way is chosen) for way in Way]


def _kept_photos(form_id: str) -> list[LeadPhoto]:
    """The photos that came with the form before, or with the message it is about."""
    try:
        return photos_of_lead(current_session(), UUID(form_id))
    except ValueError:
        return []


def _field_of(error: DomainError) -> str:
    pointer = (error.pointer or "").lstrip("/")
    if pointer.startswith("attributes/"):
        return f"attribute-{pointer.partition('/')[2]}"
    return {"lat": "address", "lon": "address"}.get(pointer, pointer.replace("/", "_"))
