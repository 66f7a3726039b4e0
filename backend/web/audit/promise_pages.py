"""What was promised beforehand and what became of it; what every figure means. For anybody."""

from dataclasses import dataclass

from flask import Response, render_template

from backend.audits.findings.code_version import code_version
from backend.audits.findings.run_audit import AUDITORS
from backend.audits.findings.words import rounded
from backend.audits.models import RateRun
from backend.audits.promises import Promised, State, promises
from backend.audits.queries import latest_run
from backend.core.access import access, current_actor
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.i18n import marked, ngettext
from backend.core.runtime import current_runtime
from backend.places.queries import current_boundary_set
from backend.web.audit.asked import asked_for, told_here
from backend.web.audit.csv_answer import csv_answer
from backend.web.audit.definition_words import DEFINED, Definition, definition
from backend.web.audit.finding_view import period_words
from backend.web.audit.finding_words import metric_words
from backend.web.audit.profile_words import census_source_words
from backend.web.face import blueprint
from backend.web.kept_pages import open_page
from equity.measures.disparity_words import METRICS

_STATES = {
    State.PROMISED: (marked("Promised"), "new"),
    State.RUNNING: (marked("Running: its quarter has begun"), "moving"),
    State.DUE: (marked("Due: its quarter is over, and it is not told yet"), "waiting"),
    State.VOID: (marked("Void: the log of decisions says something else"), "waiting"),
    State.TOLD: (marked("Told"), "done"),
    State.REACHED: (marked("Told: the gap is as large as was named beforehand"), "done"),
    State.MISSED: (marked("Told: the gap is smaller than was named beforehand"), "done"),
    State.CANNOT_TELL: (marked("Told: whether the gap is so large cannot be told"), "done"),
}
_COLUMNS = (
    "starts_on",
    "ends_on",
    "metric",
    "grouping",
    "threshold",
    "unit",
    "state",
    "finding",
    "preregistration",
    "sha256",
    "signed_at",
)


@dataclass(frozen=True, slots=True)
class PromiseEntry:
    """One promise as a line of the list."""

    metric: str
    figure: str
    grouping: str
    threshold: str
    state: str
    mark: str
    finding: int | None


@dataclass(frozen=True, slots=True)
class PromisedQuarter:
    """The promises of a quarter."""

    plan: int
    period: str
    entries: tuple[PromiseEntry, ...]


@blueprint.get("/audits/promises", endpoint="promises")
@access()
@open_page
@told_here
def promise_list() -> str:
    """Every promise with its state."""
    asked_for()
    found = promises(current_session(), current_runtime().clock.now())
    plans = {one.plan.id: one.plan for one in found}
    quarters = tuple(
        PromisedQuarter(
            id_,
            period_words(plan.starts_on, plan.ends_on),
            tuple(_entry(one) for one in found if one.plan.id == id_),
        )
        for id_, plan in plans.items()
    )
    may_sign = current_actor().role in AUDITORS
    return render_template(
        "audit/promises.html", quarters=quarters, title=_title(found), may_sign=may_sign
    )


@blueprint.get("/audits/promises.csv")
@access()
def promises_csv() -> Response:
    """The same as a table."""
    asked_for()
    rows = (
        {
            "starts_on": one.plan.starts_on,
            "ends_on": one.plan.ends_on,
            "metric": one.metric.metric,
            "grouping": one.metric.grouping,
            "threshold": one.metric.threshold,
            "unit": METRICS[one.metric.metric].unit,
            "state": one.state,
            "finding": one.finding,
            "preregistration": one.plan.id,
            "sha256": one.plan.sha256,
            "signed_at": one.plan.signed_at.isoformat(),
        }
        for one in promises(current_session(), current_runtime().clock.now())
    )
    return csv_answer("promises.csv", _COLUMNS, rows)


@blueprint.get("/audits/definitions", endpoint="definitions")
@access()
@open_page
@told_here
def definition_list() -> str:
    """What each figure is, by which formula, in which code, and on which data."""
    asked_for()
    session = current_session()
    run: RateRun | None = latest_run(session)
    boundary_set = current_boundary_set(session)
    found: list[Definition] = [definition(name) for name in DEFINED]
    return render_template(
        "audit/definitions.html",
        definitions=found,
        code=code_version(),
        run=run,
        boundary_set=boundary_set,
        census=census_source_words(boundary_set) if boundary_set else "",
    )


def _entry(one: Promised) -> PromiseEntry:
    words, mark = _STATES[one.state]
    threshold = one.metric.threshold
    return PromiseEntry(
        one.metric.metric,
        metric_words(one.metric.metric),
        one.metric.grouping,
        "" if threshold is None else rounded(threshold),
        _(words),
        mark,
        one.finding,
    )


def _title(found: list[Promised]) -> str:
    told = sum(one.finding is not None for one in found)
    if not found:
        return _("Nothing was promised beforehand yet")
    return ngettext(
        "Of one figure promised beforehand %(told)s is told",
        "Of %(num)s figures promised beforehand %(told)s are told",
        len(found),
        told=told or _("none"),
    )
