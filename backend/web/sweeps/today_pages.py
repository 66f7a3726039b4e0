"""Today: the streets to walk and the people to visit, with what is entered on the way."""

from collections.abc import Callable
from functools import wraps
from importlib.resources import files
from typing import Any

from flask import jsonify, redirect, render_template, request, session, url_for
from flask_babel import format_date, format_datetime
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from backend.audits.queries import latest_run
from backend.core.access import access, current_actor
from backend.core.actors import STAFF
from backend.core.built_files import ASK_AGAIN, built_file
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.queries import current_districts
from backend.reports.catalogue import city_catalogue
from backend.reports.intake.enter_report import enter_report
from backend.reports.workflow import DESK
from backend.triage.outreach.record_visit import record_visit
from backend.triage.outreach.take_districts import take_districts
from backend.triage.sweeps.commands import NoteKind
from backend.triage.sweeps.doubts import check_doubts
from backend.triage.sweeps.note_stop import finish_day, note_stop
from backend.triage.sweeps.queries import find_plan, sweeps_of
from backend.triage.sweeps.take_day import take_day
from backend.triage.sweeps.workflow import WALKED, PlanState
from backend.web.face import blueprint, local, notice
from backend.web.refused_form import refusal_slug, refusal_words, returns_to
from backend.web.reporting.report_form import questions_of
from backend.web.sweeps import sweep_form, today_form
from backend.web.sweeps.colleagues import colleagues_on
from backend.web.sweeps.outreach_pages import newest_list, recorded_words, visit_channels
from backend.web.sweeps.today_view import offered_days, taken_days, visit_day, walked_day
from backend.web.view_models import Choice

_STAFF = tuple(sorted(STAFF))
_DESK = tuple(sorted(DESK))
_BUILT = files("backend.web").joinpath("built")
_WORKER = "today-worker.js"
# Why a find is not taken any more that can still become a report.
_TOO_LATE = ("sweep-recorded-already", "sweep-plan-not-in-force")


def _told_in_short(view: Callable[..., Response]) -> Callable[..., Response]:
    """Decorator: a script that sends what was entered without a network needs no page."""

    @wraps(view)
    def answer(**values: Any) -> Response:
        response = view(**values)
        if request.accept_mimetypes.best != "application/json":
            return response
        # The page that would have said it is not shown.
        session.pop("_flashes", None)
        words = {"slug": refusal_slug(), "words": refusal_words()}
        short: Response = jsonify(words)
        short.status_code = response.status_code if refusal_slug() else 200
        return short

    return answer


@blueprint.get("/desk/today/")
@access(*_STAFF)
def today() -> str:
    """What is walked and who is visited today, and what could be taken besides."""
    database, now = current_session(), current_runtime().clock.now()
    day = local(now).date()
    return render_template(
        "sweeps/today.html",
        day_words=format_date(day, "EEEE, d MMMM"),
        made_at=format_datetime(local(now), "HH:mm", rebase=False),
        days=taken_days(database, day),
        offered=offered_days(database, day),
        visits=visit_day(database, day),
        districts=_districts(),
        channels=visit_channels(),
        may_record=current_actor().role in DESK,
        today=day.isoformat(),
        **_kinds(),
    )


@blueprint.post("/desk/today/days", endpoint="take_day")
@access(*_DESK)
@returns_to(today)
def take_day_submit() -> Response:
    """A day is walked today."""
    command = today_form.taken_day()
    with unit_of_work(current_actor()) as work:
        take_day(work, command)
    return redirect(url_for("web.today_sweep", number=command.plan_id, at=command.day))


@blueprint.post("/desk/today/districts", endpoint="take_districts")
@access(*_STAFF)
@returns_to(today)
def take_districts_submit() -> Response:
    """These are visited today."""
    command = today_form.taken_districts()
    with unit_of_work(current_actor()) as work:
        take_districts(work, command)
    return redirect(url_for("web.today") + "#visits")


@blueprint.post("/desk/today/visits", endpoint="visited_today")
@access(*_STAFF)
@_told_in_short
@returns_to(today)
def visited_submit() -> Response:
    """Somebody was there."""
    command = sweep_form.visit()
    with unit_of_work(current_actor()) as work:
        is_new = record_visit(work, command)
    notice("done", recorded_words(is_new))
    return redirect(url_for("web.today") + "#visits")


