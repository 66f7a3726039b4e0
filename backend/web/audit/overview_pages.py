"""The audit: how readily people report, by district, beside the census."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Response, render_template, request, url_for
from flask_babel import format_date, format_decimal
from sqlalchemy.orm import Session

from backend.audits.models import ALL_SERVICES, AreaRate, RateRun
from backend.audits.queries import latest_run, rates_of
from backend.audits.rate_words import (
    basis_sentences,
    city_sentence,
    model_sentences,
    rate_sentence,
    sensitivity_sentence,
    sensitivity_summary,
)
from backend.core.access import access
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.core.errors import NotFound
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.places.models import BoundarySet, District
from backend.places.queries import census_of, districts_of
from backend.reports.models import Service
from backend.web.audit.map_view import Figure, class_map, rate_sides
from backend.web.face import blueprint, local
from backend.web.view_models import (
    AuditChoice,
    AuditPageView,
    AuditRowView,
    MapView,
)
from backend.web.words import measure_words
from equity.measures.cluster_bootstrap import Estimate
from equity.rates.reporting_rate import Grade

_STAFF = tuple(sorted(STAFF))
_NO_MAP = MapView(1, 1, (), (), "")
_MOST_EQUAL_ROWS = 3
_DISTRICT_COLUMNS = ("district_id", "district_name")
# The heading of each column, and where it stands in a row.
_RATE_COLUMNS = {
    "service_code": "service_code",
    "relative_rate": "relative_rate",
    "low_90": "low",
    "high_90": "high",
    "grade": "grade",
    "reports": "reports",
    "incidents": "incidents",
    "duplicates": "duplicates",
    "effective_duplicates": "effective_duplicates",
    "exposure_days": "exposure_days",
    "reports_90_days": "recent_reports",
    "least_expected_90_days": "least_expected",
    "later_relative_rate": "later_rate",
    "later_low_90": "later_low",
    "later_high_90": "later_high",
    "later_grade": "later_grade",
}


@blueprint.get("/audit")
@access(*_STAFF)
def audit() -> str:
    """The page, of all services or of one group."""
    view = audit_page_view(current_session(), request.args.get("services", ALL_SERVICES))
    return render_template("audit/audit.html", view=view)


@blueprint.get("/audit/rates.csv")
@access(*_STAFF)
def audit_csv() -> Response:
    """The tables behind the page, with their vintage in every line."""
    session = current_session()
    run = latest_run(session)
    text = io.StringIO()
    writer = csv.writer(text)
    census = {} if run is None else census_of(session, run.boundary_set_id)
    measures = sorted({measure for figures in census.values() for measure in figures})
    writer.writerow([*_DISTRICT_COLUMNS, *_RATE_COLUMNS, "fitted_at", *measures])
    if run is not None:
        districts = districts_of(session, run.boundary_set_id)
        for rate in [row for service in _services(run) for row in rates_of(session, run, service)]:
            district = districts[rate.district_id]
            figures = census.get(rate.district_id, {})
            writer.writerow(
                [
                    _plain_cell(district.code),
                    _plain_cell(district.name),
                    *(getattr(rate, attribute) for attribute in _RATE_COLUMNS.values()),
                    run.fitted_at.isoformat(),
                    *(figures.get(measure) for measure in measures),
                ]
            )
    response = Response(text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=reporting-rates.csv"
    return response


@blueprint.get("/audit/rates.json")
@access(*_STAFF)
def audit_parameters() -> Response:
    """The fitted model itself, tagged with the city and the time it was fitted on."""
    run = latest_run(current_session())
    if run is None or run.fitted is None:
        raise NotFound("rates-missing")
    response = Response(run.fitted, content_type="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=reporting-rates.json"
    return response


def audit_page_view(session: Session, group: str = ALL_SERVICES) -> AuditPageView:
    """The newest fit as a page; without one, a page that says so."""
    run = latest_run(session)
    if run is None:
        return _without_rates()
    group = group if group in _groups(run) else ALL_SERVICES
    # Each service has the rows of its group.
    rates = rates_of(session, run, next(iter(_groups(run)[group]), ALL_SERVICES))
    districts = districts_of(session, run.boundary_set_id)
    census = census_of(session, run.boundary_set_id)
    measures = sorted({measure for figures in census.values() for measure in figures})
    rows = [_row(rate, rates, run, districts[rate.district_id], census, measures) for rate in rates]
    figures = [
        Figure(
            districts[rate.district_id],
            Estimate(rate.relative_rate, rate.low, rate.high),
            row.sentence.rstrip("."),
        )
        for rate, row in zip(rates, rows, strict=True)
    ]
    title = _("How readily people report")
    drawn = class_map(session, "rates", title, figures, always=1.0, sides=rate_sides())
    shown, folded = _folded(sorted(rows, key=_lowest_first))
    return AuditPageView(
        finding=_finding(rates, districts),
        caveat=_(
            "An estimate from reports that repeat one another. Where few problems are reported "
            "twice, nobody can tell, and the page says so."
        ),
        basis=basis_sentences(run, _day),
        method=model_sentences(run),
        city=city_sentence(run),
        sensitivity=sensitivity_summary(run, rates),
        choices=_choices(session, run, group),
        census_columns=tuple(measure_words(measure) for measure in measures),
        census_source=_census_words(session.get(BoundarySet, run.boundary_set_id)),
        rows=shown,
        folded=folded,
        scale_max=scale_for([rate.high for rate in rates]),
        map=drawn.map or _NO_MAP,
        legend=drawn.legend,
        csv_url=url_for("web.audit_csv"),
        parameters_url=url_for("web.audit_parameters") if run.fitted else "",
    )


def _groups(run: RateRun) -> dict[str, list[str]]:
    """By name the services taken together; all of them by the name of none."""
    return {ALL_SERVICES: [], **run.parameters.get("services", {})}


def _services(run: RateRun) -> list[str]:
    return [ALL_SERVICES, *(one for members in _groups(run).values() for one in members)]


def _choices(session: Session, run: RateRun, here: str) -> tuple[AuditChoice, ...]:
    named = sa.select(Service.code, Service.name)
    names = dict(session.execute(named).all())
    return tuple(
        AuditChoice(
            name=names.get(group, group) or _("All services"),
            url=url_for("web.audit", services=group or None),
            services=tuple(names.get(service, service) for service in services),
            is_here=group == here,
        )
        for group, services in _groups(run).items()
    )


def _folded(
    rows: list[AuditRowView],
) -> tuple[tuple[AuditRowView, ...], tuple[AuditRowView, ...]]:
    """What to show, and what says again and again that nobody can tell."""
    equal = tuple(row for row in rows if row.grade == Grade.C)
    if len(equal) <= _MOST_EQUAL_ROWS:
        return tuple(rows), ()
    return tuple(row for row in rows if row.grade != Grade.C), equal


def _plain_cell(text: str) -> str:
    # A spreadsheet would run a name that begins like a formula.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def scale_for(highs: Sequence[float | None]) -> float:
    """The end of a rate chart's scale: the widest interval, within reason."""
    return min(4.0, max([2.0, *(high for high in highs if high is not None)]))


