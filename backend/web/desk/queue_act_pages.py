"""What is done from the queue without leaving it: steps and their undoing, who works on it, views.

Each form is sent to an address that says the list it stands in, and leads back to that list.
"""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.actors import STAFF, Role
from backend.core.errors import Invalid, NotFound
from backend.core.i18n import gettext as _
from backend.core.uow import UnitOfWork, unit_of_work
from backend.reports.commands import AssignPerson, ChangeStatus
from backend.reports.desk_acts.act_in_bulk import give_undoably, take_undoable_step
from backend.reports.desk_acts.commands import UndoAct
from backend.reports.desk_acts.undo_act import undo_act
from backend.reports.workflow import State
from backend.triage.saved_views import (
    SaveView,
    drop_view,
    open_with_view,
    save_view,
)
from backend.web.desk.queue_address import CITY, ME, NOBODY, PLACES, asked_address
from backend.web.desk.queue_pages import queue_list
from backend.web.face import blueprint, notice
from backend.web.form_fields import day_if_any, one_of, version
from backend.web.refused_form import returns_to

_WORKS = (Role.WARD_STAFF, Role.ADMIN)
_DESK = tuple(sorted(STAFF))
_TEAM = "team:"


@blueprint.post("/desk/queue/status")
@access(*_WORKS)
@returns_to(queue_list, at="web.queue")
def queue_status() -> Response:
    """Take a step of the workflow with one line of the list."""
    command = ChangeStatus(
        number=request.form.get("number", ""),
        after=one_of(State, "to"),
        version=version(),
        reason=request.form.get("reason"),
        scheduled_for=day_if_any("scheduled_for"),
    )
    with unit_of_work(current_actor()) as work:
        act_id = work.runtime.ids.uuid()
        take_undoable_step(work, command, act_id)
    return _back_to_list(changed=str(act_id))


@blueprint.post("/desk/queue/taking-back")
@access(*_WORKS)
@returns_to(queue_list, at="web.queue")
def queue_take_back() -> Response:
    """Undo the step that was just taken."""
    try:
        act_id = UUID(request.form.get("act", ""))
    except ValueError as error:
        raise NotFound("act-not-found") from error
    with unit_of_work(current_actor()) as work:
        undo_act(work, UndoAct(act_id))
    notice("done", _("Taken back: it stands where it stood before."))
    return _back_to_list()


@blueprint.post("/desk/queue/assignment")
@access(*_WORKS)
@returns_to(queue_list, at="web.queue")
def queue_assign() -> Response:
    """Give one line of the list to somebody, or to a team."""
    number = request.form.get("number", "")
    with unit_of_work(current_actor()) as work:
        act_id = _give(work, number, request.form.get("taker", ""))
    if act_id is None:
        notice("done", _("%(number)s is given so already.", number=number))
        return _back_to_list()
    return _back_to_list(changed=str(act_id))


@blueprint.post("/desk/queue/views")
@access(*_DESK)
@returns_to(queue_list, at="web.queue")
def queue_save_view() -> Response:
    """Keep what the list is filtered by under a short name."""
    given = request.form
    command = SaveView(
        title=given.get("title", ""),
        query=asked_address().query,
        is_shared=given.get("is_shared") == "1",
        is_first=given.get("is_first") == "1",
    )
    with unit_of_work(current_actor()) as work:
        view = save_view(work, command)
        address = url_for("web.queue", view=view.name)
        words = _("The view “%(title)s” is saved.", title=view.title)
    notice("done", words)
    return redirect(address)


@blueprint.post("/desk/queue/views/<string:name>")
@access(*_DESK)
@returns_to(queue_list, at="web.queue")
def change_queue_view(name: str) -> Response:
    """Delete one of one's own views, or open the queue with it from now on, or no longer."""
    act = request.form.get("act", "")
    with unit_of_work(current_actor()) as work:
        match act:
            case "delete":
                words = _("The view “%(title)s” is deleted.", title=drop_view(work, name).title)
            case "first":
                open_with_view(work, name)
                words = _("The queue opens with this view from now on.")
            case "not_first":
                open_with_view(work, None)
                words = _("The queue opens with everything in it from now on.")
            case _:
                choices = ["delete", "first", "not_first"]
                raise Invalid("choice-not-offered", pointer="/act", choices=choices)
    notice("done", words)
    return redirect(url_for("web.queue", list=CITY))


def _give(work: UnitOfWork, number: str, taker: str) -> UUID | None:
    """The act that can be taken back, None where nothing changed."""
    act_id = work.runtime.ids.uuid()
    if taker.startswith(_TEAM):
        code = taker.removeprefix(_TEAM)
        step = ChangeStatus(number, State.ASSIGNED, version(), team_code=code)
        take_undoable_step(work, step, act_id)
        return act_id
    key = {ME: work.actor.key, NOBODY: None}.get(taker, taker)
    return give_undoably(work, AssignPerson(number, key, version()), act_id)


def _back_to_list(**more: str) -> Response:
    ways = {name: request.args[name] for name in PLACES if name in request.args}
    return redirect(asked_address().url(**ways, **more))
