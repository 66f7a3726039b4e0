"""The audit: how readily people report, by district, beside the census."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from flask import render_template, url_for
from flask_babel import format_date, format_decimal
from sqlalchemy.orm import Session

from backend.audits.few_people import HIDDEN, groups_of, hidden_rates, told_grade
from backend.audits.models import ALL_SERVICES, AreaRate, RateRun
from backend.audits.queries import fitted_rate, latest_run, rates_of
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
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.places.models import BoundarySet, District
from backend.places.queries import census_of, districts_of
from backend.reports.models import Service
from backend.web.address_filters import unreadable
from backend.web.audit.asked import asked_for, told_here
from backend.web.audit.finding_words import few_people_words
from backend.web.audit.map_view import class_map, rate_figures, rate_sides
from backend.web.audit.profile_words import rate_words
from backend.web.face import blueprint, local
from backend.web.view_models import (
    AuditChoice,
    AuditPageView,
    AuditRowView,
    MapView,
)
from backend.web.words import measure_words
from equity.rates.explain_rate import RATE_ENGLISH, explain_rate
from equity.rates.reporting_rate import Grade
from equity.sentences import in_words

_STAFF = tuple(sorted(STAFF))
_NO_MAP = MapView(1, 1, (), (), "")
_MOST_EQUAL_ROWS = 3


@dataclass(frozen=True, slots=True)
class _Read:
    """The rates of a group of services, the districts of which nothing of it is shown (by row id),
    and what is known of them besides."""

    run: RateRun
    group: str
    rates: Sequence[AreaRate]
    hidden: frozenset[int]
    districts: Mapping[int, District]
    census: Mapping[int, Mapping[str, float]]
    measures: Sequence[str]

    @property
    def told(self) -> list[AreaRate]:
        """The rates that are shown."""
        return [rate for rate in self.rates if rate.district_id not in self.hidden]


@blueprint.get("/audit")
@access(*_STAFF)
@told_here
def audit() -> str:
    """The page, of all services or of one group."""
    session = current_session()
    group, run = asked_for("services")["services"] or ALL_SERVICES, latest_run(session)
    if group not in (ALL_SERVICES, *(groups_of(run) if run else ())):
        raise unreadable("services", group)
    view = _without_rates() if run is None else _audit_page_view(session, run, group)
    return render_template("audit/audit.html", view=view, run=run)


def _audit_page_view(session: Session, run: RateRun, group: str) -> AuditPageView:
    """The newest fit as a page, of a group of services."""
    read = _read(session, run, group)
    rows, told = [_row(read, rate) for rate in read.rates], read.told
    title = _("How readily people report")
    sentences = {rate.district_id: rate_sentence(rate, read.rates).rstrip(".") for rate in told}
    figures = [
        replace(one, words=sentences.get(one.district.id, one.words))
        for one in rate_figures(session, run, read.group)
    ]
    drawn = class_map(session, "rates", title, figures, always=1.0, sides=rate_sides())
    shown, folded = _folded(sorted(rows, key=_lowest_first))
    return AuditPageView(
        finding=_finding(told, read.districts) if told else _("No district may be told about"),
        caveat=_(
            "An estimate from reports that repeat one another. Where few problems are reported "
            "twice, nobody can tell, and the page says so."
        ),
        basis=basis_sentences(run, _day),
        method=model_sentences(run),
        city=city_sentence(run),
        sensitivity=sensitivity_summary(run, told),
        hidden=_hidden_words(read),
        choices=_choices(session, run, read.group),
        census_columns=tuple(measure_words(measure) for measure in read.measures),
        census_source=_census_words(session.get(BoundarySet, run.boundary_set_id)),
        rows=shown,
        folded=folded,
        scale_max=scale_for([rate.high for rate in told]),
        map=drawn.map or _NO_MAP,
        legend=drawn.legend,
        csv_url=url_for("web.audit_csv"),
        parameters_url=url_for("web.audit_parameters") if run.fitted else "",
    )


def _read(session: Session, run: RateRun, group: str) -> _Read:
    # Each service has the rows of its group.
    rates = rates_of(session, run, next(iter(groups_of(run)[group]), ALL_SERVICES))
    census = census_of(session, run.boundary_set_id)
    return _Read(
        run,
        group,
        rates,
        frozenset(id_ for id_, groups in hidden_rates(session, run).items() if group in groups),
        districts_of(session, run.boundary_set_id),
        census,
        sorted({measure for figures in census.values() for measure in figures}),
    )


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
        for group, services in groups_of(run).items()
    )


def _folded(
    rows: list[AuditRowView],
) -> tuple[tuple[AuditRowView, ...], tuple[AuditRowView, ...]]:
    """What to show, and what says again and again that nobody can tell."""
    equal = tuple(row for row in rows if row.grade in {Grade.C, ""})
    if len(equal) <= _MOST_EQUAL_ROWS:
        return tuple(rows), ()
    return tuple(row for row in rows if row not in equal), equal


def scale_for(highs: Sequence[float | None]) -> float:
    """The end of a rate chart's scale: the widest interval, within reason."""
    return min(4.0, max([2.0, *(high for high in highs if high is not None)]))


def _row(read: _Read, rate: AreaRate) -> AuditRowView:
    """A district's figures, or that they are hidden."""
    district = read.districts[rate.district_id]
    figures = read.census.get(rate.district_id, {})
    census = tuple(_figure(measure, figures.get(measure)) for measure in read.measures)
    named = AuditRowView(district.code, district.name, census)
    if rate.district_id in read.hidden:
        return _hidden_row(named, rate)
    sentence = rate_sentence(rate, read.rates)
    is_in_figures = rate.relative_rate is not None and rate.grade != Grade.S
    said = ("" if is_in_figures else sentence, sensitivity_sentence(rate, read.run))
    return replace(
        named,
        counts=(rate.reports, rate.incidents, rate.duplicates),
        relative_rate=rate.likely,
        low=rate.low,
        high=rate.high,
        grade=rate.grade,
        grade_words=_grade_words(rate.grade),
        remark=" ".join(filter(None, said)),
    )


def _hidden_words(read: _Read) -> str:
    if HIDDEN not in read.run.parameters:
        return _(
            "These rates were fitted before it was looked at how many people stand behind each. "
            "They are shown after the next night, or now with: python -m backend equity refresh."
        )
    return few_people_words() if read.hidden else ""


def _hidden_row(named: AuditRowView, rate: AreaRate) -> AuditRowView:
    hidden = rate_words(None, is_hidden=True)
    if not (grade := told_grade(rate, is_hidden=True)):
        return replace(named, grade_words=hidden)
    silent = in_words([explain_rate(fitted_rate(rate), ())], RATE_ENGLISH)
    return replace(
        named, grade=grade, grade_words=_grade_words(grade), remark=f"{silent} {hidden}."
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
        hidden="",
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
