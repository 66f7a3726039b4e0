"""A stored finding as a page: where whole intervals tell a difference, then every figure.

Nothing is computed here but where things are drawn: figures and sentences are those of the result.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from flask_babel import format_date
from sqlalchemy.orm import Session

from backend.audits.findings.code_version import code_version
from backend.audits.findings.groups import DISTRICTS
from backend.audits.findings.logged import is_held_as_logged
from backend.audits.findings.parameters import KIND_OF, METRICS_OF, Kind, known_parameters
from backend.audits.findings.words import rounded, sentence_of
from backend.audits.models import Finding
from backend.core.i18n import gettext as _
from backend.web.audit.finding_map import figures_map
from backend.web.audit.finding_words import (
    agreement_words,
    few_people_words,
    figure_words,
    headline,
    interval_words,
    kind_caveat,
    kind_words,
    metric_words,
    never_happened_words,
    rests_on_words,
    untold_words,
    verdict_words,
)
from backend.web.audit.interval_chart import Interval, Scale, scale_of
from backend.web.view_models import LegendStep, MapView
from equity.measures.suppression import SuppressionRule

Line: TypeAlias = Mapping[str, Any]
_FURTHER = {
    "waiting-concentration": Kind.RESPONSE,
    "spending-concentration": Kind.SPENDING,
    "spending-gini": Kind.SPENDING,
    "spending-between": Kind.SPENDING,
    "turnout-concentration": Kind.TURNOUT,
    "top-share": Kind.PARTICIPATION,
}
_ON_MAPS = ("reporting-rate", "waiting-days", "closed-without-action", "turnout")
# By district these are too long a list for a page, or say nothing; the file of figures has them.
_NOT_BY_DISTRICT = ("untold-residents", "channel-reach")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One group: its figure as a chart and in words, and what it rests on (None: hidden)."""

    label: str
    chart: Interval
    words: str
    rows: int | None


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A figure of every group of one grouping."""

    title: str
    scale: Scale
    rows: tuple[FigureRow, ...]
    rests_on: str


@dataclass(frozen=True, slots=True)
class MetricPart:
    """One figure: what it says of gaps, by groups, by districts, and on the map."""

    id: str
    title: str
    sentences: tuple[str, ...]
    is_preregistered: bool
    tables: tuple[FigureTable, ...]
    districts: FigureTable | None
    map: MapView | None
    legend: tuple[LegendStep, ...]


@dataclass(frozen=True, slots=True)
class KindPart:
    """One question with its figures, or why there are none."""

    id: str
    title: str
    caveat: str
    untold: str | None
    further: tuple[str, ...]
    metrics: tuple[MetricPart, ...]


@dataclass(frozen=True, slots=True)
class FindingPage:
    """Everything the page of a finding says."""

    id: int
    headline: str
    period: str
    sure: tuple[str, ...]
    by_chance: str
    counts: Mapping[str, int]
    vote: str | None
    kinds: tuple[KindPart, ...]
    thresholds: tuple[str, ...]
    geographies: tuple[str, ...] | None
    groupings: tuple[str, ...]
    boundaries: str
    census: str
    finding: Finding
    seed: int
    hidden: str
    made_at: datetime
    is_computable: bool
    is_same_code: bool
    is_promise_as_logged: bool


def finding_page(session: Session, finding: Finding) -> FindingPage:
    """The page of a stored finding."""
    result = json.loads(finding.result)
    parameters, is_computable = known_parameters(finding.parameters)
    currency = result["currency"]
    gaps = sorted(_gaps(result), key=lambda line: not line["is_preregistered"])
    sure = [line for line in gaps if headline(line["sentence"])]
    return FindingPage(
        id=finding.id,
        headline=_headline(sure, gaps),
        period=period_words(finding.starts_on, finding.ends_on),
        sure=tuple(sentence_of(line, currency) for line in sure),
        by_chance=_by_chance(sure, gaps),
        counts=result["counts"],
        vote=result["vote"] and result["vote"]["title"],
        kinds=tuple(_kind(session, kind, result) for kind in parameters.kinds),
        thresholds=tuple(_threshold(one) for one in result["thresholds"]),
        geographies=_geographies(result, currency),
        groupings=tuple(_grouping(one) for one in result["groupings"]),
        boundaries=result["boundaries"][0]["name"],
        census=_census(result["census"]),
        finding=finding,
        seed=parameters.seed,
        hidden=few_people_words(SuppressionRule(parameters.least_count, parameters.least_people)),
        made_at=finding.made_at,
        is_computable=is_computable,
        is_same_code=finding.code_version == code_version(),
        is_promise_as_logged=is_held_as_logged(session, finding),
    )


def finding_headline(finding: Finding) -> str:
    """The finding in one line, for lists."""
    gaps = sorted(_gaps(json.loads(finding.result)), key=lambda line: not line["is_preregistered"])
    return _headline([line for line in gaps if headline(line["sentence"])], gaps)


def period_words(starts_on: date, ends_on: date) -> str:
    """Both days, included."""
    first, last = (format_date(day, "d MMM y") for day in (starts_on, ends_on))
    return _("%(first)s to %(last)s", first=first, last=last)


def _gaps(result: Line) -> list[Line]:
    return [line for line in result["measures"] if line["is_gap"]]


def _headline(sure: Sequence[Line], gaps: Sequence[Line]) -> str:
    if sure:
        return headline(sure[0]["sentence"]) or ""
    if gaps:
        return _("No difference between groups of districts is larger than chance may make it")
    return _("Groups of districts cannot be compared here")


def _by_chance(sure: Sequence[Line], gaps: Sequence[Line]) -> str:
    """How many intervals would say so though nobody were treated otherwise: they are not made wider
    for being many."""
    compared = sum(line["estimate"]["low"] is not None for line in gaps)
    expected = round(compared / 10)
    return _(
        "Comparisons made: %(compared)s. Those above stand here (%(sure)s) because the whole 90 %% "
        "interval lies on one side of no difference. Such an interval is wrong one time in ten: if "
        "all groups were treated alike, %(expected)s would still stand here by chance. One that "
        "was promised beforehand, or that several figures tell, says more than one alone. All are "
        "below.",
        compared=compared,
        sure=len(sure),
        expected=_("about %(count)s of them", count=expected) if expected else _("hardly one"),
    )


def _kind(session: Session, kind: Kind, result: Line) -> KindPart:
    lines = [line for line in result["measures"] if KIND_OF.get(line["metric"]) is kind]
    names = [name for name in METRICS_OF[kind] if any(line["metric"] == name for line in lines)]
    further = [
        sentence_of(line, result["currency"])
        for line in result["measures"]
        if _FURTHER.get(line["metric"]) is kind and line["estimate"]["low"] is not None
    ]
    if kind is Kind.REPORTING and result["structure"]:
        further.append(sentence_of(result["structure"], result["currency"]))
    further += [
        never_happened_words(metric)
        for metric in METRICS_OF[kind]
        if metric in result["never_happened"]
    ]
    untold = result["untold"].get(kind.value)
    return KindPart(
        kind.value,
        kind_words(kind),
        kind_caveat(kind),
        untold and untold_words(untold),
        tuple(further),
        tuple(
            _metric(session, [line for line in lines if line["metric"] == name], result)
            for name in names
        ),
    )


def _metric(session: Session, lines: Sequence[Line], result: Line) -> MetricPart:
    name = lines[0]["metric"]
    gaps = [line for line in lines if line["is_gap"]]
    single = [line for line in lines if line["about"] == line["grouping"]]
    figures = [line for line in lines if not line["is_gap"] and line not in single]
    scale = scale_of(line["estimate"] for line in figures)
    tables = {
        grouping: _table(grouping, figures, scale)
        for grouping in dict.fromkeys(line["grouping"] for line in figures)
    }
    districts = tables.pop(DISTRICTS, None)
    if name in _NOT_BY_DISTRICT:
        districts = None
    map_, legend = figures_map(session, name, figures, result) if name in _ON_MAPS else (None, ())
    return MetricPart(
        name,
        _title(name, result),
        tuple(sentence_of(line, result["currency"]) for line in (*gaps, *single)),
        any(line["is_preregistered"] for line in lines),
        tuple(tables.values()),
        districts,
        map_,
        legend,
    )


def _title(metric: str, result: Line) -> str:
    if metric == "spending-per-head":
        return _("%(figure)s (%(unit)s)", figure=metric_words(metric), unit=result["currency"])
    return metric_words(metric)


def _table(grouping: str, lines: Sequence[Line], scale: Scale) -> FigureTable:
    own = [line for line in lines if line["grouping"] == grouping]
    title = grouping.capitalize()
    rows = (
        FigureRow(line["about"], scale.place(line["estimate"]), figure_words(line), line["rows"])
        for line in own
    )
    return FigureTable(title, scale, tuple(rows), rests_on_words(lines[0]))


def _threshold(one: Line) -> str:
    return _(
        "%(metric)s, by %(groups)s: the city calls a gap one from %(threshold)s on. %(verdict)s",
        metric=metric_words(one["metric"]),
        groups=one["grouping"],
        threshold=rounded(one["threshold"]),
        verdict=verdict_words(one["verdict"]),
    )


def _geographies(result: Line, currency: str) -> tuple[str, ...] | None:
    """What the other boundaries say of each gap; None where the city has only one set."""
    if result["two_geographies"] is None:
        return None
    sentences = {
        (line["metric"], line["grouping"]): sentence_of(line, currency) for line in _gaps(result)
    }
    return tuple(
        f"{sentences[one['metric'], one['grouping']]} {_elsewhere(one)}"
        for one in result["two_geographies"]
    )


def _elsewhere(one: Line) -> str:
    words, (low, high) = agreement_words(one["agreement"]), interval_words(one["other"])
    if low is None:
        return f"{words}."
    return _("%(words)s: between %(low)s and %(high)s.", words=words, low=low, high=high)


def _grouping(one: Line) -> str:
    ends = [
        _("%(low)s to %(high)s", low=_plain(low), high=_plain(high)) for low, high in one["ranges"]
    ]
    words = _(
        "%(name)s: %(groups)s.",
        name=one["name"].capitalize(),
        groups="; ".join(
            f"{label}, {span}" for label, span in zip(one["labels"], ends, strict=True)
        ),
    )
    unsure = one["unsure_residents"]
    if unsure is None:
        sure = _("The census gives no margins of error, so how sure the groups are is unknown.")
    else:
        sure = _(
            "%(share)s of 100 residents live in districts that may as well belong to another "
            "group, given the census's margins of error.",
            share=rounded(100 * unsure),
        )
    return f"{words} {sure}"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _census(census: Line) -> str:
    return "; ".join(sorted({_source(one) for one in census.values()})) or _("none")


def _source(one: Line) -> str:
    source = ", ".join(filter(None, (one["source"], one["vintage"], one["licence"])))
    # An earlier version did not say so.
    if not (boundaries := one.get("carried_from")):
        return source
    told = _("%(source)s (carried over by shared ground from the boundaries %(boundaries)s)")
    return told % {"source": source, "boundaries": boundaries}
