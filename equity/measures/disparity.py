"""How unevenly a city hears, acts and spends: the measures of an equity audit.

Nothing is a mean over closed cases only, and nothing is adjusted away: what kinds of problem a
group has is part of what is compared, so a difference is where to look, not whom to blame.

How sure each figure is comes from clusters drawn anew (`equity.measures.cluster_bootstrap`): areas
by weeks for what happens to problems. What is seldom or never seen does not vary in draws, so
intervals of shares of problems are reckoned (`equity.measures.clustered_shares`). So are those of
spending and turnout (no ballot has a date), where a group often has but a handful of projects or
areas (`equity.measures.few_clusters`). A reporting rate brings the interval of its fit along.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from equity.measures import disparity_words as words
from equity.measures.burden import NEVER_DAYS, equity_loss
from equity.measures.cluster_bootstrap import (
    FEWEST_CLUSTERS,
    MOST_UNTOLD,
    Estimate,
    Resampling,
    clusters_of,
    estimate_from,
)
from equity.measures.clustered_shares import shares_of_rows
from equity.measures.disparity_words import Metric
from equity.measures.few_clusters import shares_by_area, sums_per_head
from equity.measures.group_rates import group_rates
from equity.measures.grouping import Grouping
from equity.measures.hidden_groups import ReportLog, hidden_groups
from equity.measures.inequality import gini, theil
from equity.measures.measure import (
    Frame,
    Measure,
    counted_measures,
    gap_measure,
    group_figures,
    group_measure,
    measures_of,
)
from equity.measures.ratio import ratio
from equity.measures.suppression import SuppressionRule
from equity.measures.survival import HORIZON_DAYS, Waits, waiting
from equity.rates.events import UNKNOWN, Codes, Floats, Mask, Observations
from equity.rates.reporting_rate import AreaRate, Grade

LEAST_ON_ROLL = 0.9
"""A count of a group without a larger part of its residents would be that of another group."""


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Problems as columns (n,): where, in which week, of which kind, and what became of them."""

    area: Codes
    week: Codes
    category: Codes
    waits: Waits
    is_closed: Mask
    is_closed_without_action: Mask
    is_reopened: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Spending:
    """One row for each project (n,): its area and what was spent there, all in one currency."""

    area: Codes
    amount: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Ballots, as whole numbers, and eligible residents of each area (areas,); none of either where
    nothing is known of them."""

    ballots: Codes
    eligible: Floats


def reporting(
    rates: Sequence[AreaRate], observations: Observations, frame: Frame
) -> Iterator[Measure]:
    """Relative reporting rates by group, and who lives where they cannot be told.

    `rates` are in the order of the areas. A single area has its own, smoothed over the map; groups
    of several have that of all their repeats together (`equity.measures.group_rates`).
    """
    is_watched = np.array([rate.exposure_days > 0 for rate in rates])
    is_untold = np.array([rate.grade in (Grade.C, Grade.S) for rate in rates])
    for grouping in frame.all_groupings:
        is_hidden, groups = frame.is_hidden(grouping), range(len(grouping.labels))
        found = group_rates(rates, observations, grouping)
        rows = [int((grouping.members(g) & is_watched).sum()) for g in groups]
        for g in groups:
            yield group_measure(
                words.REPORTING, grouping, g, found.groups[g], rows[g], bool(is_hidden[g])
            )
        if grouping.is_ordered:
            is_told = not is_hidden[[0, -1]].any()
            yield gap_measure(
                words.REPORTING,
                grouping,
                found.gap if is_told else Estimate(None),
                rows[0] + rows[-1] if is_told else None,
                is_hidden=not is_told,
            )
        yield from _untold(grouping, is_untold, frame)


def response(
    cases: Cases, frame: Frame, *, seed: int, horizon_days: float = HORIZON_DAYS
) -> Iterator[Measure]:
    """Restricted mean and median days to the first action."""
    resampling = Resampling(clusters_of(cases.area, cases.week), seed=seed)
    for grouping in frame.all_groupings:
        group = grouping.of_rows(cases.area)
        waited = [
            waiting(cases.waits, group == g, resampling, horizon_days)
            for g in range(len(grouping.labels))
        ]
        means = np.array([one.restricted_mean for one in waited])
        figures = group_figures(means, group, resampling, horizon=horizon_days)
        yield from measures_of(words.WAITING, grouping, figures, frame)
        half = group_figures(np.array([one.median for one in waited]), group, resampling)
        yield from measures_of(words.MEDIAN_WAIT, grouping, half, frame)


def closing(cases: Cases, frame: Frame) -> Iterator[Measure]:
    """Of what was closed, the share closed without action and the share opened again.

    They rest on what was closed, and so many are published: what became of each problem is public.
    """
    cluster = clusters_of(cases.area, cases.week)
    for grouping in frame.all_groupings:
        size = len(grouping.labels)
        group = np.where(cases.is_closed, grouping.of_rows(cases.area), UNKNOWN)
        closed = np.bincount(group[group >= 0], minlength=size)
        for metric, chosen in (
            (words.WITHOUT_ACTION, cases.is_closed_without_action),
            (words.REOPENED, cases.is_reopened),
        ):
            shares = shares_of_rows(chosen, group, size, cluster)
            yield from counted_measures(metric, grouping, shares, closed, frame)


def burden(
    cases: Cases,
    frame: Frame,
    weights: Floats,
    kinds: Sequence[str],
    *,
    seed: int,
    horizon_days: float = NEVER_DAYS,
) -> Iterator[Measure]:
    """Added over categories with `weights` (categories,): longest less shortest restricted mean
    wait of the groups: the equity loss of `equity.measures.burden`, with problems still
    waiting counted as they should be. The longest less the shortest is above 0 by chance alone, and
    above the truth by about as much as draws are above the data; so that is taken off, and the
    interval is the basic one (Davison and Hinkley 1997, section 5.2).

    Only a category is added of which every group's wait could be told alone, and no more of these
    than have values together in nearly every draw: how few there are decides, never how long they
    wait. The sentence has the names, of `kinds` (categories,), of those that are not added.
    """
    resampling = Resampling(clusters_of(cases.area, cases.week), seed=seed)
    for grouping in frame.all_groupings:
        size, group = len(grouping.labels), grouping.of_rows(cases.area)
        cell = np.where(group >= 0, cases.category * size + group, UNKNOWN)
        used, draws = np.empty(0, np.intp), np.full(2, np.nan)
        if size > 1 and not frame.is_hidden(grouping).any():
            used, draws = _burdens(cases.waits, cell, weights, size, resampling, horizon_days)
        is_added = np.isin(cases.category, used) & (group >= 0)
        clusters = min(resampling.clusters_with(is_added & (group == g)) for g in range(size))
        estimate = estimate_from(draws, clusters)
        left_out = [kinds[c] for c in np.setdiff1d(cases.category[group >= 0], used)]
        sentence = words.about_burden(grouping.name, estimate, used.size, left_out)
        if size == 1:
            sentence = words.about_only(grouping.labels[0])
        count = int(is_added.sum())
        yield Measure(words.BURDEN, grouping.name, grouping.name, estimate, count, sentence)


def spending(projects: Spending, frame: Frame, *, seed: int) -> Iterator[Measure]:
    """Spent per resident, its Gini over areas, and how much of its inequality is between groups."""
    resampling = Resampling(np.arange(projects.area.size), seed=seed)
    for grouping in frame.all_groupings:
        group = grouping.of_rows(projects.area)
        spent = resampling.totals(group, len(grouping.labels), projects.amount)
        residents = frame.residents(grouping)
        figures = group_figures(ratio(spent, residents[:, None]), group, resampling)
        counted = sums_per_head(projects.amount, group, residents)
        yield from measures_of(words.SPENDING, grouping, figures, frame, counted)
    by_area = resampling.totals(projects.area, frame.population.size, projects.amount)
    peopled = frame.population > 0
    each = by_area[peopled] / frame.population[peopled, None]
    uneven = gini(each, frame.population[peopled])
    yield _of_city(words.SPENDING_GINI, frame.districts, uneven, resampling)
    for grouping in frame.groupings:
        inside = peopled & (grouping.of_area != UNKNOWN)
        parts = theil(each[inside[peopled]], frame.population[inside], grouping.of_area[inside])
        share = 100 * ratio(parts.between, parts.total)
        yield _of_city(words.SPENDING_BETWEEN, grouping, share, resampling)


def turnout(
    votes: Votes, frame: Frame, *, seed: int, rule: SuppressionRule | None = None
) -> Iterator[Measure]:
    """Ballots of every 100 eligible residents.

    What must be hidden follows from the ballots; what `frame.hidden` has is hidden besides. A group
    is told where the districts of the roll hold `LEAST_ON_ROLL` of its residents.
    """
    is_known, cast = votes.eligible > 0, votes.ballots.astype(float)
    resampling = Resampling(np.arange(cast.size), seed=seed)
    hidden = _hidden_voters(votes, frame, is_known, rule)
    frame = replace(frame, hidden=hidden)
    for grouping in frame.all_groupings:
        size = len(grouping.labels)
        group = np.where(is_known, grouping.of_area, UNKNOWN)
        on_roll = np.array([frame.population[group == g].sum() for g in range(size)])
        is_short = on_roll < LEAST_ON_ROLL * frame.residents(grouping)
        group[np.isin(group, np.flatnonzero(is_short))] = UNKNOWN
        ballots = resampling.totals(group, size, cast)
        eligible = resampling.totals(group, size, votes.eligible)
        share = 100 * ratio(ballots, eligible)
        figures = group_figures(share, grouping.of_area, resampling)
        counted = shares_by_area(cast, votes.eligible, group, size)
        short = [grouping.labels[g] for g in np.flatnonzero(is_short)]
        for one in measures_of(words.TURNOUT, grouping, figures, frame, counted):
            yield replace(one, sentence=words.about_roll(one.sentence, short))


def _hidden_voters(
    votes: Votes, frame: Frame, is_known: Mask, rule: SuppressionRule | None
) -> Mapping[str, Mask]:
    """Of the areas that are known; of a group of others there is nothing to hide."""
    ballots = votes.ballots[is_known]
    voter = np.arange(ballots.sum())
    area = np.repeat(np.arange(ballots.size), ballots)
    cast_in = ReportLog(area, voter, voter, np.zeros_like(voter), ())
    known = [replace(one, of_area=one.of_area[is_known]) for one in frame.all_groupings]
    found = hidden_groups(known, cast_in, rule)
    return {
        one.name: found[one.name][0] & np.isin(range(len(one.labels)), one.of_area)
        | frame.is_hidden(one)
        for one in known
    }


def _untold(grouping: Grouping, is_untold: Mask, frame: Frame) -> Iterator[Measure]:
    residents = frame.residents(grouping)
    is_hidden = frame.is_hidden(grouping).tolist()
    for g in range(len(grouping.labels)):
        members = grouping.members(g)
        share = None
        if residents[g] > 0:
            share = float(100 * frame.population[members & is_untold].sum() / residents[g])
        rows = int(members.sum())
        yield group_measure(words.UNTOLD, grouping, g, Estimate(share), rows, is_hidden[g])


def _burdens(
    waits: Waits,
    cell: Codes,
    weights: Floats,
    groups: int,
    resampling: Resampling,
    horizon_days: float,
) -> tuple[Codes, Floats]:
    """The categories that are added, and their burden range (1 + draws,), chance taken off; `cell`
    (n,) is the category of each problem x `groups` + its group."""
    thick = _thick_categories(cell, weights.size, groups, resampling)
    if not thick.size:
        return thick, np.full(2, np.nan)
    means = np.array(
        [
            weights[c] * _mean_wait(waits, cell == c * groups + g, resampling, horizon_days)
            for c in thick
            for g in range(groups)
        ]
    ).reshape(thick.size, groups, -1)
    kept = _told_together(np.isfinite(means).all(axis=1))
    loss = np.array([equity_loss(draw) for draw in means[kept].transpose(2, 1, 0)])
    return thick[kept], _without_chance(loss) if kept.size else np.full(2, np.nan)


def _thick_categories(cell: Codes, categories: int, groups: int, resampling: Resampling) -> Codes:
    """Those of which every group has problems in clusters enough to be told alone."""
    pairs = np.unique(np.column_stack([cell, resampling.cluster])[cell != UNKNOWN], axis=0)
    clusters = np.bincount(pairs[:, 0], minlength=categories * groups).reshape(-1, groups)
    return np.flatnonzero((clusters >= FEWEST_CLUSTERS).all(axis=1))


def _told_together(is_told: Mask) -> Codes:
    """Which of `is_told` (categories, 1 + draws) all have a value together in the data and in all
    but `MOST_UNTOLD` of the draws: the surest first, as long as that holds."""
    surest = np.argsort(-is_told.sum(axis=1), kind="stable")
    surest = surest[is_told[surest, 0]]
    together = np.logical_and.accumulate(is_told[surest, 1:])
    return np.sort(surest[together.mean(axis=1) >= 1 - MOST_UNTOLD])


def _mean_wait(waits: Waits, chosen: Mask, resampling: Resampling, horizon_days: float) -> Floats:
    return waiting(waits, chosen, resampling, horizon_days).restricted_mean


def _without_chance(draws: Floats) -> Floats:
    """The draws mirrored at the data, which come out as their mean; never below zero."""
    mirrored: Floats = 2 * draws[0] - draws
    if np.isfinite(draws[0]):
        mirrored[0] = np.nanmean(mirrored[1:])
    return np.maximum(mirrored, 0)


def _of_city(metric: Metric, grouping: Grouping, draws: Floats, resampling: Resampling) -> Measure:
    size = resampling.size
    estimate = estimate_from(draws, size)
    sentence = words.about_group(metric, grouping.name, estimate)
    return Measure(metric, grouping.name, grouping.name, estimate, size, sentence)
