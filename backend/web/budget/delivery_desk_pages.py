"""Delivery at the desk: what is overdue, and the forms of one project."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from backend.ballots.cycle.queries import find_cycle
from backend.ballots.delivery.change_project_state import change_project_state
from backend.ballots.delivery.describe_project import project_document
from backend.ballots.delivery.name_deliverer import name_deliverer
from backend.ballots.delivery.overdue import overdue_steps
from backend.ballots.delivery.overview import delivery_overview
from backend.ballots.delivery.plan_milestones import (
    add_milestone,
    move_milestone,
    settle_milestone,
)
from backend.ballots.delivery.queries import city_day, purposes
from backend.ballots.delivery.reassess import record_result, set_reassessment
from backend.ballots.delivery.record_spending import record_spending, take_back_spending
from backend.ballots.delivery.state_purpose import state_purpose
from backend.ballots.delivery.workflow import RESULTS, UNFINISHED, next_states
from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.web.budget import delivery_form
from backend.web.budget.delivery_view import line_view, project_page_view
from backend.web.budget.delivery_words import (
    day_words,
    project_state_words,
    purpose_words,
    result_words,
)
from backend.web.face import blueprint, notice
from backend.web.refused_form import returns_to
from backend.web.view_models import Choice

_DESK = (Role.WARD_STAFF, Role.ADMIN)


@blueprint.get("/desk/budget/<string:slug>/projects")
@access(*_DESK)
def projects_desk(slug: str) -> str:
    """What is overdue, what has no plan yet, all projects, and the list of purposes."""
    session, now = current_session(), current_runtime().clock.now()
    cycle = find_cycle(session, slug)
    overview = delivery_overview(session, cycle, now)
    return render_template(
        "budget/projects_desk.html",
        cycle=cycle,
        overdue=overdue_steps(session, cycle, now),
        unplanned=sum(line.state in UNFINISHED and not line.has_plan for line in overview.projects),
        lines=[line_view(cycle, line) for line in overview.projects],
        purposes=[(one, purpose_words(one.name)) for one in purposes(session)],
        day_words=day_words,
    )


@blueprint.get("/desk/budget/<string:slug>/projects/<string:code>")
@access(*_DESK)
def project_desk(slug: str, code: str) -> str:
    """Everything about one project, with the forms for its next steps."""
    session, runtime = current_session(), current_runtime()
    now = runtime.clock.now()
    cycle = find_cycle(session, slug)
    found = project_document(session, cycle, code, now)
    today = city_day(session, now)
    return render_template(
        "budget/project_desk.html",
        cycle=cycle,
        view=project_page_view(session, cycle, found),
        today=today.isoformat(),
        may_plan=found.state in UNFINISHED,
        may_set_look=found.result is None,
        states=[Choice(one, project_state_words(one)) for one in next_states(found.state)],
        results=[Choice(one, result_words(one)) for one in RESULTS[found.state]],
        purposes=[
            Choice(one.code, purpose_words(one.name)) for one in purposes(session) if one.is_open
        ],
        new_id=lambda: str(runtime.ids.uuid()),
        day_words=day_words,
    )


@blueprint.post("/desk/budget/<string:slug>/purposes")
@access(*_DESK)
@returns_to(projects_desk)
def state_spending_purpose(slug: str) -> Response:
    """Add a purpose, close it or open it again."""
    with unit_of_work(current_actor()) as work:
        state_purpose(work, delivery_form.purpose())
    notice("done", _("The list of purposes is changed."))
    return redirect(url_for("web.projects_desk", slug=slug))


@blueprint.post("/desk/budget/<string:slug>/projects/<string:code>/deliverer")
@access(*_DESK)
@returns_to(project_desk)
def name_project_deliverer(slug: str, code: str) -> Response:
    """Name who builds it."""
    command = delivery_form.deliverer(slug, code)
    return _done(name_deliverer, command, _("It is named, and everybody can ask."))


@blueprint.post("/desk/budget/<string:slug>/projects/<string:code>/milestones")
@access(*_DESK)
@returns_to(project_desk)
def add_project_milestone(slug: str, code: str) -> Response:
    """Add a step to the plan."""
    return _done(add_milestone, delivery_form.milestone(slug, code), _("It is in the plan."))


@blueprint.post("/desk/budget/<string:slug>/projects/<string:code>/milestones/<int:number>/day")
@access(*_DESK)
@returns_to(project_desk)
def move_project_milestone(slug: str, code: str, number: int) -> Response:
    """Give a step another day."""
    command = delivery_form.milestone_day(slug, code, number)
    return _done(move_milestone, command, _("The day is moved, and everybody can read why."))


@blueprint.post("/desk/budget/<string:slug>/projects/<string:code>/milestones/<int:number>/state")
@access(*_DESK)
@returns_to(project_desk)
def settle_project_milestone(slug: str, code: str, number: int) -> Response:
    """Say what became of a step."""
    command = delivery_form.milestone_state(slug, code, number)
    return _done(settle_milestone, command, _("It is noted."))


@blueprint.post("/desk/budget/<string:slug>/projects/<string:code>/spending")
@access(*_DESK)
@returns_to(project_desk)
def record_project_spending(slug: str, code: str) -> Response:
    """Enter money that was spent."""
    command = delivery_form.spending(find_cycle(current_session(), slug), code)
    return _done(record_spending, command, _("It is entered."))


@blueprint.post("/desk/budget/<string:slug>/projects/<string:code>/spending/<int:number>/back")
@access(*_DESK)
@returns_to(project_desk)
def take_back_project_spending(slug: str, code: str, number: int) -> Response:
    """Enter against an entry that was wrong."""
    command = delivery_form.spending_back(slug, code, number)
    return _done(take_back_spending, command, _("The entry is taken back. Both stay in sight."))


@blueprint.post("/desk/budget/<string:slug>/projects/<string:code>/state")
@access(*_DESK)
@returns_to(project_desk)
def change_state_of_project(slug: str, code: str) -> Response:
    """Begin, pause, finish or abandon it."""
    return _done(change_project_state, delivery_form.state(slug, code), _("It is noted."))


@blueprint.post("/desk/budget/<string:slug>/projects/<string:code>/reassessment")
@access(*_DESK)
@returns_to(project_desk)
def set_project_reassessment(slug: str, code: str) -> Response:
    """Say when it is looked at again."""
    command = delivery_form.reassessment(slug, code)
    return _done(set_reassessment, command, _("The day is set."))


@blueprint.post("/desk/budget/<string:slug>/projects/<string:code>/result")
@access(*_DESK)
@returns_to(project_desk)
def record_project_result(slug: str, code: str) -> Response:
    """Say what the second look found."""
    return _done(record_result, delivery_form.result(slug, code), _("Everybody can read it now."))


def _done(use_case: Callable[..., Any], command: Any, words: str) -> Response:
    with unit_of_work(current_actor()) as work:
        use_case(work, command)
    notice("done", words)
    return redirect(url_for("web.project_desk", slug=command.cycle, code=command.code))
