"""Mails and text messages that wait for somebody to read them."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.intake.commands import LeadState, SetLeadAside, TakeLeadUp
from backend.reports.intake.queries import lead_counts, leads_in
from backend.reports.intake.settle_lead import set_lead_aside, take_lead_up
from backend.triage.queue_line import shortened
from backend.web.entry.entry_pages import DESK, lead
from backend.web.entry.entry_words import lead_state_words
from backend.web.face import blueprint, notice, whole_number
from backend.web.refused_form import returns_to
from backend.web.words import channel_words

_PAGE_SIZE = 50


@blueprint.get("/desk/leads")
@access(*DESK)
def leads() -> str:
    """What waits, the longest first; or what became of the others."""
    session, page = current_session(), whole_number("page") or 1
    try:
        state = LeadState(request.args.get("state", LeadState.NEW))
    except ValueError:
        state = LeadState.NEW
    counts, offset = lead_counts(session), (page - 1) * _PAGE_SIZE
    found = leads_in(session, current_runtime().keyring, state, limit=_PAGE_SIZE, offset=offset)
    return render_template(
        "entry/leads.html",
        leads=found,
        state=state.value,
        states=[(one.value, lead_state_words(one), counts[one]) for one in LeadState],
        channel_words=channel_words,
        shortened=shortened,
        previous=page - 1,
        following=page + 1 if counts[state] > offset + _PAGE_SIZE else 0,
    )


@blueprint.post("/desk/leads/<uuid:id>/setting-aside", endpoint="set_lead_aside")
@access(*DESK)
@returns_to(lead)
def set_aside_submit(id: UUID) -> Response:
    """It is no report."""
    with unit_of_work(current_actor()) as work:
        set_lead_aside(work, SetLeadAside(id, request.form.get("reason", "")))
    notice("done", _("The message is set aside."))
    return redirect(url_for("web.leads"))


@blueprint.post("/desk/leads/<uuid:id>/taking-up", endpoint="take_lead_up")
@access(*DESK)
@returns_to(lead)
def take_up_submit(id: UUID) -> Response:
    """It is to be looked at again."""
    with unit_of_work(current_actor()) as work:
        take_lead_up(work, TakeLeadUp(id))
    notice("done", _("The message waits again."))
    return redirect(url_for("web.lead", id=id))
