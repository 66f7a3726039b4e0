"""What the parts of a finding are called, and what it says where it can say nothing."""

from collections.abc import Mapping
from math import ceil, floor
from typing import Any

from backend.audits.findings.parameters import Kind
from backend.audits.findings.words import rests_on_unit, rounded
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.web.fact_words import quoted, read_facts
from equity.measures.suppression import SuppressionRule

_KINDS = {
    Kind.REPORTING: marked("How readily do people report?"),
    Kind.RESPONSE: marked("How long do problems wait?"),
    Kind.CLOSING: marked("What was closed, and how?"),
    Kind.BURDEN: marked("Who bears the longest waits?"),
    Kind.SPENDING: marked("Where was budget money spent?"),
    Kind.TURNOUT: marked("Who voted?"),
    Kind.PARTICIPATION: marked("Who reports, and how?"),
}
_CAVEATS = {
    Kind.REPORTING: marked(
        "Reports are not problems. This is estimated from problems that were reported again, for "
        "the same kinds of problem."
    ),
    Kind.RESPONSE: marked(
        "Until the first inspection or the first work, or a date for it. Problems that still wait "
        "are counted, so a backlog makes no district look fast."
    ),
    Kind.CLOSING: marked(
        "Closed without anything being done: refused, handed to another body, or not in the city."
    ),
    Kind.BURDEN: marked(
        "A day of waiting counts more, the more dangerous the problem is: 10 for danger, 2 for a "
        "wish."
    ),
    Kind.SPENDING: marked(
        "Money of budget projects by the district they lie in. Projects for the whole city are "
        "left out."
    ),
    Kind.TURNOUT: marked("People who used their right to vote, of those on the roll."),
    Kind.PARTICIPATION: marked(
        "People are told apart by a mark made from their device or account, and one person with "
        "two counts twice."
    ),
}
_METRICS = {
    "reporting-rate": marked("Reports of the same kind of problem, against the city's average"),
    "untold-residents": marked("Residents where too little is known, of every 100"),
    "waiting-days": marked("Days waited until somebody acted, of the first 30"),
    "median-wait": marked("Days the middle problem waited until somebody acted"),
    "closed-without-action": marked("Closed without anything being done, of every 100 closed"),
    "reopened": marked("Opened again, of every 100 closed"),
    "burden-range": marked("From the best to the worst served, in weighted days"),
    "spending-per-head": marked("Money spent for each resident"),
    "spending-gini": marked("How unevenly money is spent"),
    "spending-between": marked("How much of that lies between groups"),
    "turnout": marked("Voters of every 100 entitled"),
    "top-share": marked("Reports from the busiest hundredth of reporters, of every 100"),
    "reporters-per-thousand": marked("People who reported, of every 1,000 residents"),
    "channel-reach": marked("Reports by each way, against the number of residents"),
}
_RESTS_ON = {
    "problems": marked("Problems"),
    "closed problems": marked("Closed problems"),
    "districts": marked("Districts"),
    "projects": marked("Projects"),
    "people": marked("People"),
    "reports": marked("Reports"),
}
_UNTOLD = {
    "no-cases": marked("No problem that residents told of began in these days."),
    "nothing-closed": marked("No problem of these days was closed by their end."),
    "nothing-spent": marked("No budget project spent money in these days."),
    "no-vote-counted": marked("No vote was counted in these days."),
    "no-duplicates": marked(
        "No problem was reported a second time, and rates are read from those."
    ),
    "no-reports": marked("It is not known which reports come from one person."),
    "too-few-residents": marked("Too few people stand behind the reports to say anything."),
}
_NEVER_HAPPENED = {
    "closed-without-action": marked("No problem was closed without anything being done."),
    "reopened": marked("No closed problem had to be opened again."),
}
_HEADLINES = {
    "reporting-rate.more": marked("People in %(first)s report more readily than in %(last)s"),
    "reporting-rate.less": marked("People in %(first)s report less readily than in %(last)s"),
    "waiting-days.more": marked("Problems in %(first)s wait longer than in %(last)s"),
    "waiting-days.less": marked("Problems in %(first)s wait less than in %(last)s"),
    "median-wait.more": marked("The middle problem in %(first)s waits longer than in %(last)s"),
    "median-wait.less": marked("The middle problem in %(first)s waits less than in %(last)s"),
    "closed-without-action.more": marked(
        "More problems are closed without anything being done in %(first)s than in %(last)s"
    ),
    "closed-without-action.less": marked(
        "Fewer problems are closed without anything being done in %(first)s than in %(last)s"
    ),
    "reopened.more": marked("More problems are opened again in %(first)s than in %(last)s"),
    "reopened.less": marked("Fewer problems are opened again in %(first)s than in %(last)s"),
    "spending-per-head.more": marked(
        "More was spent for each resident of %(first)s than of %(last)s"
    ),
    "spending-per-head.less": marked(
        "Less was spent for each resident of %(first)s than of %(last)s"
    ),
    "turnout.more": marked("More people voted in %(first)s than in %(last)s"),
    "turnout.less": marked("Fewer people voted in %(first)s than in %(last)s"),
}
_VERDICTS = {
    "reached": marked("It was reached: the whole interval lies beyond it."),
    "not-reached": marked("It was not reached: the whole interval lies below it."),
    "unsure": marked("Whether it was reached cannot be told: it lies within the interval."),
    "untold": marked("There is no figure to compare it with."),
}
_AGREEMENTS = {
    "agree": marked("On the other boundaries it says the same"),
    "size": marked("On the other boundaries it points the same way, but is of another size"),
    "sureness": marked(
        "On one of the two boundaries the whole interval lies on one side of no difference, on the "
        "other it does not"
    ),
    "direction": marked("On the other boundaries it says the opposite"),
    "untold": marked("On one of the two boundaries too little is known"),
}


