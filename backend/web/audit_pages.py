"""The audit: how readily people report, by district, beside the census."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from flask import Response, render_template, url_for
from flask_babel import format_date, format_decimal
from sqlalchemy.orm import Session

from backend.audits.models import AreaRate, RateRun
from backend.audits.queries import fitted_rate, latest_run, rates_of
from backend.core.access import access
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.places.models import BoundarySet, District
from backend.places.queries import census_of, current_boundary_set, districts_of
from backend.web.face import blueprint, local
from backend.web.maps import Shading, city_map
from backend.web.view_models import AuditPageView, AuditRowView, LegendStep, MapView
from backend.web.words import measure_words
from equity.explain import explain_rate, in_words
from equity.reporting_rate import Grade

_STAFF = tuple(sorted(STAFF))
# Upper edges of the ramp's steps; the last step is open.
_EDGES = (0.5, 0.8, 1.25, 2.0)
_NO_MAP = MapView(1, 1, (), (), "")


@blueprint.get("/audit")
@access(*_STAFF)
def audit() -> str:
    """The page."""
    return render_template("audit.html", view=audit_page_view(current_session()))


@blueprint.get("/audit/rates.csv")
@access(*_STAFF)
def audit_csv() -> Response:
    """The table behind the page, with its vintage in every line."""
    session = current_session()
    run = latest_run(session)
    text = io.StringIO()
    writer = csv.writer(text)
    rates = [] if run is None else rates_of(session, run)
    districts = {} if run is None else districts_of(session, run.boundary_set_id)
    census = {} if run is None else census_of(session, run.boundary_set_id)
    measures = sorted({measure for figures in census.values() for measure in figures})
    header = "district_id district_name relative_rate low_90 high_90 grade reports incidents"
    writer.writerow([*header.split(), "duplicates", "exposure_days", "fitted_at", *measures])
    for rate in rates:
        district = districts[rate.district_id]
        figures = census.get(rate.district_id, {})
        writer.writerow(
            [
                _plain_cell(district.code),
                _plain_cell(district.name),
                rate.relative_rate,
                rate.low,
                rate.high,
                rate.grade,
                rate.reports,
                rate.incidents,
                rate.duplicates,
                rate.exposure_days,
                run.fitted_at.isoformat() if run else "",
                *(figures.get(measure) for measure in measures),
            ]
        )
    response = Response(text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=reporting-rates.csv"
    return response


def audit_page_view(session: Session) -> AuditPageView:
    """The newest fit as a page; without one, a page that says so."""
    run = latest_run(session)
    if run is None:
        return _without_rates()
    rates = rates_of(session, run)
    districts = districts_of(session, run.boundary_set_id)
    census = census_of(session, run.boundary_set_id)
    measures = sorted({measure for figures in census.values() for measure in figures})
    rows = [_row(rate, districts[rate.district_id], census, measures) for rate in rates]
    shading = {
        rate.district_id: Shading(_step(rate.relative_rate), f"{row.district_name}: {row.sentence}")
        for rate, row in zip(rates, rows, strict=True)
    }
    title = _("How readily people report")
    return AuditPageView(
        finding=_finding(rates, districts),
        caveat=_(
            "An estimate from reports that repeat one another. Where few problems are reported "
            "twice, nobody can tell, and the page says so."
        ),
        vintage=_vintage(run),
        census_columns=tuple(measure_words(measure) for measure in measures),
        census_source=_census_words(current_boundary_set(session)),
        rows=tuple(sorted(rows, key=_lowest_first)),
        scale_max=scale_for([rate.high for rate in rates]),
        map=city_map(session, title, shading) or _NO_MAP,
        legend=_legend(),
        csv_url=url_for("web.audit_csv"),
    )


def _plain_cell(text: str) -> str:
    # A spreadsheet would run a name that begins like a formula.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def scale_for(highs: Sequence[float | None]) -> float:
    """The end of a rate chart's scale: the widest interval, within reason."""
    return min(4.0, max([2.0, *(high for high in highs if high is not None)]))


def _row(
    rate: AreaRate,
    district: District,
    census: Mapping[int, Mapping[str, float]],
    measures: Sequence[str],
) -> AuditRowView:
    figures = census.get(rate.district_id, {})
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
        sentence=in_words([explain_rate(fitted_rate(rate))]),
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


def _step(relative_rate: float | None) -> int | None:
    if relative_rate is None:
        return None
    return sum(relative_rate >= edge for edge in _EDGES)


def _legend() -> tuple[LegendStep, ...]:
    edges = [f"{edge:g}" for edge in _EDGES]
    words = [
        _("less than %(high)s times the usual", high=edges[0]),
        *(_("%(low)s to %(high)s times", low=low, high=high) for low, high in pairwise(edges)),
        _("%(low)s times or more", low=edges[-1]),
    ]
    return (
        *(LegendStep(step, text) for step, text in enumerate(words)),
        LegendStep(None, _("cannot tell")),
    )


def _finding(rates: Sequence[AreaRate], districts: Mapping[int, District]) -> str:
    """What stands beyond doubt: the districts whose whole interval lies below the usual rate."""
    told = {Grade.A, Grade.B}
    below = [rate for rate in rates if rate.grade in told and rate.high and rate.high < 1]
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


def _vintage(run: RateRun) -> str:
    parameters = run.parameters
    return _(
        "Reports from %(first)s to %(last)s. Each problem is watched for %(limit)g days at most, "
        "without the first %(blackout)g hours after it was first reported. Fitted %(fitted)s.",
        first=_day(run.data_from),
        last=_day(run.data_until),
        blackout=parameters["blackout_days"] * 24,
        limit=parameters["limit_days"],
        fitted=_day(run.fitted_at),
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
        vintage="",
        census_columns=(),
        census_source="",
        rows=(),
        scale_max=2.0,
        map=_NO_MAP,
        legend=(),
        csv_url=url_for("web.audit_csv"),
    )
