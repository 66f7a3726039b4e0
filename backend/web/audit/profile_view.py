"""The profile of a district as its page has it: what each figure says, charts and tables.

Figures are those of the newest fit and of stored findings; nothing is computed here but the change
from one quarter to another, from what both say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from backend.audits.district_lines import CHANNELS, DistrictFinding, estimate_of
from backend.audits.district_profile import DistrictProfile, KindRate
from backend.audits.findings.parameters import KIND_OF, Kind
from backend.audits.models import RateRun
from backend.core.i18n import gettext as _
from backend.places.queries import districts_of
from backend.web.audit.charts import RowsChart, Told, TrendChart, rows_chart, trend_chart
from backend.web.audit.finding_view import period_words
from backend.web.audit.finding_words import kind_caveat, metric_words, rests_on_words
from backend.web.audit.profile_census import census_charts, census_table
from backend.web.audit.profile_words import (
    beside_words,
    census_source_words,
    census_words,
    change_words,
    clearly,
    kinds_words,
    line_words,
    quarter_words,
    rate_words,
)
from backend.web.budget.result_views import TableView
from backend.web.maps import Shading, city_map
from backend.web.view_models import MapView
from equity.measures.cluster_bootstrap import Estimate
from equity.measures.disparity_words import METRICS
from equity.measures.two_periods import change

METRICS_SHOWN = (
    "waiting-days",
    "median-wait",
    "closed-without-action",
    "reopened",
    "reporters-per-thousand",
    "spending-per-head",
    "turnout",
)
_HERE_STEP, _NEAR_STEP, _FAR_STEP = 4, 1, 0


@dataclass(frozen=True, slots=True)
class ProfilePart:
    """One figure of the district: what it says, its charts with their tables, where it is from.

    `definition` is the anchor of what the figure is, `source` the finding's number, None for the
    fit of rates.
    """

    id: str
    title: str
    figure: str
    caveat: str
    period: str
    source: int | None
    definition: str
    is_clear: bool
    rows: RowsChart | None
    table: TableView
    trend: TrendChart | None
    trend_words: str
    trend_table: TableView | None


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """Everything the page says; `sure` are the titles that whole intervals tell."""

    profile: DistrictProfile
    residents: str
    map: MapView | None
    census: TableView
    census_charts: tuple[RowsChart, ...]
    census_source: str
    sure: tuple[str, ...]
    parts: tuple[ProfilePart, ...]
    missing: tuple[str, ...]
    sources: tuple[DistrictFinding, ...]


def profile_page(session: Session, profile: DistrictProfile) -> ProfilePage:
    """The page of a district."""
    parts = tuple(_parts(profile))
    used = {part.source for part in parts} | {one.id for one in profile.quarters}
    people = next((row for row in profile.census if row.measure == "population"), None)
    return ProfilePage(
        profile,
        census_words("population", people.value if people else None),
        _map(session, profile),
        census_table(profile),
        tuple(census_charts(profile)),
        census_source_words(profile.boundary_set),
        tuple(part.title for part in parts if part.is_clear),
        parts,
        tuple(_missing(profile, parts)),
        tuple(one for one in profile.findings if one.id in used),
    )


def _estimate(kind: KindRate) -> Estimate:
    rate = kind.shown
    return Estimate(None) if rate is None else Estimate(rate.likely, rate.low, rate.high)


def estimate_of_kind(kind: KindRate) -> Estimate:
    """Its rate, none where it may not be shown."""
    rate = kind.shown
    return Estimate(None) if rate is None else Estimate(rate.likely, rate.low, rate.high)


def _parts(profile: DistrictProfile) -> Iterator[ProfilePart]:
    if profile.run is not None:
        yield _rates_part(profile, profile.run)
    for metric in METRICS_SHOWN:
        if (finding := profile.newest_with(metric)) is not None:
            yield _metric_part(profile, metric, finding)
            if metric == "reporters-per-thousand" and finding.by_way:
                yield _channel_part(profile, finding)


def _rates_part(profile: DistrictProfile, run: RateRun) -> ProfilePart:
    told = [
        Told(
            kind.group or _("All services"),
            *_span(estimate_of_kind(kind)),
            rate_words(kind.rate, is_hidden=kind.is_hidden),
            is_strong=not kind.group,
        )
        for kind in profile.kinds
    ]
    less, more = [], []
    for kind, one in zip(profile.kinds, told, strict=True):
        if kind.shown and one.low is not None and one.high is not None:
            name = kind.group or _("all kinds together")
            less += [name] if one.high < 1 else []
            more += [name] if one.low > 1 else []
    title = kinds_words(less, more, sum(one.value is not None for one in told))
    return ProfilePart(
        id="rates",
        title=title,
        figure=_("Reports of the same kind of problem, against the city's average"),
        caveat=kind_caveat(Kind.REPORTING),
        period=period_words(run.data_from.date(), run.data_until.date()),
        source=None,
        definition="relative-rate",
        is_clear=bool(less or more),
        rows=rows_chart(title, told, usual=1.0),
        table=TableView(
            _("By kind of problem"),
            (_("Kind"), _("Interval and rate"), _("How sure")),
            tuple(
                (one.label, one.words, _grade(kind))
                for kind, one in zip(profile.kinds, told, strict=True)
            ),
        ),
        **_over_time(profile, "reporting-rate"),
    )


def _grade(kind: KindRate) -> str:
    return "–" if kind.is_hidden or kind.rate is None else kind.rate.grade


def _metric_part(profile: DistrictProfile, metric: str, finding: DistrictFinding) -> ProfilePart:
    kind = KIND_OF[metric]
    everybody = (profile.district, *profile.neighbours)
    lines = [finding.lines.get((metric, one.code)) for one in everybody]
    told = [
        Told(
            one.name, *_span(estimate_of(line)), line_words(line), is_strong=one is profile.district
        )
        for one, line in zip(everybody, lines, strict=True)
    ]
    more, less = _apart(told)
    title = (
        beside_words(metric, more, less) if clearly(metric) else _counted(metric, told[0], finding)
    )
    is_bars = METRICS[metric].is_full_count
    rests_on = next((rests_on_words(line) for line in lines if line is not None), _("Rests on"))
    return ProfilePart(
        id=metric,
        title=title,
        figure=_figure(metric, finding),
        caveat=kind_caveat(kind),
        period=period_words(finding.starts_on, finding.ends_on),
        source=finding.id,
        definition=metric,
        is_clear=clearly(metric) and bool(more or less),
        rows=rows_chart(title, told, is_bars=is_bars),
        table=TableView(
            _("Here and next door"),
            (_("District"), _("Interval and figure"), rests_on),
            tuple(
                (
                    one.label,
                    one.words,
                    "–" if line is None or line["rows"] is None else str(line["rows"]),
                )
                for one, line in zip(told, lines, strict=True)
            ),
        ),
        **_over_time(profile, metric),
    )


def _figure(metric: str, finding: DistrictFinding) -> str:
    if metric == "spending-per-head":
        return _("%(figure)s (%(unit)s)", figure=metric_words(metric), unit=finding.currency)
    if metric == "turnout" and finding.vote:
        return f"{metric_words(metric)}: {finding.vote}"
    return metric_words(metric)


def _counted(metric: str, here: Told, finding: DistrictFinding) -> str:
    return f"{_figure(metric, finding)}: {here.words}"


def _channel_part(profile: DistrictProfile, finding: DistrictFinding) -> ProfilePart:
    lines = [finding.by_way.get((way, profile.district.code)) for way in CHANNELS]
    told = [
        Told(way.capitalize(), *_span(estimate_of(line)), line_words(line))
        for way, line in zip(CHANNELS, lines, strict=True)
    ]
    less = [one.label for one in told if one.high is not None and one.high < 1]
    more = [one.label for one in told if one.low is not None and one.low > 1]
    if less or more:
        title = "; ".join(
            template % {"ways": ", ".join(ways)}
            for template, ways in (
                (_("Fewer reports than its residents would suggest come by %(ways)s"), less),
                (_("More reports than its residents would suggest come by %(ways)s"), more),
            )
            if ways
        )
    else:
        title = _("By which way people here report more or less than others cannot be told")
    return ProfilePart(
        id="channel-reach",
        title=title,
        figure=metric_words("channel-reach"),
        caveat=kind_caveat(Kind.PARTICIPATION),
        period=period_words(finding.starts_on, finding.ends_on),
        source=finding.id,
        definition="channel-reach",
        is_clear=bool(less or more),
        rows=rows_chart(title, told, usual=1.0),
        table=TableView(
            _("By which way"),
            (_("Way"), _("Interval and figure")),
            tuple((one.label, one.words) for one in told),
        ),
        trend=None,
        trend_words="",
        trend_table=None,
    )


def _over_time(profile: DistrictProfile, metric: str) -> dict[str, Any]:
    quarters = [one for one in profile.quarters if (metric, profile.district.code) in one.lines]
    lines = [one.lines[metric, profile.district.code] for one in quarters]
    told = [
        Told(quarter_words(quarter.starts_on), *_span(estimate_of(line)), line_words(line))
        for quarter, line in zip(quarters, lines, strict=True)
    ]
    words = ""
    known = [estimate_of(line) for line in lines if line["estimate"]["low"] is not None]
    if len(known) > 1:
        comparison = METRICS[metric].comparison
        words = change_words(change(known[0], known[-1], comparison), comparison.no_difference)
    title = _("%(figure)s, quarter by quarter", figure=metric_words(metric))
    table = TableView(
        title,
        (_("Quarter"), _("Interval and figure"), _("Finding")),
        tuple(
            (one.label, one.words, str(quarter.id))
            for one, quarter in zip(told, quarters, strict=True)
        ),
    )
    return {
        "trend": trend_chart(title, told),
        "trend_words": words,
        "trend_table": table if told else None,
    }


def _span(estimate: Estimate) -> tuple[float | None, float | None, float | None]:
    return estimate.value, estimate.low, estimate.high


def _apart(told: Sequence[Told]) -> tuple[list[str], list[str]]:
    """Names of those whose whole interval lies below that of the first, and above.

    An interval without width did not vary, which is not to be certain.
    """
    here = told[0]
    more: list[str] = []
    less: list[str] = []
    if here.low is None or here.high is None or here.low == here.high:
        return more, less
    for one in told[1:]:
        if one.low is None or one.high is None or one.low == one.high:
            continue
        more += [one.label] if one.high < here.low else []
        less += [one.label] if one.low > here.high else []
    return more, less


def _missing(profile: DistrictProfile, parts: Sequence[ProfilePart]) -> Iterator[str]:
    """What stands nowhere on the page, and why."""
    if profile.run is None:
        yield _("Reporting rates were not fitted yet on these boundaries.")
    if not profile.findings:
        yield _(
            "No audit was made on these boundaries yet, so there is nothing of waits and money."
        )
        return
    there = {part.id for part in parts}
    if "turnout" not in there:
        yield _("No vote was counted in the quarters that were audited.")
    if "spending-per-head" not in there:
        yield _("No budget project spent money in the quarters that were audited.")
    if "reopened" not in there:
        yield _("No closed problem had to be opened again in the quarters that were audited.")


def _map(session: Session, profile: DistrictProfile) -> MapView | None:
    near = {one.id for one in profile.neighbours}
    here = profile.district.id
    shading = {
        id_: Shading(
            _HERE_STEP if id_ == here else _NEAR_STEP if id_ in near else _FAR_STEP,
            _("%(name)s: this district", name=name)
            if id_ == here
            else _("%(name)s: next to it", name=name)
            if id_ in near
            else name,
        )
        for id_, name in (
            (one.id, one.name) for one in districts_of(session, profile.boundary_set.id).values()
        )
    }
    title = _("Where %(name)s is", name=profile.district.name)
    return city_map(session, title, shading)