def few_people_words(rule: SuppressionRule | None = None) -> str:
    """What stays hidden, for wherever it does."""
    rule = rule or SuppressionRule()
    return _(
        "Where fewer than %(count)s problems or %(people)s people stand behind a figure it is "
        "hidden, and so are others from which it could be worked out.",
        count=rule.least_count,
        people=rule.least_people,
    )


def kind_words(kind: Kind) -> str:
    """The question a kind of figures answers."""
    return _(_KINDS[kind])


def kind_caveat(kind: Kind) -> str:
    """What to know before reading them."""
    return _(_CAVEATS[kind])


def metric_words(metric: str) -> str:
    """What a figure is of."""
    return _(_METRICS[metric])


def rests_on_words(line: Mapping[str, Any]) -> str:
    """What is counted beside the figure of a line."""
    return _(_RESTS_ON[rests_on_unit(line)])


def untold_words(untold: Mapping[str, Any]) -> str:
    """Why there is nothing to tell of a kind."""
    return _(_UNTOLD.get(untold["slug"], _UNTOLD["too-few-residents"]))


def never_happened_words(metric: str) -> str:
    """That what a figure counts did not happen at all."""
    return _(_NEVER_HAPPENED[metric])


def headline(sentence: Mapping[str, Any]) -> str | None:
    """A gap its whole interval tells, without figures; None for every other sentence."""
    template = _HEADLINES.get(sentence["key"])
    if template is None:
        return None
    facts = sentence["facts"]
    return _(template, first=facts["first"], last=facts["last"])


def verdict_words(verdict: str) -> str:
    """Whether a gap is as large as was said beforehand."""
    return _(_VERDICTS[verdict])


def agreement_words(agreement: str) -> str:
    """What two geographies say together."""
    return _(_AGREEMENTS[agreement])


def figure_words(line: Mapping[str, Any]) -> str:
    """A figure with its interval, or why there is none."""
    why_none = {
        "hidden": _("Hidden: too few people"),
        "not-on-roll": _("The roll does not know it"),
        "only-one": _("Nothing to compare it with"),
    }
    key, estimate = line["sentence"]["key"], line["estimate"]
    if key in why_none:
        return why_none[key]
    if estimate["value"] is None:
        return _("Too little to go by")
    value, (low, high) = rounded(estimate["value"]), interval_words(estimate)
    if low is None:
        return value if key.endswith(".counted") else _("Too little to go by")
    # The interval stays on one line.
    return _("%(value)s (%(low)s\u00a0to\u00a0%(high)s)", value=value, low=low, high=high)


def interval_words(estimate: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Its two limits, each rounded outward; None where there are none."""
    if estimate["low"] is None:
        return None, None
    return rounded(estimate["low"], floor), rounded(estimate["high"], ceil)


_metric = quoted(lambda name: metric_words(name) if name in _METRICS else name)
read_facts(
    "metric-unknown",
    "threshold-not-offered",
    "threshold-impossible",
    "threshold-without-ends",
    metric=_metric,
    metrics=lambda names: [_metric(name) for name in names],
)
