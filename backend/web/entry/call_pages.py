"""People who agreed to be told, and to whom no mail goes: somebody of the city calls them."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.catalogue import city_catalogue
from backend.reports.intake.calls import call_count, calls_to_make
from backend.reports.intake.commands import NoteTold
from backend.reports.intake.tell_reporter import note_told
from backend.web.entry.entry_pages import DESK
from backend.web.face import blueprint, notice, whole_number
from backend.web.form_fields import pressed, text
from backend.web.refused_form import returns_to
from backend.web.sign_in_pages import safe_target
from backend.web.words import contact_words, state_words

_PAGE_SIZE = 50


@blueprint.get("/desk/calls")
@access(*DESK)
def calls() -> str:
    """Whom to call, the longest wait first."""
    session, page = current_session(), whole_number("page") or 1
    offset, count = (page - 1) * _PAGE_SIZE, call_count(session)
    keyring = current_runtime().keyring
    return render_template(
        "entry/calls.html",
        calls=calls_to_make(session, keyring, limit=_PAGE_SIZE, offset=offset),
        services=city_catalogue(session).services,
        contact_words=contact_words,
        state_words=state_words,
        previous=page - 1,
        following=page + 1 if count > offset + _PAGE_SIZE else 0,
    )


@blueprint.post("/desk/calls/<string:number>", endpoint="note_told")
@access(*DESK)
@returns_to(calls)
def told_submit(number: str) -> Response:
    """Somebody has told them what the page showed; what came since is still to be told."""
    command = NoteTold(number, _until(), is_last=pressed("told", "stop") == "stop")
    with unit_of_work(current_actor()) as work:
        note_told(work, command)
    notice("done", _("They were told of report %(number)s.", number=number))
    return redirect(safe_target(request.form.get("back", url_for("web.calls"))))


def _until() -> datetime:
    try:
        until = datetime.fromisoformat(text("until"))
    except ValueError:
        until = None
    if until is None or until.tzinfo is None:
        raise Invalid("day-not-valid", pointer="/until", typed=text("until")[:20])
    return until
