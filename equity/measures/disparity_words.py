"""Measures of disparity as sentences a councillor can repeat.

Every sentence is a key of `ENGLISH` and its facts, so that a translation can replace the table.
Facts are numbers as computed, in the unit of the sentence (shares in percent); whoever shows them
rounds them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from equity.measures.cluster_bootstrap import Estimate
from equity.measures.moran import Moran
from equity.sentences import Fact, Sentence


class Comparison(StrEnum):
    """How two groups are set against each other."""

    DIFFERENCE = "difference"
    RATIO = "ratio"

    @property
    def no_difference(self) -> float:
        """The value where both groups are alike."""
        return 1.0 if self is Comparison.RATIO else 0.0


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure the audit can give.

    Where `is_full_count` it counts everybody and everything, so it stands also without an interval,
    which only says how much hangs on single areas or projects. Where it `is_relative` it is about
    the other areas too, and says nothing of a single one. `index` is the concentration index that
    goes with it, `rests_on` what is counted to say how much stands behind a figure.
    """

    name: str
    unit: str
    comparison: Comparison = Comparison.DIFFERENCE
    is_full_count: bool = False
    index: "Metric | None" = None
    is_relative: bool = False
    rests_on: str = "problems"


_RARE = 0.05
_INDEX = "index from -1 to 1"
_SHARE_OF_CLOSED = "percent of closed problems"

WAITING_INDEX = Metric("waiting-concentration", _INDEX)
SPENDING_INDEX = Metric("spending-concentration", _INDEX, rests_on="projects")
TURNOUT_INDEX = Metric("turnout-concentration", _INDEX, rests_on="districts")
REPORTING = Metric(
    "reporting-rate",
    "times the city's average",
    Comparison.RATIO,
    is_relative=True,
    rests_on="districts",
)
UNTOLD = Metric(
    "untold-residents",
    "percent of residents",
    is_full_count=True,
    is_relative=True,
    rests_on="districts",
)
WAITING = Metric("waiting-days", "days", index=WAITING_INDEX)
MEDIAN_WAIT = Metric("median-wait", "days", Comparison.RATIO)
WITHOUT_ACTION = Metric("closed-without-action", _SHARE_OF_CLOSED, rests_on="closed problems")
REOPENED = Metric("reopened", _SHARE_OF_CLOSED, rests_on="closed problems")
BURDEN = Metric("burden-range", "weighted days", is_relative=True)
SPENDING = Metric(
    "spending-per-head",
    "money per resident",
    Comparison.RATIO,
    is_full_count=True,
    index=SPENDING_INDEX,
    rests_on="projects",
)
SPENDING_GINI = Metric("spending-gini", "index from 0 to 1", rests_on="projects")
SPENDING_BETWEEN = Metric("spending-between", "percent of the inequality", rests_on="projects")
TURNOUT = Metric(
    "turnout",
    "percent of eligible residents",
    is_full_count=True,
    index=TURNOUT_INDEX,
    rests_on="districts",
)
TOP_SHARE = Metric("top-share", "percent of reports", rests_on="reports")
REPORTERS = Metric(
    "reporters-per-thousand", "people per 1,000 residents", Comparison.RATIO, rests_on="people"
)
CHANNEL_REACH = Metric(
    "channel-reach",
    "times its share of residents",
    Comparison.RATIO,
    is_relative=True,
    rests_on="reports",
)

METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        REPORTING,
        UNTOLD,
        WAITING,
        WAITING_INDEX,
        MEDIAN_WAIT,
        WITHOUT_ACTION,
        REOPENED,
        BURDEN,
        SPENDING,
        SPENDING_INDEX,
        SPENDING_GINI,
        SPENDING_BETWEEN,
        TURNOUT,
        TURNOUT_INDEX,
        TOP_SHARE,
        REPORTERS,
        CHANNEL_REACH,
    )
}

