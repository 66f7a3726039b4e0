"""Preregistrations between their stored document and what the measures read."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from backend.audits.findings.parameters import KIND_OF, Kind, Promise
from equity.measures.cluster_bootstrap import Estimate
from equity.measures.preregistration import (
    GroupingPlan,
    MetricPlan,
    Outcome,
    Preregistration,
    result_document,
)


def read_plan(document: str) -> Preregistration:
    """What `Preregistration.document` wrote."""
    fields: dict[str, Any] = json.loads(document)
    return Preregistration(
        starts_on=date.fromisoformat(fields["starts_on"]),
        ends_on=date.fromisoformat(fields["ends_on"]),
        groupings=tuple(
            GroupingPlan(**one | {"labels": tuple(one["labels"])}) for one in fields["groupings"]
        ),
        metrics=tuple(MetricPlan(**one) for one in fields["metrics"]),
        least_count=fields["least_count"],
        least_people=fields["least_people"],
    )


def promises_of(plan: Preregistration) -> tuple[Promise, ...]:
    """In the order of their names."""
    ordered = sorted(plan.metrics, key=lambda metric: metric.key)
    return tuple(Promise(one.metric, one.grouping, one.threshold) for one in ordered)


def kinds_of(plan: Preregistration) -> frozenset[Kind]:
    """What has to be looked at to keep every promise."""
    return frozenset(KIND_OF[metric.metric] for metric in plan.metrics)


def check_kept(plan: Preregistration, result: dict[str, Any]) -> None:
    """Raise `preregistered-metric-missing` unless the result tells every promised metric, or why
    it cannot be told."""
    result_document(plan, (_outcome(metric, result) for metric in plan.metrics))


def _outcome(plan: MetricPlan, result: dict[str, Any]) -> Outcome:
    lines = _lines_of(plan, result["measures"])
    estimates = {line["about"]: Estimate(**line["estimate"]) for line in lines}
    kind, untold = KIND_OF[plan.metric].value, None
    if kind in result["untold"]:
        untold = result["untold"][kind]["slug"]
    elif plan.metric in result["never_happened"]:
        untold = "never-happened"
    elif lines and all(one.value is None for one in estimates.values()):
        untold = "too-little"
    return Outcome(plan.metric, plan.grouping, estimates, untold)


def _lines_of(plan: MetricPlan, lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if (line["metric"], line["grouping"]) == plan.key]