@blueprint.post("/desk/today/told", endpoint="told_today")
@access(*_DESK)
@_told_in_short
@returns_to(today)
def told_submit() -> Response:
    """Somebody told of a problem at a visit."""
    command = today_form.told()
    with unit_of_work(current_actor()) as work:
        number = enter_report(work, command).number
    notice("done", _("It is report %(number)s now.", number=number))
    return redirect(url_for("web.today") + "#told")


@blueprint.get("/desk/today/sweeps/<int:number>/<int:at>")
@access(*_STAFF)
def today_sweep(number: int, at: int) -> str:
    """A day stop by stop."""
    database, now = current_session(), current_runtime().clock.now()
    plan = find_plan(database, number)
    view = walked_day(database, plan, at, now)
    is_open = PlanState(plan.state) in WALKED and view.day.swept is None
    return render_template(
        "sweeps/today_sweep.html",
        view=view,
        made_at=format_datetime(local(now), "HH:mm", rebase=False),
        may_note=is_open and current_actor().role in DESK,
        is_late=_is_late_find() and plan.state != PlanState.PROPOSED,
        colleagues=colleagues_on(database, plan.id, at, current_actor().key),
        chosen=request.args.get("stop", type=int),
        started=local(view.first_note or now).strftime("%Y-%m-%dT%H:%M"),
        ended=local(view.last_note or now).strftime("%Y-%m-%dT%H:%M"),
        **_kinds(),
    )


@blueprint.post("/desk/today/sweeps/<int:number>/<int:at>", endpoint="note_stop")
@access(*_DESK)
@_told_in_short
@returns_to(today_sweep)
def note_stop_submit(number: int, at: int) -> Response:
    """A mark or a find at a stop."""
    command = today_form.note(number, at)
    with unit_of_work(current_actor()) as work:
        note = note_stop(work, command)
        place, report = note.place, note.number
        is_recorded = at in sweeps_of(work.session, number)
    if command.kind is NoteKind.LATE:
        told = _("It is report %(number)s now.", number=report)
        if is_recorded:
            told += " " + _("The record of the day stays as it is.")
        notice("done", told)
    return redirect(url_for("web.today_sweep", number=number, at=at) + f"#stop-{place}")


@blueprint.post("/desk/today/sweeps/<int:number>/<int:at>/end", endpoint="finish_day")
@access(*_DESK)
@_told_in_short
@returns_to(today_sweep)
def finish_day_submit(number: int, at: int) -> Response:
    """The crew is back."""
    command = today_form.finish(number, at)
    with unit_of_work(current_actor()) as work:
        sweep = finish_day(work, command)
        if not sweep_form.is_sure():
            check_doubts(work.session, sweep)
    notice("done", _("Day %(day)s is recorded.", day=at))
    return redirect(url_for("web.today_sweep", number=number, at=at))


@blueprint.get("/desk/today/pass")
@access(*_STAFF)
def today_pass() -> Response:
    """Who is signed in here, and what forms are sent with, for what was entered meanwhile."""
    return jsonify(who=current_actor().key, token=generate_csrf())


@blueprint.get("/desk/today/worker.js")
@access()
def today_worker() -> Response:
    """The service worker of these pages and no others: its address is its scope."""
    return built_file(_BUILT, _WORKER, ASK_AGAIN)


def _is_late_find() -> bool:
    """Whether what was found came too late for the record, and its words are still to be kept."""
    kind = request.form.get("kind") if refusal_slug() else None
    return kind == NoteKind.LATE or (kind == NoteKind.NEW and refusal_slug() in _TOO_LATE)


def _districts() -> list[Choice]:
    """Those to reach out to first, in the order of the list, then the others by name."""
    database, now = current_session(), current_runtime().clock.now()
    names = {one.id: one for one in current_districts(database)}
    found = newest_list(database, latest_run(database), now, local(now).date())
    first = [int(one.area) for one in found.areas] if found else []
    order = [*first, *sorted(names.keys() - first, key=lambda one: names[one].name)]
    return [Choice(names[one].code, names[one].name, one in first) for one in order]


def _kinds() -> dict[str, Any]:
    """The kinds of problems, each with what it asks."""
    services = [one for one in city_catalogue(current_session()).services.values() if one.is_active]
    return {
        "kinds": [(one, questions_of(one)) for one in services],
        "new_id": current_runtime().ids.uuid,
    }
