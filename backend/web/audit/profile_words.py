"""What the profile of a district says in words: titles that state what was found."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import format_decimal

from backend.audits.findings.words import is_likely, rounded
from backend.audits.models import AreaRate
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.places.models import BoundarySet
from backend.web.audit.finding_words import figure_words, interval_words
from equity.measures.cluster_bootstrap import Estimate
from equity.measures.disparity_words import Comparison
from equity.sentences import lower_limit, upper_limit

# Of each figure: clearly more here than there, clearly less, and neither.
_BESIDE = {
    "reporting-rate": (
        marked("People here report the same kind of problem more readily than in %(names)s"),
        marked("People here report the same kind of problem less readily than in %(names)s"),
        marked("Whether people here report more or less readily than next door cannot be told"),
    ),
    "waiting-days": (
        marked("Problems wait longer here than in %(names)s"),
        marked("Problems wait less here than in %(names)s"),
        marked("Whether problems wait longer here than next door cannot be told"),
    ),
    "median-wait": (
        marked("The middle problem waits longer here than in %(names)s"),
        marked("The middle problem waits less here than in %(names)s"),
        marked("Whether the middle problem waits longer here than next door cannot be told"),
    ),
    "closed-without-action": (
        marked("More is closed without anything being done here than in %(names)s"),
        marked("Less is closed without anything being done here than in %(names)s"),
        marked("Whether more is closed without anything done than next door cannot be told"),
    ),
    "reopened": (
        marked("More has to be opened again here than in %(names)s"),
        marked("Less has to be opened again here than in %(names)s"),
        marked("Whether more has to be opened again than next door cannot be told"),
    ),
    "reporters-per-thousand": (
        marked("More residents have reported something here than in %(names)s"),
        marked("Fewer residents have reported something here than in %(names)s"),
        marked("Whether more residents report something than next door cannot be told"),
    ),
}
_OVER_TIME = {
    "more": marked("From the first of these quarters to the last it clearly rose"),
    "less": marked("From the first of these quarters to the last it clearly fell"),
    "unsure": marked(
        "Whether it changed from the first of these quarters to the last cannot be told"
    ),
}


def beside_words(metric: str, more: Sequence[str], less: Sequence[str]) -> str:
    """The figure here against the districts next door that are clearly apart from it."""
    above, below, neither = _BESIDE[metric]
    said = [
        _(template, names=_names(names))
        for template, names in ((above, more), (below, less))
        if names
    ]
    return "; ".join(said) if said else _(neither)


def clearly(metric: str) -> bool:
    """Whether a figure is set against those next door by its interval."""
    return metric in _BESIDE


def change_words(change: Estimate, no_difference: float) -> str:
    """Whether a figure rose, fell, or neither can be told."""
    if change.low is not None and change.low > no_difference:
        return _(_OVER_TIME["more"])
    if change.high is not None and change.high < no_difference:
        return _(_OVER_TIME["less"])
    return _(_OVER_TIME["unsure"])


def kinds_words(less: Sequence[str], more: Sequence[str], told: int) -> str:
    """Which kinds of problem people here report otherwise than is usual in the city."""
    if less and more:
        return _(
            "People here report less readily than is usual: %(less)s; more readily: %(more)s",
            less=_names(less),
            more=_names(more),
        )
    if less:
        return _("People here report less readily than is usual: %(kinds)s", kinds=_names(less))
    if more:
        return _("People here report more readily than is usual: %(kinds)s", kinds=_names(more))
    if told:
        return _("Whether people here report more or less readily than is usual cannot be told")
    return _("How readily people here report cannot be told")


def line_words(line: Mapping[str, Any] | None) -> str:
    """A figure with its interval first, or why there is none."""
    if line is None:
        return _("Not told")
    low, high = interval_words(line["estimate"])
    if low is None or line["estimate"]["value"] is None:
        return figure_words(line)
    if line["estimate"]["low"] == line["estimate"]["high"]:
        # As when it never happened: that is no certainty.
        return _("%(value)s of those seen", value=rounded(line["estimate"]["value"]))
    if not is_likely(line):
        return _("%(low)s\u00a0to\u00a0%(high)s", low=low, high=high or "")
    return _between(low, high or "", rounded(line["estimate"]["value"]))


def change_line_words(change: Estimate, comparison: Comparison) -> str:
    """How much a figure changed, interval first, or that nobody can tell."""
    low, high = interval_words({"low": change.low, "high": change.high})
    if low is None or change.value is None:
        return _("Nothing to compare")
    words = _between(low, high or "", rounded(change.value))
    return _("%(change)s times", change=words) if comparison is Comparison.RATIO else words


def rate_words(rate: AreaRate | None, *, is_hidden: bool) -> str:
    """The rate of a kind of problem, or why there is none."""
    if is_hidden:
        return _("Hidden: too few people")
    if rate is None or rate.low is None or rate.high is None:
        return _("Cannot tell")
    return _between(lower_limit(rate.low), upper_limit(rate.high), f"{rate.likely:.2f}")


def census_words(measure: str, value: float | None) -> str:
    """A census figure as it is said."""
    if value is None:
        return "–"
    if measure.startswith("share_"):
        return _("%(share)s of 100", share=format_decimal(round(100 * value, 1)))
    return str(format_decimal(round(value, 1) if abs(value) < 100 else round(value)))


def census_source_words(boundary_set: BoundarySet) -> str:
    """Whose census figures there are, of when, and by which licence."""
    one = boundary_set
    told = ", ".join(filter(None, (one.census_source, one.census_vintage, one.census_licence)))
    return told or _("none")


def margin_words(measure: str, margin: float | None) -> str:
    """How far the census says that it may be off."""
    if margin is None:
        return _("not given")
    return f"± {census_words(measure, margin)}"


def quarter_words(starts_on: date) -> str:
    """A quarter as a short label."""
    return _("Q%(number)s %(year)s", number=(starts_on.month + 2) // 3, year=starts_on.year)


def _between(low: str, high: str, value: str) -> str:
    return _(
        "%(low)s\u00a0to\u00a0%(high)s, likely\u00a0%(value)s", low=low, high=high, value=value
    )


def _names(names: Sequence[str]) -> str:
    if len(names) > 3:
        return _("%(first)s and %(count)s others", first=names[0], count=len(names) - 1)
    return ", ".join(names)
