"""Many reports changed together: chosen, looked at, done as one, and taken back for a while."""

from collections import Counter
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend.accounts.queries import staff_accounts
from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.desk_acts.act_in_bulk import act_in_bulk
from backend.reports.desk_acts.commands import ActInBulk, BulkAct, Chosen, UndoAct
from backend.reports.desk_acts.models import DeskAct
from backend.reports.desk_acts.preview_act import preview_act
from backend.reports.desk_acts.queries import bulk_acts, find_act, items_of
from backend.reports.desk_acts.rules import BULK_STATES, MOST_AT_ONCE, UNDO_WITHIN, may_undo
from backend.reports.desk_acts.undo_act import undo_act
from backend.reports.rules import check_planned_day
from backend.reports.takers import teams
from backend.reports.workflow import DESK, State
from backend.triage.queries import queued_numbers
from backend.web.address_filters import unreadable
from backend.web.desk.bulk_words import act_words
from backend.web.desk.queue_address import PLACES, asked_address
from backend.web.face import blueprint, local, notice
from backend.web.fact_words import obstacle_words
from backend.web.form_fields import colleague, day_if_any, made_id, one_of, text
from backend.web.refused_form import returns_to
from backend.web.sign_in_pages import safe_target
from backend.web.view_models import Choice
from backend.web.words import state_words

_GIVE = "give"


def _page(act: BulkAct | None) -> str:
    """What can be done to the chosen reports, and whom `act` would be about."""
    session, viewer = current_session(), current_actor()
    numbers, left = _chosen(session)
    preview = preview_act(session, act, numbers, viewer) if act and numbers else None
    return render_template(
        "desk/bulk.html",
        numbers=numbers,
        left=left,
        act=act,
        act_words=act_words(act.after) if act else "",
        preview=preview,
        unable=Counter(preview.unable.values()) if preview else {},
        obstacle_words=obstacle_words,
        fresh_id=current_runtime().ids.uuid,
        most=MOST_AT_ONCE,
        urls=_urls(),
        choices=(
            *(Choice(one.value, state_words(one)) for one in BULK_STATES),
            Choice(_GIVE, _("Give to a colleague")),
        ),
        teams=[Choice(one.code, one.name) for one in teams(session)],
        people=[
            Choice(one.key, one.display_name)
            for one in staff_accounts(session)
            if one.is_active and Role(one.role) in DESK
        ],
        acts=_listed(session) if not numbers else (),
    )


def _chosen_again() -> str:
    return _page(None)


def _looked_at() -> str:
    act = _act() if request.form.get("to") else None
    if act is not None and act.after is State.SCHEDULED:
        check_planned_day(act.scheduled_for, local(current_runtime().clock.now()).date())
    return _page(act)


@blueprint.route("/desk/bulk", methods=["GET", "POST"])
@access(*DESK)
@returns_to(_chosen_again)
def bulk() -> Response:
    """Choose what is done to the chosen reports, and see whom it is about before it is done."""
    return make_response(_looked_at())


@blueprint.post("/desk/bulk/acts", endpoint="act_in_bulk")
@access(*DESK)
@returns_to(_looked_at, at="web.bulk")
def act_in_bulk_submit() -> Response:
    """Do it, to all of them or to none."""
    command = ActInBulk(made_id(), _act(), [_seen(one) for one in request.form.getlist("seen")])
    with unit_of_work(current_actor()) as work:
        act_in_bulk(work, command)
    return redirect(f"{url_for('web.bulk_act', id=command.id)}{_said()}")


@blueprint.get("/desk/bulk/<uuid:id>")
@access(*DESK)
def bulk_act(id: UUID) -> str:
    """What was done together, what of it was taken back, and until when it can be."""
    session, viewer = current_session(), current_actor()
    act, now = find_act(session, id), current_runtime().clock.now()
    names = {one.key: one.display_name for one in staff_accounts(session)}
    is_theirs = act.actor == viewer.key or viewer.role is Role.ADMIN
    items = items_of(session, id)
    return render_template(
        "desk/bulk_act.html",
        act=act,
        act_words=act_words(act.after),
        by=names.get(act.actor, _("the city")),
        undone_by=names.get(act.undone_by or "", _("the city")),
        items=items,
        state_words=lambda state: state_words(State(state)),
        undone=sum(one.is_undone for one in items),
        told_at=act.at + UNDO_WITHIN,
        may_undo=is_theirs and act.undone_at is None and may_undo(act.at, now),
        is_over=not may_undo(act.at, now),
        here_url=url_for("web.bulk_act", id=id) + _said(),
        acts_url=url_for("web.bulk") + _said(),
        queue_url=url_for("web.queue") + _said(),
    )


@blueprint.post("/desk/undo/<uuid:id>", endpoint="undo_act")
@access(*DESK)
def undo_act_submit(id: UUID) -> Response:
    """Take back what was done to one report or to many, where nobody changed it since."""
    with unit_of_work(current_actor()) as work:
        count = undo_act(work, UndoAct(id))
        is_bulk = find_act(work.session, id).is_bulk
    words = ngettext("It is taken back.", "%(num)s reports are as they were.", count)
    notice("done", words)
    back = request.form.get("back", "")
    at = url_for("web.bulk_act", id=id) if is_bulk else url_for("web.queue")
    return redirect(safe_target(back) if back else at)


def _chosen(session: Session) -> tuple[list[str], int]:
    """The numbers the page is about, and how many more there are than can be changed together."""
    numbers = request.values.getlist("number")
    numbers += [_seen(one).number for one in request.form.getlist("seen")]
    everything = request.args.get("all", "")
    if everything not in {"", "1"}:
        raise unreadable("all", everything)
    if not numbers and everything:
        wanted = asked_address().wanted(session, current_actor())
        numbers = queued_numbers(session, wanted, current_runtime().clock.now())
    known = list(dict.fromkeys(numbers))
    return known[:MOST_AT_ONCE], max(0, len(known) - MOST_AT_ONCE)


def _urls() -> dict[str, str]:
    """Back to the list the reports were chosen in, and where the forms go: each says that list."""
    said = _said()
    ends = {"queue": "web.queue", "look": "web.bulk", "change": "web.act_in_bulk"}
    return {name: f"{url_for(endpoint)}{said}" for name, endpoint in ends.items()}


def _said() -> str:
    """The list the running request's address says, and the place in it; empty where it says none.

    Raises `Invalid` where that cannot be read: what is misspelt might choose more than is meant.
    """
    if not request.args:
        return ""
    places = {name: request.args[name] for name in PLACES if name in request.args}
    return asked_address().said(**places)


def _act() -> BulkAct:
    note = text("reason") or None
    if request.form.get("to") == _GIVE:
        return BulkAct(None, note, assignee=colleague())
    return BulkAct(
        one_of(State, "to"),
        note,
        team_code=request.form.get("team_code") or None,
        scheduled_for=day_if_any("scheduled_for"),
    )


def _seen(told: str) -> Chosen:
    number, _colon, version = told.partition(":")
    if not version.isdecimal() or len(version) > 9:
        raise Invalid("form-without-id", pointer="/seen")
    return Chosen(number, int(version))


def _listed(session: Session) -> list[tuple[DeskAct, str]]:
    return [(act, act_words(act.after)) for act in bulk_acts(session)]
