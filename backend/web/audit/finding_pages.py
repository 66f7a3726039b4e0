"""Findings and what was promised beforehand, for anybody; signing, for analysts."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, datetime
from math import nan

from flask import Response, render_template, request, url_for
from flask import redirect as to_page
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from backend.audits.findings.logged import is_as_logged
from backend.audits.findings.parameters import KIND_OF, WITH_GAPS
from backend.audits.findings.period import quarter_after
from backend.audits.findings.plans import read_plan
from backend.audits.findings.preregister import (
    Preregister,
    PromisedMetric,
    groupings_offered,
    preregister,
)
from backend.audits.findings.run_audit import AUDITORS
from backend.audits.findings.words import rests_on_unit, rounded, sentence_of
from backend.audits.models import Finding, Preregistration
from backend.audits.queries import (
    find_finding,
    find_preregistration,
    findings,
    findings_of_plan,
    newest_plan_for,
    preregistrations,
)
from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.web.audit.asked import asked_for, told_here
from backend.web.audit.file_pages import periods_awaited, periods_to_audit
from backend.web.audit.finding_view import finding_headline, finding_page, period_words
from backend.web.audit.finding_words import metric_words
from backend.web.face import blueprint, local, notice
from backend.web.kept_pages import open_page
from backend.web.refused_form import returns_to
from backend.web.words import actor_words
from equity.measures.disparity_words import METRICS, Comparison
from equity.measures.preregistration import GroupingPlan

_QUARTERS_AHEAD = 4


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """A finding in the list."""

    id: int
    headline: str
    period: str
    made_at: datetime
    is_promised: bool


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A preregistration in the list."""

    id: int
    period: str
    metrics: int
    signed_at: datetime
    signed_by: str


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One figure that was promised."""

    metric: str
    grouping: str
    days: int
    threshold: str | None


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One preregistration; `newer` is a later one of the same quarter, which has more;
    `is_as_logged` is False where the decision log does not have it like this."""

    id: int
    period: str
    rows: tuple[PromiseRow, ...]
    groupings: tuple[str, ...]
    signed_at: datetime
    signed_by: str
    sha256: str
    is_as_logged: bool
    newer: int | None
    findings: tuple[int, ...]


@blueprint.get("/audits", endpoint="findings")
@access()
@open_page
@told_here
def findings_list() -> str:
    """Everything found and promised, newest first."""
    asked_for()
    session = current_session()
    return render_template(
        "audit/findings.html",
        findings=tuple(map(_finding_entry, findings(session))),
        plans=tuple(map(_plan_entry, preregistrations(session))),
        may_sign=current_actor().role in AUDITORS,
        periods=periods_to_audit(),
        awaited=periods_awaited(),
    )


@blueprint.get("/audits/<int:id>", endpoint="finding")
@access()
@open_page
@told_here
def one_finding(id: int) -> str:
    """A finding in words, tables and whiskers."""
    asked_for()
    session = current_session()
    return render_template(
        "audit/finding.html", view=finding_page(session, find_finding(session, id))
    )


@blueprint.get("/audits/<int:id>.json")
@access()
def finding_json(id: int) -> Response:
    """The stored result, to the byte."""
    asked_for()
    found = find_finding(current_session(), id)
    return _file(found.result, f"finding-{id}.json", "application/json")


@blueprint.get("/audits/<int:id>.csv")
@access()
def finding_csv(id: int) -> Response:
    """Every figure as a row, with its sentence."""
    asked_for()
    found = find_finding(current_session(), id)
    result = json.loads(found.result)
    text = io.StringIO()
    writer = csv.writer(text)
    header = "metric grouping about value low_90 high_90 unit rests_on rests_on_unit"
    writer.writerow([*header.split(), "is_preregistered", "sentence", "starts_on", "ends_on"])
    for line in result["measures"]:
        writer.writerow(
            [
                line["metric"],
                line["grouping"],
                _plain_cell(line["about"]),
                *(line["estimate"][name] for name in ("value", "low", "high")),
                line["unit"],
                line["rows"],
                rests_on_unit(line),
                line["is_preregistered"],
                sentence_of(line, result["currency"]),
                found.starts_on,
                found.ends_on,
            ]
        )
    return _file(text.getvalue(), f"finding-{id}.csv", "text/csv; charset=utf-8")


