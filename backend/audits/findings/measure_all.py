"""Every figure of an audit from its columns and parameters alone: nothing else is asked.

What cannot be told is told so, with the reason. The result is made of JSON values, so that it has
one spelling (`equity.measures.preregistration.canonical_json`) and can be compared to the digit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any, TypeAlias

import numpy as np

from backend.audits.findings.cases_of import (
    participation_of,
    resident_log,
    spending_of,
    votes_of,
)
from backend.audits.findings.columns import AuditData
from backend.audits.findings.groups import group_areas, hiding
from backend.audits.findings.parameters import METRICS_OF, Kind, Parameters
from backend.audits.findings.structure import structure_left
from backend.audits.findings.thresholds import verdicts
from backend.audits.findings.view import View
from equity.errors import EquityError
from equity.measures import disparity, disparity_words
from equity.measures.measure import Frame, Measure
from equity.measures.participation_measures import participation
from equity.measures.two_geographies import read_on_both
from equity.rates.events import Floats

Lines: TypeAlias = list[dict[str, Any]]


def measure_all(data: AuditData, parameters: Parameters) -> dict[str, Any]:
    """The whole result of an audit."""
    log = resident_log(data)
    view = View(data, parameters, 0, log, group_areas(data, 0, parameters.seed))
    told, untold = _measured(view)
    promised = {(one.metric, one.grouping) for one in parameters.promises}
    lines = [
        {
            **_line(measure),
            "is_gap": _is_gap(measure, view.grouped.frame),
            "is_preregistered": (measure.metric.name, measure.grouping) in promised,
        }
        for measure in told
    ]
    result: dict[str, Any] = {
        "period": {name: data.facts[name] for name in ("starts_on", "ends_on")},
        "currency": data.facts["currency"],
        "vote": data.facts["vote"],
        "services": data.facts["services"],
        "counts": _counts(view),
        "groupings": _groupings(view),
        "census": data.facts["geographies"][0]["census"],
        "boundaries": [
            {"name": one["boundaries"], "sha256": one["sha256"], "districts": len(one["codes"])}
            for one in data.facts["geographies"]
        ],
        "districts": dict(
            zip(*(data.facts["geographies"][0][name] for name in ("codes", "names")), strict=True)
        ),
        "measures": lines,
        "untold": untold,
        "never_happened": _never_happened(view, told, untold),
        "preregistration_sha256": parameters.preregistration_sha256,
        "thresholds": verdicts(parameters.promises, lines),
        "structure": None,
        "two_geographies": None,
    }
    if Kind.REPORTING in parameters.kinds and Kind.REPORTING not in untold:
        result["structure"] = structure_left(view)
    if len(data.facts["geographies"]) > 1:
        other = group_areas(data, 1, parameters.seed, by_district=False)
        result["two_geographies"] = _both(View(data, parameters, 1, log, other), view, told)
    plain: dict[str, Any] = _plain(result)
    return plain


def _measured(view: View) -> tuple[list[Measure], dict[str, Any]]:
    """The lines, and by kind why there are none."""
    told: list[Measure] = []
    untold: dict[str, Any] = {}
    for kind in view.parameters.kinds:
        measure, slug_of_none = _MEASURED[kind]
        try:
            lines = list(measure(view))
        except EquityError as error:
            untold[kind.value] = {"slug": error.slug, "facts": error.facts}
            continue
        if not lines and not (kind is Kind.CLOSING and view.cases.is_closed.any()):
            untold[kind.value] = {"slug": slug_of_none, "facts": {}}
            continue
        told += lines
    return told, untold


def _never_happened(view: View, told: list[Measure], untold: dict[str, Any]) -> list[str]:
    """Metrics without a line though their kind was measured: nothing of the sort was seen."""
    there = {measure.metric.name for measure in told}
    measured = [kind for kind in view.parameters.kinds if kind.value not in untold]
    return [metric for kind in measured for metric in METRICS_OF[kind] if metric not in there]


def _reporting(view: View) -> Iterator[Measure]:
    if view.cases.area.size:
        observations, rates = view.rates
        if rates.model is None:
            raise EquityError("no-duplicates", incidents=rates.vintage.incidents)
        yield from disparity.reporting(rates.areas, observations, view.frame_of_cases)


def _response(view: View) -> Iterator[Measure]:
    if view.cases.area.size:
        days = view.parameters.wait_days
        yield from disparity.response(
            view.cases, view.frame_of_cases, seed=view.seed, horizon_days=days
        )


def _closing(view: View) -> Iterator[Measure]:
    if view.cases.is_closed.any():
        # Of what never happened there is nothing to compare.
        happened = {
            disparity_words.WITHOUT_ACTION: view.cases.is_closed_without_action.any(),
            disparity_words.REOPENED: view.cases.is_reopened.any(),
        }
        for measure in disparity.closing(view.cases, view.frame_of_cases):
            if happened[measure.metric]:
                yield measure


def _burden(view: View) -> Iterator[Measure]:
    if view.cases.area.size:
        services = view.data.facts["services"]
        bands = np.array([service["band"] for service in services])
        yield from disparity.burden(
            view.cases,
            view.frame_of_cases,
            weights_of_bands(bands),
            [service["name"] for service in services],
            seed=view.seed,
            horizon_days=view.parameters.burden_days,
        )


def weights_of_bands(bands: Floats) -> Floats:
    """How much a day of waiting counts by severity band: from 10 for danger to 2 for a wish."""
    return 10.0 - 2.0 * bands


def _spending(view: View) -> Iterator[Measure]:
    projects = spending_of(view.data, view.number)
    if projects.amount.size:
        yield from disparity.spending(projects, view.grouped.frame, seed=view.seed)


def _turnout(view: View) -> Iterator[Measure]:
    # The roll knows the districts in force, and no others.
    if view.data.facts["vote"] is not None and view.number == 0:
        votes, frame = votes_of(view.data), view.grouped.frame
        withheld = frame.districts.of_area[view.data.columns["vote.is_withheld"] == 1]
        hidden = np.isin(range(len(frame.districts.labels)), withheld)
        if votes.eligible.any():
            yield from disparity.turnout(
                votes,
                hiding(frame, {frame.districts.name: hidden}),
                seed=view.seed,
                rule=view.rule,
            )


def _participation(view: View) -> Iterator[Measure]:
    reports = participation_of(view.data, view.log, view.number)
    if reports.log.area.size:
        yield from participation(reports, view.grouped.frame, seed=view.seed, rule=view.rule)


# How each kind is measured, and why there may be nothing.
_MEASURED: Mapping[Kind, tuple[Callable[[View], Iterable[Measure]], str]] = {
    Kind.REPORTING: (_reporting, "no-cases"),
    Kind.RESPONSE: (_response, "no-cases"),
    Kind.CLOSING: (_closing, "nothing-closed"),
    Kind.BURDEN: (_burden, "no-cases"),
    Kind.SPENDING: (_spending, "nothing-spent"),
    Kind.TURNOUT: (_turnout, "no-vote-counted"),
    Kind.PARTICIPATION: (_participation, "no-cases"),
}


def _both(other: View, view: View, told: list[Measure]) -> Lines:
    """Each first group against the last once more on the other boundaries."""
    again = {_key(one): one for one in _measured(other)[0]}
    lines = []
    for measure in told:
        if _key(measure) in again and _is_gap(measure, view.grouped.frame):
            both = read_on_both(
                lambda one: one.estimate,
                measure,
                again[_key(measure)],
                no_difference=measure.metric.comparison.no_difference,
            )
            lines.append({**_named(measure), **asdict(both)})
    return lines


def _is_gap(measure: Measure, frame: Frame) -> bool:
    return any(
        measure.grouping == grouping.name
        and measure.about == f"{grouping.labels[0]} / {grouping.labels[-1]}"
        for grouping in frame.groupings
    )


def _key(measure: Measure) -> tuple[str, str, str]:
    return measure.metric.name, measure.grouping, measure.about


def _named(measure: Measure) -> dict[str, str]:
    return dict(zip(("metric", "grouping", "about"), _key(measure), strict=True))


def _line(measure: Measure) -> dict[str, Any]:
    return {
        **_named(measure),
        "unit": measure.metric.unit,
        "estimate": asdict(measure.estimate),
        "rows": measure.rows,
        "rests_on": measure.metric.rests_on,
        "sentence": {"key": measure.sentence.key, "facts": dict(measure.sentence.facts)},
    }


def _counts(view: View) -> dict[str, int]:
    columns = view.data.columns
    return {
        "reports": int(view.log.problem.size),
        "reports_by_the_city": int((columns["report.is_own"] == 1).sum()),
        "problems": int(view.log.is_case.sum()),
        "problems_outside": int((view.log.is_case & (columns["problem.area.0"] < 0)).sum()),
        "projects": int(columns["project.amount"].size),
        "projects_for_the_whole_city": int((columns["project.area.0"] < 0).sum()),
    }


def _groupings(view: View) -> Lines:
    frame = view.grouped.frame
    return [
        {
            "name": grouping.name,
            "labels": list(grouping.labels),
            "ranges": [list(span) for span in grouping.ranges],
            "districts": [int(grouping.members(g).sum()) for g in range(len(grouping.labels))],
            "residents": frame.residents(grouping).tolist(),
            "of_district": grouping.of_area.tolist(),
            "unsure_residents": view.grouped.unsure[grouping.name],
        }
        for grouping in frame.groupings
    ]


def _plain(value: Any) -> Any:
    """As JSON has it, which knows no number that is not finite: what has no value is null."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    return None if isinstance(value, float) and not isfinite(value) else value
