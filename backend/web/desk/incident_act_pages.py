"""What staff do with one incident besides its steps: words, who has it, what of it is shown."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import redirect, request
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.uow import UnitOfWork, unit_of_work
from backend.reports.add_comment import add_comment
from backend.reports.ask_reporter import ask_reporter
from backend.reports.assign_person import assign_person
from backend.reports.change_service import change_service
from backend.reports.change_severity import change_severity
from backend.reports.commands import (
    AddComment,
    AskReporter,
    AssignPerson,
    ChangeService,
    ChangeSeverity,
    HideComment,
    HideReason,
    ModerateText,
    WriteNote,
)
from backend.reports.privacy.moderate_text import hide_comment, hide_reason, moderate_text
from backend.reports.workflow import DESK
from backend.reports.write_note import write_note
from backend.triage.override_position import OverridePosition, Raised, override_position
from backend.web.desk.incident_pages import incident, page_with_text, wants_text
from backend.web.desk.joined_report import check_is_not_joined
from backend.web.desk.queue_way import report_url
from backend.web.face import blueprint, notice
from backend.web.fact_words import read_facts
from backend.web.form_fields import colleague, made_id, one_of, pressed, text, version
from backend.web.refused_form import returns_to

_View = Callable[..., Response]


class _Place(StrEnum):
    """How a form says where to."""

    FIRST = "first"
    LAST = "last"


def _act(what: str, endpoint: str) -> Callable[[_View], _View]:
    """Decorator: a form of the page at `what`, for the desk, told about where it is refused."""

    def declare(view: _View) -> _View:
        at = f"/desk/incidents/<string:number>/{what}"
        told = returns_to(incident, check=check_is_not_joined)(view)
        return blueprint.post(at, endpoint=endpoint)(access(*DESK)(told))

    return declare


@_act("question", "ask_reporter")
def ask_submit(number: str) -> Response:
    """Ask whoever reported it."""
    if wants_text():
        return page_with_text(number)
    command = AskReporter(made_id(), number, text("words"), version())
    return _done(number, ask_reporter, command, _("The question is asked, and the clock stands."))


@_act("answer", "answer_report")
def answer_submit(number: str) -> Response:
    """Say something everybody can read, as the city's answer or not."""
    if wants_text():
        return page_with_text(number)
    is_answer = pressed("comment", name="kind") != "comment"
    command = AddComment(made_id(), number, text("words"), is_answer=is_answer)
    return _done(number, add_comment, command, _("It is said, and everybody can read it."))


@_act("note", "write_note")
def note_submit(number: str) -> Response:
    """Write a word among staff."""
    command = WriteNote(made_id(), number, text("words"))
    return _done(number, write_note, command, _("The note is kept, for staff alone."))


@_act("assignee", "assign_person")
def assignee_submit(number: str) -> Response:
    """Give it to a colleague, or take it back."""
    is_own = pressed("me", "do") == "me"
    key = current_actor().key if is_own else colleague()
    words = _("It is given to a colleague.") if key else _("Nobody has it now.")
    return _done(number, assign_person, AssignPerson(number, key, version()), words)


@_act("service", "change_service")
def service_submit(number: str) -> Response:
    """Say that it is another kind of problem."""
    command = ChangeService(number, request.form.get("service", ""), version(), text("reason"))
    return _done(number, change_service, command, _("It is of another kind now."))


@_act("severity", "change_severity")
def severity_submit(number: str) -> Response:
    """Put it in another band."""
    band = request.form.get("band", type=int)
    if band is None:
        raise Invalid("band-unknown", pointer="/band", band=text("band")[:20])
    command = ChangeSeverity(number, band, version(), text("reason") or None)
    return _done(number, change_severity, command, _("Its urgency is changed."))


@_act("public-words", "moderate_text")
def moderate_submit(number: str) -> Response:
    """Let the public read other words of one of its reports."""
    command = ModerateText(request.form.get("report", number), text("words"), text("reason"))
    return _done(number, moderate_text, command, _("What the public reads is changed."))


@_act("hiding", "hide_words")
def hide_submit(number: str) -> Response:
    """Take a comment, or why a resident reopened or appealed, out of what the public reads."""
    told = _("The public does not read it any more.")
    step = request.form.get("step", type=int)
    if step is not None:
        command: Any = HideReason(number, min(step, 2**63 - 1), text("reason"))
        return _done(number, hide_reason, command, told)
    try:
        comment = UUID(request.form.get("comment", ""))
    except ValueError as error:
        raise Invalid("form-without-id", pointer="/comment") from error
    return _done(number, hide_comment, HideComment(comment, text("reason")), told)


@_act("place", "override_position")
def place_submit(number: str) -> Response:
    """Give it another place among those of its urgency, or its own one back."""
    if pressed("back") == "back":
        command = OverridePosition(number, None, seen=text("seen"))
        return _done(number, override_position, command, _("It stands where the queue puts it."))
    raised = Raised[one_of(_Place, "place").name]
    command = OverridePosition(number, raised, text("reason"), seen=text("seen"))
    return _done(number, override_position, command, _("Its place is set by hand."))


def _place_words(place: str) -> str:
    words = {Raised.FIRST: _("first"), Raised.LAST: _("last")}
    return words[Raised[place.upper()]]


read_facts("override-moved-on", place=_place_words)


def _done(
    number: str, use_case: Callable[[UnitOfWork, Any], Any], command: Any, words: str
) -> Response:
    with unit_of_work(current_actor()) as work:
        use_case(work, command)
    notice("done", words)
    return redirect(report_url(number))
