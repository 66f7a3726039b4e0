"""Participatory budgets: what anybody reads of them, and where the city moves dates."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.ballots.cycle.commands import MoveDate
from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.move_date import move_date
from backend.ballots.cycle.phases import ORDER, Phase, Span
from backend.ballots.cycle.publish_cycle import publish_cycle
from backend.ballots.cycle.queries import (
    calendar_of,
    cycles,
    find_cycle,
    public_cycle,
    public_cycles,
)
from backend.ballots.voting.form_faults import form_faults
from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.web.budget.cycle_view import cycle_page_view, standing_words
from backend.web.budget.cycle_words import phase_words
from backend.web.budget.election_words import money
from backend.web.face import blueprint, current_city, notice
from backend.web.kept_pages import open_page
from backend.web.refused_form import returns_to


@blueprint.get("/budget")
@access()
@open_page
def budgets() -> str:
    """Every cycle; drafts for those who may publish them."""
    session, now = current_session(), current_runtime().clock.now()
    found = cycles(session) if _may_manage() else public_cycles(session)
    links = [
        (cycle, money(cycle, cycle.budget), standing_words(calendar_of(session, cycle), now))
        for cycle in found
    ]
    return render_template("budget/budgets.html", links=links)


@blueprint.get("/budget/<string:slug>")
@access()
@open_page
def budget(slug: str) -> str:
    """One cycle."""
    session, now = current_session(), current_runtime().clock.now()
    view = cycle_page_view(session, _visible(slug), now)
    return render_template("budget/budget.html", view=view, may_manage=_may_manage())


@blueprint.get("/budget/<string:slug>/manage")
@access(Role.ADMIN)
def manage_budget(slug: str) -> str:
    """Publish a draft, or move dates."""
    session, now = current_session(), current_runtime().clock.now()
    view = cycle_page_view(session, find_cycle(session, slug), now)
    return render_template("budget/budget_manage.html", view=view)


@blueprint.post("/budget/<string:slug>/publish")
@access(Role.ADMIN)
def publish_budget(slug: str) -> Response:
    """Make a draft public."""
    with unit_of_work(current_actor()) as work:
        publish_cycle(work, slug, form_faults)
    notice("done", _("It is published. What it says stands from now on."))
    return redirect(url_for("web.budget", slug=slug))


@blueprint.post("/budget/<string:slug>/dates")
@access(Role.ADMIN)
@returns_to(manage_budget)
def move_budget_date(slug: str) -> Response:
    """Give one phase other dates."""
    phases = [phase.value for phase in ORDER]
    if request.form.get("phase") not in phases:
        raise Invalid("choice-not-offered", pointer="/phase", choices=phases)
    phase = Phase(request.form["phase"])
    session = current_session()
    old = calendar_of(session, find_cycle(session, slug)).spans[phase]
    # A phase that has begun has no field for its start.
    starts_at = _moment("starts_at") if "starts_at" in request.form else old.starts_at
    span = Span(starts_at, _moment("ends_at"))
    with unit_of_work(current_actor()) as work:
        move_date(work, MoveDate(slug, phase, span, request.form.get("reason", "")))
    notice("done", _("The dates of “%(phase)s” are moved.", phase=phase_words(phase)))
    return redirect(url_for("web.manage_budget", slug=slug))


def _may_manage() -> bool:
    return current_actor().role is Role.ADMIN


def _visible(slug: str) -> Cycle:
    session = current_session()
    return find_cycle(session, slug) if _may_manage() else public_cycle(session, slug)


def _moment(name: str) -> datetime:
    """What a field for a moment holds, by the city's clock."""
    try:
        moment = datetime.fromisoformat(request.form.get(name, ""))
    except ValueError as error:
        raise Invalid("moment-not-valid", pointer=f"/{name}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(current_city().time_zone))
