"""Sweeps at the desk: plans, days, what was found, and the share that was ever reported."""

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend.audits.few_people import told_rates
from backend.audits.queries import latest_run
from backend.core.access import access, current_actor
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.queries import current_boundary_set
from backend.reports.queries import active_services
from backend.reports.workflow import DESK
from backend.triage.sweeps.decide_plan import decide_plan
from backend.triage.sweeps.doubts import check_doubts
from backend.triage.sweeps.level import reported_level
from backend.triage.sweeps.propose_plan import draw_plan, propose_plan
from backend.triage.sweeps.queries import find_plan, plans
from backend.triage.sweeps.record_sweep import record_sweep
from backend.triage.sweeps.workflow import MOVES, WALKED, PlanState
from backend.web.face import blueprint, local, notice
from backend.web.refused_form import keep_form, returns_to
from backend.web.sweeps import sweep_form
from backend.web.sweeps.colleagues import colleagues_on
from backend.web.sweeps.sweep_view import LevelView, day_page, level_view, plan_head, plan_page
from backend.web.sweeps.sweep_words import plan_state_words
from backend.web.view_models import Choice
from equity.rates.reporting_rate import AreaRate

_DESK = tuple(sorted(STAFF))


@blueprint.get("/desk/sweeps")
@access(*_DESK)
def sweeps() -> str:
    """All plans, a form for the next, and what the sweeps tell."""
    session = current_session()
    kept = plans(session)
    return render_template(
        "sweeps/sweeps.html",
        plans=[plan_head(one) for one in kept],
        level=_level(session),
        asked=kept[0].asked if kept else {},
        seed=local(current_runtime().clock.now()).strftime("%Y%m%d"),
    )


@blueprint.post("/desk/sweeps", endpoint="propose_sweeps")
@access(*_DESK)
@returns_to(sweeps)
def propose_sweeps_submit() -> Response:
    """Compute a plan and show it; nobody goes anywhere yet."""
    session = current_session()
    command = sweep_form.plan(*_rates(session))
    drawn = draw_plan(session, command, current_runtime().clock.now())
    with unit_of_work(current_actor()) as work:
        plan_id = propose_plan(work, drawn).id
    notice("done", _("Plan %(number)s is proposed. Nobody goes anywhere yet.", number=plan_id))
    return redirect(url_for("web.sweep_plan", number=plan_id))


@blueprint.get("/desk/sweeps/<int:number>")
@access(*_DESK)
def sweep_plan(number: int) -> str:
    """A plan with a sheet for each day of one week."""
    session = current_session()
    plan = find_plan(session, number)
    moves = MOVES[PlanState(plan.state)]
    return render_template(
        "sweeps/sweep_plan.html",
        view=plan_page(session, plan, request.args.get("week", type=int)),
        may_approve=PlanState.IN_FORCE in moves,
        may_drop=PlanState.DROPPED in moves,
        is_walked=PlanState(plan.state) in WALKED,
    )


@blueprint.post("/desk/sweeps/<int:number>", endpoint="decide_sweeps")
@access(*_DESK)
@returns_to(sweep_plan)
def decide_sweeps_submit(number: int) -> Response:
    """Put a plan in force, or drop it."""
    command = sweep_form.decision(number)
    with unit_of_work(current_actor()) as work:
        state = decide_plan(work, command).state
    words = _("Plan %(number)s: %(state)s.", number=number, state=plan_state_words(state))
    notice("done", words)
    return redirect(url_for("web.sweep_plan", number=number))


@blueprint.get("/desk/sweeps/<int:number>/days/<int:at>")
@access(*_DESK)
def sweep_day(number: int, at: int) -> str:
    """One day's sheet, and a form for what was found."""
    session = current_session()
    plan = find_plan(session, number)
    return render_template(
        "sweeps/sweep_day.html",
        plan=plan_head(plan),
        day=day_page(session, plan, at),
        is_walked=PlanState(plan.state) in WALKED,
        may_record=current_actor().role in DESK,
        colleagues=colleagues_on(session, plan.id, at, current_actor().key),
        services=[Choice(one.code, one.name) for one in active_services(session)],
        lines=sweep_form.lines_wanted(),
        questions=sweep_form.questions(session),
        answer_name=sweep_form.answer_name,
        asks=sweep_form.has_questions(session),
        most_lines=sweep_form.MOST_LINES,
    )


@blueprint.post("/desk/sweeps/<int:number>/days/<int:at>", endpoint="record_sweep")
@access(*sorted(DESK))
@returns_to(sweep_day)
def record_sweep_submit(number: int, at: int) -> Response:
    """Keep what was walked and found; or more of the form, where it is not done."""
    if sweep_form.is_unfinished():
        keep_form()
        return make_response(sweep_day(number, at))
    command = sweep_form.sweep(number, at)
    with unit_of_work(current_actor()) as work:
        sweep = record_sweep(work, command)
        if not sweep_form.is_sure():
            check_doubts(work.session, sweep)
    notice("done", _("Day %(day)s is recorded.", day=at))
    return redirect(url_for("web.sweep_day", number=number, at=at))


def _rates(session: Session) -> tuple[list[AreaRate], str | None]:
    """Those of the districts in force; of others nothing can be said."""
    run, boundary_set = latest_run(session), current_boundary_set(session)
    if run is None or boundary_set is None or run.boundary_set_id != boundary_set.id:
        return [], None
    return told_rates(session, run), str(run.id)


def _level(session: Session) -> LevelView | None:
    return level_view(reported_level(session, current_runtime().clock.now()))
