"""Targets: what the crews' hours could promise, and what it costs to promise it alike."""

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend.audits.findings.code_version import code_version
from backend.audits.targets.plan import TargetPlan, plan_targets
from backend.audits.targets.read_served import CityDemand, read_served
from backend.core.access import access
from backend.core.actors import STAFF
from backend.core.city_cache import CityCache
from backend.core.db import current_session
from backend.core.errors import Conflict, Invalid
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.core.runtime import current_runtime
from backend.places.queries import current_boundary_version
from backend.reports.queries import target_hours_of
from backend.web.audit.asked import asked_for, told_here
from backend.web.audit.csv_answer import csv_answer
from backend.web.audit.target_file import COLUMNS, target_rows
from backend.web.audit.target_view import targets_view, usual_choice
from backend.web.face import blueprint
from backend.web.refused_form import returns_to

POINTS = 7
INSPECTION_HOURS = 0.5
KM_PER_HOUR = 20.0
_WHY_NOT = {
    "capacity-unknown": marked(
        "Nothing was worked off in the last year, so nobody can tell what could be."
    ),
}
_CACHE = CityCache[tuple[CityDemand, TargetPlan]]()


@blueprint.get("/audit/targets")
@access(*sorted(STAFF))
@told_here
def targets() -> str:
    """The frontier beside today, with one choice by district and service; changes nothing."""
    session, asked = current_session(), asked_for("point")["point"]
    assumed = {"inspection_hours": INSPECTION_HOURS, "km_per_hour": KM_PER_HOUR}
    try:
        city, plan = _newest(session)
    except Conflict:
        words = _("Targets follow from what was reported, district by district. Nothing was yet.")
        return render_template("audit/targets.html", view=None, why=words, **assumed)
    except Invalid as error:
        if error.slug not in _WHY_NOT:
            raise
        why = _(_WHY_NOT[error.slug])
        return render_template("audit/targets.html", view=None, why=why, **assumed)
    view = targets_view(city, plan, target_hours_of(session), _choice(plan, asked))
    return render_template(
        "audit/targets.html", view=view, code=code_version(), points=POINTS, **assumed
    )


@blueprint.get("/audit/targets.csv")
@access(*sorted(STAFF))
@returns_to(targets)
def targets_csv() -> Response:
    """Every choice, by service and district; empty where there is none."""
    asked_for()
    try:
        rows = target_rows(*_newest(current_session()), code_version())
    except (Conflict, Invalid):
        rows = iter(())
    return csv_answer("targets.csv", COLUMNS, rows)


def _choice(plan: TargetPlan, asked: str) -> int:
    """The number of the choice asked for, the usual one where none was; raises `Invalid`."""
    if not asked:
        return usual_choice(plan)
    numbers = {str(number): number for number in range(1, len(plan.points) + 1)}
    if asked not in numbers:
        raise Invalid("point-unknown", pointer="/point", most=len(plan.points))
    return numbers[asked]


def _newest(session: Session) -> tuple[CityDemand, TargetPlan]:
    """Anew every day, as rates are: in a large city it takes seconds."""
    now = current_runtime().clock.now()

    def build() -> tuple[CityDemand, TargetPlan]:
        city = read_served(session, now, KM_PER_HOUR)
        return city, plan_targets(city.served, INSPECTION_HOURS, None, POINTS)

    return _CACHE.get(session, (current_boundary_version(session), now.date()), build)