def _row(
    rate: AreaRate,
    rates: Sequence[AreaRate],
    run: RateRun,
    district: District,
    census: Mapping[int, Mapping[str, float]],
    measures: Sequence[str],
) -> AuditRowView:
    figures = census.get(rate.district_id, {})
    sentence = rate_sentence(rate, rates)
    is_in_figures = rate.relative_rate is not None and rate.grade != Grade.S
    said = ("" if is_in_figures else sentence, sensitivity_sentence(rate, run))
    return AuditRowView(
        district_id=district.code,
        district_name=district.name,
        reports=rate.reports,
        incidents=rate.incidents,
        duplicates=rate.duplicates,
        relative_rate=rate.relative_rate,
        low=rate.low,
        high=rate.high,
        grade=rate.grade,
        grade_words=_grade_words(rate.grade),
        sentence=sentence,
        remark=" ".join(filter(None, said)),
        census=tuple(_figure(measure, figures.get(measure)) for measure in measures),
    )


def _lowest_first(row: AuditRowView) -> tuple[bool, float, str]:
    return (row.relative_rate is None, row.relative_rate or 0.0, row.district_name)


def _figure(measure: str, value: float | None) -> str:
    if value is None:
        return "–"
    if measure.startswith("share_"):
        return _("%(share)s of 100", share=format_decimal(round(value * 100)))
    return format_decimal(round(value, 1) if abs(value) < 100 else round(value))


def _grade_words(grade: str) -> str:
    return {
        "A": _("Well known (A)"),
        "B": _("Roughly known (B)"),
        "C": _("Cannot tell (C)"),
        "S": _("Silent (S)"),
    }[grade]


def _finding(rates: Sequence[AreaRate], districts: Mapping[int, District]) -> str:
    """What stands beyond doubt: the districts whose whole interval lies below the usual rate."""
    told = {Grade.A, Grade.B}
    below = [rate for rate in rates if rate.grade in told and rate.high and rate.high < 1]
    if len(rates) == 1:
        return _("There is only one district, so there is nothing to compare it with")
    if not any(rate.relative_rate is not None for rate in rates):
        return _("There are too few repeated reports to compare the districts")
    if not below:
        return _("No district reports clearly less readily than the others")
    lowest = min(below, key=lambda rate: rate.relative_rate or 0)
    return str(
        ngettext(
            "People in %(name)s report clearly less readily than elsewhere",
            "People in %(name)s and %(others)s other districts report clearly less readily "
            "than elsewhere",
            len(below),
            name=districts[lowest.district_id].name,
            others=len(below) - 1,
        )
    )


def _census_words(boundary_set: BoundarySet | None) -> str:
    if boundary_set is None or not boundary_set.census_source:
        return _("No census figures were imported.")
    told = (
        boundary_set.census_source,
        boundary_set.census_vintage,
        boundary_set.census_licence,
    )
    return _("Census figures: %(source)s.", source=", ".join(filter(None, told)))


def _day(moment: datetime) -> str:
    return format_date(local(moment), "d MMM y", rebase=False)


def _without_rates() -> AuditPageView:
    return AuditPageView(
        finding=_("Nothing can be said yet about who reports and who does not"),
        caveat=_("Reporting rates need districts, and reports that repeat one another."),
        basis=(),
        method=(),
        city="",
        sensitivity="",
        choices=(),
        census_columns=(),
        census_source="",
        rows=(),
        folded=(),
        scale_max=2.0,
        map=_NO_MAP,
        legend=(),
        csv_url=url_for("web.audit_csv"),
        parameters_url="",
    )
