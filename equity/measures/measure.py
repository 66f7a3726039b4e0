"""One line of an equity audit, and how the figures of groups become lines.

By every grouping of areas: each group's figure, the first group against the last where groups have
an order, and, by districts, whether the figure gathers where a census column is high. What is
hidden or rests on too little is a line too: it says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from equity.measures import disparity_words as words
from equity.measures.census_column import CensusColumn
from equity.measures.cluster_bootstrap import Estimate, GroupEstimates, Resampling, estimate_from
from equity.measures.disparity_words import Comparison, Metric
from equity.measures.grouping import Grouping
from equity.measures.inequality import concentration_index
from equity.measures.preregistration import Outcome
from equity.measures.ratio import ratio
from equity.rates.events import Codes, Floats, Mask
from equity.sentences import Fact, Sentence

LEAST_ROWS = 10
"""No share or time is told of fewer problems, projects or areas."""


@dataclass(frozen=True, slots=True)
class Measure:
    """`about` is the label of a group, of two set against each other, or of a census column;
    `rows` is how many problems, projects or areas it rests on, None where that is hidden."""

    metric: Metric
    grouping: str
    about: str
    estimate: Estimate
    rows: int | None
    sentence: Sentence


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """How a city is looked at: residents (areas,), districts, ordered groupings and the census
    columns (of areas, none a total) behind them.

    `hidden` says by name of a grouping which of its groups nothing may be said about (of all kinds
    together: the first row of what `equity.measures.hidden_groups` finds); a grouping without an
    entry hides none. It is about one set of data: who is hidden among reports need not be among
    projects.
    """

    population: Floats
    districts: Grouping
    groupings: tuple[Grouping, ...]
    columns: tuple[CensusColumn, ...] = ()
    hidden: Mapping[str, Mask] = field(default_factory=dict)

    @property
    def all_groupings(self) -> tuple[Grouping, ...]:
        """The districts first."""
        return (self.districts, *self.groupings)

    def is_hidden(self, grouping: Grouping) -> Mask:
        """Which groups (groups,) nothing may be said about."""
        return self.hidden.get(grouping.name, np.zeros(len(grouping.labels), bool))

    def residents(self, grouping: Grouping) -> Floats:
        """Residents (groups,) of each group."""
        return _sums(grouping, self.population)

    def column_by_district(self, column: CensusColumn) -> Floats:
        """The mean of a column over the residents of each district; NaN where it has none."""
        known = np.isfinite(column.values)
        weight = np.where(known, self.population, 0)
        sums = _sums(self.districts, np.where(known, column.values, 0) * weight)
        weights = _sums(self.districts, weight)
        return ratio(sums, weights)


def _sums(grouping: Grouping, values: Floats) -> Floats:
    inside = grouping.of_area >= 0
    sums = np.bincount(grouping.of_area[inside], values[inside], len(grouping.labels))
    return sums.astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class GroupFigures:
    """A figure of every group: draws (groups, 1 + draws), clusters (groups,) and rows (groups,).

    `facts` are further numbers its sentences need.
    """

    draws: Floats
    clusters: Codes
    rows: Codes
    facts: Mapping[str, float] = field(default_factory=dict)


def group_figures(
    draws: Floats, group: Codes, resampling: Resampling, **facts: float
) -> GroupFigures:
    """With rows and clusters counted from the `group` (n,) of each row."""
    groups = len(draws)
    clusters = np.array([resampling.clusters_with(group == g) for g in range(groups)])
    return GroupFigures(draws, clusters, np.bincount(group[group >= 0], minlength=groups), facts)


def measures_of(
    metric: Metric,
    grouping: Grouping,
    figures: GroupFigures,
    frame: Frame,
    counted: GroupEstimates | None = None,
) -> Iterator[Measure]:
    """Every line that follows from the figures of one grouping; those of a metric that is a full
    count are `counted`, and only its index is drawn."""
    found = counted or _drawn(metric.comparison, figures)
    yield from counted_measures(metric, grouping, found, figures.rows, frame, **figures.facts)
    if grouping is frame.districts and metric.index is not None:
        yield from _indices(metric.index, figures, frame)


def counted_measures(
    metric: Metric,
    grouping: Grouping,
    found: GroupEstimates,
    rows: Codes,
    frame: Frame,
    **facts: Fact,
) -> Iterator[Measure]:
    """The lines of the groups, resting on `rows` (groups,), and the first against the last."""
    is_hidden = frame.is_hidden(grouping)
    for g, estimate in enumerate(found.groups):
        yield group_measure(
            metric, grouping, g, estimate, int(rows[g]), bool(is_hidden[g]), **facts
        )
    if grouping.is_ordered:
        is_either_hidden = bool(is_hidden[[0, -1]].any())
        yield gap_measure(
            metric,
            grouping,
            Estimate(None) if is_either_hidden else found.gap,
            None if is_either_hidden else int(rows[[0, -1]].sum()),
            is_hidden=is_either_hidden,
        )


def group_measure(
    metric: Metric,
    grouping: Grouping,
    group: int,
    estimate: Estimate,
    rows: int,
    is_hidden: bool,
    **facts: Fact,
) -> Measure:
    """The line of one group."""
    label = grouping.labels[group]
    if is_hidden:
        sentence = Sentence("hidden", {"group": label})
        return Measure(metric, grouping.name, label, Estimate(None), None, sentence)
    if metric.is_relative and len(grouping.labels) == 1:
        sentence = words.about_only(label)
        return Measure(metric, grouping.name, label, Estimate(None), rows, sentence)
    sentence = words.about_group(metric, label, estimate, **facts)
    return Measure(metric, grouping.name, label, estimate, rows, sentence)


def gap_measure(
    metric: Metric,
    grouping: Grouping,
    estimate: Estimate,
    rows: int | None,
    *,
    is_hidden: bool,
) -> Measure:
    """The line that sets the first group against the last; `is_hidden` where one of them is."""
    first, last = grouping.labels[0], grouping.labels[-1]
    sentence = words.about_gap(metric, first, last, estimate)
    if is_hidden:
        sentence = Sentence("hidden-to-compare", {"first": first, "last": last})
    return Measure(metric, grouping.name, f"{first} / {last}", estimate, rows, sentence)


def outcomes_of(measures: Iterable[Measure]) -> tuple[Outcome, ...]:
    """Measures as what came of each metric, ready to be held against a plan.

    Where nothing at all is told, the reason is the key of the first sentence that says so.
    """
    found: dict[tuple[str, str], list[Measure]] = {}
    for one in measures:
        found.setdefault((one.metric.name, one.grouping), []).append(one)
    return tuple(
        Outcome(
            metric,
            grouping,
            {one.about: one.estimate for one in lines},
            None if any(one.estimate.value is not None for one in lines) else lines[0].sentence.key,
        )
        for (metric, grouping), lines in found.items()
    )


def _indices(metric: Metric, figures: GroupFigures, frame: Frame) -> Iterator[Measure]:
    residents = frame.residents(frame.districts)
    for column in frame.columns:
        values = frame.column_by_district(column)
        used = np.isfinite(values) & np.isfinite(figures.draws[:, 0]) & (residents > 0)
        estimate = Estimate(None)
        if used.any():
            draws = concentration_index(figures.draws[used], values[used], residents[used])
            estimate = estimate_from(draws, int(figures.clusters[used].sum()))
        sentence = words.about_index(metric, column.name, estimate)
        name = frame.districts.name
        # Of a part of the districts the sum might give away a hidden one.
        rows = None if frame.is_hidden(frame.districts).any() else int(figures.rows[used].sum())
        yield Measure(metric, name, column.name, estimate, rows, sentence)


def _drawn(comparison: Comparison, figures: GroupFigures) -> GroupEstimates:
    is_enough = figures.rows >= LEAST_ROWS
    groups = tuple(
        estimate_from(draws, int(clusters)) if enough else Estimate(None)
        for draws, clusters, enough in zip(figures.draws, figures.clusters, is_enough, strict=True)
    )
    gap = Estimate(None)
    if is_enough[[0, -1]].all():
        gap = estimate_from(
            _compared(comparison, figures.draws[0], figures.draws[-1]),
            int(figures.clusters[[0, -1]].min()),
        )
    return GroupEstimates(groups, gap)


def _compared(comparison: Comparison, first: Floats, last: Floats) -> Floats:
    if comparison is Comparison.DIFFERENCE:
        return first - last
    return ratio(first, last)