@blueprint.get("/audits/preregistrations/<int:id>", endpoint="preregistration")
@access()
@open_page
@told_here
def one_preregistration(id: int) -> str:
    """What was promised."""
    asked_for()
    session = current_session()
    view = _plan_page(session, find_preregistration(session, id))
    return render_template("audit/preregistration.html", view=view)


@blueprint.get("/audits/preregistrations/<int:id>.json")
@access()
def preregistration_json(id: int) -> Response:
    """The signed document, to the byte."""
    asked_for()
    found = find_preregistration(current_session(), id)
    return _file(found.document, f"preregistration-{id}.json", "application/json")


@blueprint.get("/audits/preregistrations/new", endpoint="preregister")
@access(Role.ANALYST, Role.ADMIN)
@told_here
def preregister_form() -> str:
    """Choose and sign."""
    asked_for()
    day, quarters = local(current_runtime().clock.now()).date(), []
    for _quarter in range(_QUARTERS_AHEAD):
        quarter = quarter_after(day)
        day = quarter.starts_on
        label = period_words(quarter.starts_on, quarter.ends_on)
        quarters.append({"value": day.isoformat(), "label": label})
    return render_template(
        "audit/preregister.html",
        quarters=quarters,
        groupings=[one.name for one in groupings_offered(current_session())],
        metrics=[
            {
                "name": name,
                "words": metric_words(name),
                "hint": _threshold_hint(name) if name in WITH_GAPS else None,
            }
            for name in KIND_OF
        ],
    )


@blueprint.post("/audits/preregistrations", endpoint="preregister_submit")
@access(Role.ANALYST, Role.ADMIN)
@returns_to(preregister_form)
def preregister_submit() -> AnyResponse:
    """Sign it."""
    command = Preregister(
        _day(request.form.get("quarter", "")),
        tuple(PromisedMetric(name, _threshold(name)) for name in request.form.getlist("metric")),
        tuple(request.form.getlist("grouping")),
    )
    with unit_of_work(current_actor()) as work:
        id_ = preregister(work, command).id
    notice("done", _("It is signed, and in the log of decisions."))
    return to_page(url_for("web.preregistration", id=id_))


def _finding_entry(finding: Finding) -> FindingEntry:
    return FindingEntry(
        finding.id,
        finding_headline(finding),
        period_words(finding.starts_on, finding.ends_on),
        finding.made_at,
        finding.preregistration_id is not None,
    )


def _plan_entry(plan: Preregistration) -> PlanEntry:
    return PlanEntry(
        plan.id,
        period_words(plan.starts_on, plan.ends_on),
        len(read_plan(plan.document).metrics),
        plan.signed_at,
        actor_words(plan.signed_by),
    )


def _plan_page(session: Session, stored: Preregistration) -> PlanPage:
    plan = read_plan(stored.document)
    newest = newest_plan_for(session, stored.starts_on, stored.ends_on)
    return PlanPage(
        stored.id,
        period_words(stored.starts_on, stored.ends_on),
        tuple(
            PromiseRow(
                metric_words(one.metric),
                one.grouping,
                one.window_days,
                None if one.threshold is None else rounded(one.threshold),
            )
            for one in plan.metrics
        ),
        tuple(map(_grouping_words, plan.groupings)),
        stored.signed_at,
        actor_words(stored.signed_by),
        stored.sha256,
        is_as_logged(session, stored),
        newest.id if newest is not None and newest.id != stored.id else None,
        tuple(one.id for one in findings_of_plan(session, stored)),
    )


def _grouping_words(plan: GroupingPlan) -> str:
    if not plan.column:
        return _("%(name)s: as they are drawn today.", name=plan.name.capitalize())
    return _(
        "%(name)s: %(labels)s, by the census of %(vintage)s.",
        name=plan.name.capitalize(),
        labels=", ".join(plan.labels),
        vintage=plan.vintage or _("no stated year"),
    )


def _threshold_hint(metric: str) -> str:
    if METRICS[metric].comparison is Comparison.RATIO:
        return _("How many times as much, above 1.")
    return _("In the unit of the figure.")


def _threshold(metric: str) -> float | None:
    text = request.form.get(f"threshold-{metric}", "").strip()
    try:
        return float(text) if text else None
    except ValueError:
        return nan  # is refused with the figures that are possible


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("quarter-unreadable", quarter=text[:20]) from error


def _plain_cell(text: str) -> str:
    # A spreadsheet would run a name that begins like a formula.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _file(text: str, name: str, kind: str) -> Response:
    response = Response(text, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
