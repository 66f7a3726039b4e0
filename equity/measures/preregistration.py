"""What an audit will show, settled before anybody knows what it will show.

Metrics, windows, groups and thresholds are written down before a period begins, as a document with
one spelling and so one SHA-256. The result has to give every metric of it, also those that came out
badly, and those that could not be told, with the reason (Nosek and others 2018,
doi 10.1073/pnas.1708274114).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from equity.errors import EquityError
from equity.measures.cluster_bootstrap import Estimate
from equity.measures.disparity_words import METRICS, Comparison

MOST_TIMES = 1000
"""Nobody finds one group served as many times as well as another."""

FINEST = 0.01
"""Figures are published to two places: from a smaller threshold on any gap at all would be one."""


@dataclass(frozen=True, slots=True)
class GroupingPlan:
    """How areas will be grouped: by which column, of which vintage, on which boundaries.

    `labels` run from the lowest group to the highest. `column` and `vintage` are empty where the
    groups are named ones, as districts are.
    """

    name: str
    labels: tuple[str, ...]
    column: str
    vintage: str
    boundaries: str


@dataclass(frozen=True, slots=True)
class MetricPlan:
    """One figure that will be given: `metric` by `grouping`, over `window_days`.

    `threshold` is the size of a gap from which the city calls it one, None where it only watches.
    """

    metric: str
    grouping: str
    window_days: int
    threshold: float | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same metric in two plans."""
        return self.metric, self.grouping


@dataclass(frozen=True, slots=True)
class Preregistration:
    """The plan of one period, both ends included.

    Raises `preregistration-empty` without a metric, `metric-repeated` and `grouping-unknown` (fact
    `metrics`).
    """

    starts_on: date
    ends_on: date
    groupings: tuple[GroupingPlan, ...]
    metrics: tuple[MetricPlan, ...]
    least_count: int
    least_people: int

    def __post_init__(self) -> None:
        if not self.metrics or self.starts_on > self.ends_on:
            raise EquityError("preregistration-empty")
        keys = [plan.key for plan in self.metrics]
        if repeated := {key for key in keys if keys.count(key) > 1}:
            raise EquityError("metric-repeated", metrics=_spoken(repeated))
        known = {grouping.name for grouping in self.groupings}
        if unknown := {key for key in keys if key[1] not in known}:
            raise EquityError("grouping-unknown", metrics=_spoken(unknown))

    def document(self) -> bytes:
        """Canonical JSON; metrics and groupings in the order of their names."""
        return canonical_json(
            {
                "starts_on": self.starts_on.isoformat(),
                "ends_on": self.ends_on.isoformat(),
                "groupings": [asdict(g) for g in sorted(self.groupings, key=lambda g: g.name)],
                "metrics": [asdict(plan) for plan in sorted(self.metrics, key=lambda p: p.key)],
                "least_count": self.least_count,
                "least_people": self.least_people,
            }
        )

    @property
    def sha256(self) -> str:
        """Of `document`, in hexadecimal."""
        return hashlib.sha256(self.document()).hexdigest()


def canonical_json(document: Mapping[str, object]) -> bytes:
    """UTF-8 with sorted keys and no spaces; ValueError for a number that is not finite."""
    return json.dumps(
        document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


@dataclass(frozen=True, slots=True)
class MetricChange:
    """A metric two plans do not have alike: None where one has it not."""

    before: MetricPlan | None
    after: MetricPlan | None


def largest_gap(metric: str, window_days: int) -> int:
    """What no gap of a metric that is compared can exceed, in its unit: the days that are looked
    at, a hundred per cent, or `MOST_TIMES`."""
    known = METRICS[metric]
    if known.comparison is Comparison.RATIO:
        return MOST_TIMES
    return window_days if known.unit == "days" else 100


def smallest_gap(metric: str) -> float:
    """What a threshold of a metric that is compared is at least, in its unit."""
    return METRICS[metric].comparison.no_difference + FINEST


def changed_metrics(old: Preregistration, new: Preregistration) -> tuple[MetricChange, ...]:
    """Metrics left out, added, or given another window or threshold, or another grouping under the
    same name, in the order of their names."""
    before = {plan.key: plan for plan in old.metrics}
    after = {plan.key: plan for plan in new.metrics}
    old_groups = {grouping.name: grouping for grouping in old.groupings}
    new_groups = {grouping.name: grouping for grouping in new.groupings}
    return tuple(
        MetricChange(before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key) or old_groups.get(key[1]) != new_groups.get(key[1])
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one metric: an estimate for each group or comparison by its label.

    `untold` says why there is none, where there is none.
    """

    metric: str
    grouping: str
    estimates: Mapping[str, Estimate]
    untold: str | None = None


def result_document(plan: Preregistration, outcomes: Iterable[Outcome]) -> bytes:
    """Canonical JSON of what came of every metric of the plan, bound to the plan by its hash.

    What was not planned may be there too and is marked as such. Raises
    `preregistered-metric-missing` (fact `metrics`) where one is left out or has neither an estimate
    nor a reason, and `metric-repeated` where one is given twice.
    """
    given = list(outcomes)
    keys = [(outcome.metric, outcome.grouping) for outcome in given]
    if repeated := {key for key in keys if keys.count(key) > 1}:
        raise EquityError("metric-repeated", metrics=_spoken(repeated))
    planned = {metric.key for metric in plan.metrics}
    told = {
        key
        for key, outcome in zip(keys, given, strict=True)
        if outcome.untold or any(one.value is not None for one in outcome.estimates.values())
    }
    if missing := planned - told:
        raise EquityError("preregistered-metric-missing", metrics=_spoken(missing))
    return canonical_json(
        {
            "preregistration_sha256": plan.sha256,
            "outcomes": [
                {
                    "metric": outcome.metric,
                    "grouping": outcome.grouping,
                    "is_preregistered": key in planned,
                    "estimates": {k: asdict(one) for k, one in outcome.estimates.items()},
                    "untold": outcome.untold,
                }
                for key, outcome in sorted(zip(keys, given, strict=True), key=lambda pair: pair[0])
            ],
        }
    )


def _spoken(keys: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(f"{metric} by {grouping}" for metric, grouping in keys)