ENGLISH: Mapping[str, str] = {
    "hidden": "About {group} nothing is said here, so that no single person can be made out.",
    "hidden-to-compare": "{first} and {last} are not compared here, so that no single person can "
    "be made out.",
    "only-one": "There is only one district, {group}, so there is nothing to compare it with.",
    "too-little": "About {group} there is too little to go by for a figure to rely on.",
    "too-little-to-compare": "There is too little to go by to compare {first} with {last}.",
    "not-on-roll": "Of too many people who may vote the roll does not say whether they live in "
    "{group}, so how many voted there cannot be told.",
    "reporting-rate": "Residents of {group} report the same kind of problem {value} times as often "
    "as the city's average (between {low} and {high}).",
    "reporting-rate.more": "Residents of {first} report the same kind of problem more often than "
    "those of {last}: {value} times as often (between {low} and {high}).",
    "reporting-rate.less": "Residents of {first} report the same kind of problem less often than "
    "those of {last}: {value} times as often (between {low} and {high}).",
    "reporting-rate.unsure": "Whether residents of {first} report the same kind of problem more or "
    "less often than those of {last} cannot be told: it is between {low} and {high} times as "
    "often.",
    "untold-residents.counted": "In {group}, {value} of every 100 residents live where too little "
    "is known to say how readily people report.",
    "waiting-days": "In {group}, a problem waits {value} of its first {horizon} days for somebody "
    "to act on it, problems still waiting included (between {low} and {high}).",
    "waiting-days.more": "Problems in {first} wait {value} days longer than in {last} (between "
    "{low} and {high}).",
    "waiting-days.less": "Problems in {first} wait {value} days less than in {last} (between {low} "
    "and {high}).",
    "waiting-days.unsure": "Whether problems in {first} wait longer than in {last} cannot be told: "
    "the difference is between {low} and {high} days.",
    "median-wait": "In {group}, the middle problem waits {value} days for somebody to act on it: "
    "half of the others wait less, half longer (between {low} and {high}).",
    "median-wait.more": "The middle problem in {first} waits {value} times as long for somebody to "
    "act on it as the middle problem in {last} (between {low} and {high}).",
    "median-wait.less": "The middle problem in {first} waits only {value} times as long for "
    "somebody to act on it as the middle problem in {last} (between {low} and {high}).",
    "median-wait.unsure": "Whether the middle problem in {first} waits longer for somebody to act "
    "on it than the middle problem in {last} cannot be told: it is between {low} and {high} times "
    "as long.",
    "closed-without-action": "In {group}, {value} of every 100 closed problems were closed without "
    "anything being done (between {low} and {high}).",
    "closed-without-action.more": "Of every 100 closed problems, {value} more were closed without "
    "anything being done in {first} than in {last} (between {low} and {high}).",
    "closed-without-action.less": "Of every 100 closed problems, {value} fewer were closed without "
    "anything being done in {first} than in {last} (between {low} and {high}).",
    "closed-without-action.unsure": "Whether more problems are closed without anything being done "
    "in {first} than in {last} cannot be told: the difference is between {low} and {high} of every "
    "100.",
    "reopened": "In {group}, {value} of every 100 closed problems had to be opened again (between "
    "{low} and {high}).",
    "reopened.more": "Of every 100 closed problems, {value} more had to be opened again in {first} "
    "than in {last} (between {low} and {high}).",
    "reopened.less": "Of every 100 closed problems, {value} fewer had to be opened again in "
    "{first} than in {last} (between {low} and {high}).",
    "reopened.unsure": "Whether more problems have to be opened again in {first} than in {last} "
    "cannot be told: the difference is between {low} and {high} of every 100.",
    "burden-range": "Added up over the kinds of problem, weighted by how serious they are, the "
    "worst served of the {group} waits {value} days longer than the best served, after taking off "
    "what chance alone would make (between {low} and {high}).",
    "burden-range.partly": "Added up over {added} kinds of problem, weighted by how serious they "
    "are, the worst served of the {group} waits {value} days longer than the best served, after "
    "taking off what chance alone would make (between {low} and {high}). Not in it, for too few "
    "somewhere to go by: {left_out}.",
    "spending-per-head": "In {group}, {value} was spent for each resident (between {low} and "
    "{high}, depending on single projects).",
    "spending-per-head.counted": "In {group}, {value} was spent for each resident.",
    "spending-per-head.more": "For each resident, {value} times as much was spent in {first} as in "
    "{last} (between {low} and {high}, depending on single projects).",
    "spending-per-head.less": "For each resident, only {value} times as much was spent in {first} "
    "as in {last} (between {low} and {high}, depending on single projects).",
    "spending-per-head.unsure": "For each resident, {value} times as much was spent in {first} as "
    "in {last}, but that hangs on single projects: it could as well be between {low} and {high}.",
    "spending-gini": "On a scale from 0 (the same for every resident) to 1 (all for one), spending "
    "is uneven by {value} (between {low} and {high}, depending on single projects).",
    "spending-between": "Of how unevenly money is spent, {value} percent lies between the {group} "
    "and the rest inside them (between {low} and {high}, depending on single projects).",
    "turnout": "In {group}, {value} of every 100 eligible residents voted (between {low} and "
    "{high}, depending on single areas).",
    "turnout.counted": "In {group}, {value} of every 100 eligible residents voted.",
    "turnout.more": "Of every 100 eligible residents, {value} more voted in {first} than in {last} "
    "(between {low} and {high}, depending on single areas).",
    "turnout.less": "Of every 100 eligible residents, {value} fewer voted in {first} than in "
    "{last} (between {low} and {high}, depending on single areas).",
    "turnout.unsure": "Whether more of the eligible residents voted in {first} than in {last} "
    "hangs on single areas: the difference is between {low} and {high} of every 100.",
    "top-share": "Of every 100 reports, {value} come from the one reporter in a hundred who "
    "reports most (between {low} and {high}).",
    "reporters-per-thousand": "In {group}, {value} of every 1,000 residents have reported "
    "something (between {low} and {high}).",
    "channel-reach": "By {channel}, {group} sends {value} times the reports that its number of "
    "residents would suggest (between {low} and {high}).",
    "structure-left": "Neighbouring districts are alike in what the estimate cannot explain (index "
    "{value}; by chance in {chance} of 100 cases), so something they share is missing from it.",
    "no-structure-left": "What the estimate cannot explain does not gather in one part of the city "
    "(index {value}; by chance in {chance} of 100 cases).",
    "waiting-concentration.more": "Long waits gather in districts where {group} is high (index "
    "{value}, between {low} and {high}).",
    "waiting-concentration.less": "Long waits gather in districts where {group} is low (index "
    "{value}, between {low} and {high}).",
    "waiting-concentration.unsure": "Whether long waits gather where {group} is high or where it "
    "is low cannot be told (index between {low} and {high}).",
    "spending-concentration.more": "Spending gathers in districts where {group} is high (index "
    "{value}, between {low} and {high}).",
    "spending-concentration.less": "Spending gathers in districts where {group} is low (index "
    "{value}, between {low} and {high}).",
    "spending-concentration.unsure": "Whether spending gathers where {group} is high or where it "
    "is low hangs on single projects (index between {low} and {high}).",
    "turnout-concentration.more": "Voters gather in districts where {group} is high (index "
    "{value}, between {low} and {high}).",
    "turnout-concentration.less": "Voters gather in districts where {group} is low (index {value}, "
    "between {low} and {high}).",
    "turnout-concentration.unsure": "Whether voters gather where {group} is high or where it is "
    "low hangs on single areas (index between {low} and {high}).",
}


