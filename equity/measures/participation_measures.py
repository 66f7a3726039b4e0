"""Who takes part, as lines of an equity audit: how few, how many, and by which channel."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from equity.measures import disparity_words as words
from equity.measures.cluster_bootstrap import Estimate, Resampling, clusters_of
from equity.measures.grouping import Grouping
from equity.measures.hidden_groups import ReportLog, hidden_groups
from equity.measures.measure import Frame, Measure, group_measure
from equity.measures.participation import channel_representation, reporters_per_thousand, top_share
from equity.measures.suppression import SuppressionRule
from equity.rates.events import UNKNOWN, Codes
from equity.sentences import Sentence


@dataclass(frozen=True, slots=True, eq=False)
class Participation:
    """Residents' reports with the week (n,) of each; their kind is the channel."""

    log: ReportLog
    week: Codes


def participation(
    reports: Participation, frame: Frame, *, seed: int, rule: SuppressionRule | None = None
) -> Iterator[Measure]:
    """The share of the busiest hundredth of reporters, distinct reporters by group, and each
    group's share of a channel over its share of residents.

    What must be hidden follows from the reports themselves, not from `frame.hidden`: the shares of
    a channel add up, so one left out could be worked out.
    """
    log = replace(reports.log, incident=np.arange(reports.week.size))
    known = log.person != UNKNOWN
    yield _busiest(np.unique(log.person[known], return_counts=True)[1], frame, seed)
    hidden = hidden_groups(frame.all_groupings, log, rule)
    located = log.area != UNKNOWN
    resampling = Resampling(clusters_of(log.area[located], reports.week[located]), seed=seed)
    for grouping in frame.all_groupings:
        group, residents = grouping.of_rows(log.area), frame.residents(grouping)
        is_hidden = hidden[grouping.name]
        rates = reporters_per_thousand(group, log.person, residents)
        for g, estimate in enumerate(rates.per_thousand):
            rows = int(rates.reporters[g])
            yield group_measure(words.REPORTERS, grouping, g, estimate, rows, bool(is_hidden[0, g]))
        reach = channel_representation(
            log.kind[located], len(log.kinds), group[located], residents, resampling
        )
        for c, channel in enumerate(log.kinds):
            for g, estimate in enumerate(reach[c]):
                rows = int(np.count_nonzero((log.kind == c) & (group == g)))
                yield _by_channel(channel, grouping, g, estimate, rows, bool(is_hidden[1 + c, g]))


def _busiest(reports_each: Codes, frame: Frame, seed: int) -> Measure:
    share = top_share(reports_each, seed=seed)
    percent = Estimate(
        *(None if n is None else 100 * n for n in (share.value, share.low, share.high))
    )
    name = frame.districts.name
    sentence = words.about_group(words.TOP_SHARE, name, percent)
    return Measure(words.TOP_SHARE, name, name, percent, int(reports_each.sum()), sentence)


def _by_channel(
    channel: str, grouping: Grouping, group: int, estimate: Estimate, rows: int, is_hidden: bool
) -> Measure:
    about = f"{grouping.labels[group]} by {channel}"
    if is_hidden:
        sentence = Sentence("hidden", {"group": about})
        return Measure(words.CHANNEL_REACH, grouping.name, about, Estimate(None), None, sentence)
    if len(grouping.labels) == 1:
        sentence = words.about_only(grouping.labels[group])
        return Measure(words.CHANNEL_REACH, grouping.name, about, Estimate(None), rows, sentence)
    sentence = words.about_group(
        words.CHANNEL_REACH, grouping.labels[group], estimate, channel=channel
    )
    return Measure(words.CHANNEL_REACH, grouping.name, about, estimate, rows, sentence)
