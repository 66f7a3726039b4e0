"""Who takes part: how few people most reports come from, and who is missing in which channel."""

from dataclasses import dataclass

import numpy as np

from equity.errors import EquityError
from equity.measures.cluster_bootstrap import CONFIDENCE, DRAWS, Estimate, Resampling, estimate_from
from equity.measures.ratio import ratio
from equity.rates.events import Codes, Floats

TOP = 0.01
_TAIL = (1 - CONFIDENCE) / 2


def top_share(reports_each: Codes, *, seed: int, draws: int = DRAWS) -> Estimate:
    """The share of all reports that comes from the 1 % of reporters who report most.

    `reports_each` (reporters,) are at least 1. Where 1 % is no whole number of reporters, the last
    of them counts for the part that is missing. The interval draws reporters anew. Raises
    `no-reports` without any.
    """
    if not reports_each.size:
        raise EquityError("no-reports")
    amounts, reporters = np.unique(reports_each, return_counts=True)
    amounts, reporters = amounts[::-1], reporters[::-1]
    # Reporters with as many reports are alike, so drawing the histogram is drawing them.
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(reports_each.size, reporters / reports_each.size, draws)
    counts = np.vstack([reporters, drawn])
    places = TOP * reports_each.size
    before = np.cumsum(counts, axis=1) - counts
    in_top = np.clip(places - before, 0, counts)
    return estimate_from((in_top @ amounts) / (counts @ amounts), reports_each.size)


@dataclass(frozen=True, slots=True, eq=False)
class ReporterRates:
    """Distinct reporters of each group, per 1,000 of its residents with a 90 % interval."""

    reporters: Codes
    per_thousand: tuple[Estimate, ...]


def reporters_per_thousand(group: Codes, reporter: Codes, population: Floats) -> ReporterRates:
    """By `group` (n,) and `reporter` (n,) of each report, -1 where unknown, and the residents
    `population` (groups,).

    The interval is that of a Poisson count (Garwood 1936): the people who had a reason to report
    in this period rather than another.
    """
    known = (group >= 0) & (reporter >= 0)
    pairs = np.unique(np.column_stack([group[known], reporter[known]]), axis=0)
    reporters = np.bincount(pairs[:, 0], minlength=population.size)
    from scipy.special import gammaincinv

    low = np.where(reporters > 0, gammaincinv(np.maximum(reporters, 1), _TAIL), 0)
    high = gammaincinv(reporters + 1, 1 - _TAIL)
    per_thousand = tuple(
        Estimate(*(float(1000 * count / residents) for count in counts))
        if residents > 0
        else Estimate(None)
        for *counts, residents in zip(reporters, low, high, population, strict=True)
    )
    return ReporterRates(reporters, per_thousand)


def channel_representation(
    channel: Codes, channels: int, group: Codes, population: Floats, resampling: Resampling
) -> tuple[tuple[Estimate, ...], ...]:
    """For each channel and group, the group's share of the channel over its share of residents.

    1 where a channel reaches a group as it does the city; a half where it has half the reports its
    residents would suggest. `channel` and `group` (n,) are those of each report, in the order of
    the rows of `resampling`; `population` (groups,).
    """
    groups = population.size
    cell = np.where((channel >= 0) & (group >= 0), channel * groups + group, -1)
    reports = resampling.totals(cell, channels * groups).reshape(channels, groups, -1)
    residents = (population / population.sum())[:, None]
    over = ratio(ratio(reports, reports.sum(axis=1, keepdims=True)), residents)
    return tuple(
        tuple(
            estimate_from(over[c, g], resampling.clusters_with(cell == c * groups + g))
            for g in range(groups)
        )
        for c in range(channels)
    )