def about_only(group: str) -> Sentence:
    """That what is measured against others says nothing of the only group there is."""
    return Sentence("only-one", {"group": group})


def about_group(metric: Metric, group: str, estimate: Estimate, **facts: Fact) -> Sentence:
    """What the figure of one group says."""
    numbers = _numbers(estimate)
    if numbers is not None:
        return Sentence(metric.name, {"group": group, **numbers, **facts})
    if metric.is_full_count and estimate.value is not None:
        return Sentence(f"{metric.name}.counted", {"group": group, "value": estimate.value})
    return Sentence("too-little", {"group": group})


def about_burden(group: str, estimate: Estimate, added: int, left_out: Sequence[str]) -> Sentence:
    """What the burden range says, and of which kinds of problem it says nothing."""
    sentence = about_group(BURDEN, group, estimate)
    if sentence.key != BURDEN.name or not left_out:
        return sentence
    facts = {**sentence.facts, "added": added, "left_out": "; ".join(left_out)}
    return Sentence(f"{BURDEN.name}.partly", facts)


def about_roll(sentence: Sentence, short: Sequence[str]) -> Sentence:
    """That nothing is told because the roll does not know who lives there, where that is why."""
    off_roll = [group for group in sentence.facts.values() if group in short]
    if sentence.key not in ("too-little", "too-little-to-compare") or not off_roll:
        return sentence
    return Sentence("not-on-roll", {"group": " and ".join(map(str, off_roll))})


def about_gap(metric: Metric, first: str, last: str, estimate: Estimate) -> Sentence:
    """What the figure of the first group against the last says, and whether the whole interval lies
    on one side of no difference.

    A difference is spoken of as its size, so that nobody waits minus three days longer.
    """
    names = {"first": first, "last": last}
    numbers = _numbers(estimate)
    if numbers is None:
        return Sentence("too-little-to-compare", names)
    verdict = _verdict(numbers, metric.comparison.no_difference)
    if verdict == "less" and metric.comparison is Comparison.DIFFERENCE:
        numbers = {
            "value": -numbers["value"],
            "low": -numbers["high"],
            "high": -numbers["low"],
        }
    return Sentence(f"{metric.name}.{verdict}", {**names, **numbers})


def about_index(metric: Metric, column: str, estimate: Estimate) -> Sentence:
    """What a concentration index against a column says."""
    numbers = _numbers(estimate)
    if numbers is None:
        return Sentence("too-little", {"group": column})
    return Sentence(f"{metric.name}.{_verdict(numbers, 0.0)}", {"group": column, **numbers})


def about_structure(moran: Moran) -> Sentence:
    """Whether residuals of a model gather in space."""
    key = "structure-left" if moran.p <= _RARE else "no-structure-left"
    return Sentence(key, {"value": moran.i, "chance": 100 * moran.p})


def _numbers(estimate: Estimate) -> dict[str, float] | None:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def _verdict(numbers: Mapping[str, float], no_difference: float) -> str:
    if numbers["low"] > no_difference:
        return "more"
    return "less" if numbers["high"] < no_difference else "unsure"
