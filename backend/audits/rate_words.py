"""What a fit says, in words for the page and the command line alike."""

from collections.abc import Callable, Sequence
from datetime import datetime
from math import ceil, floor

from backend.audits.models import AreaRate, RateRun
from backend.audits.queries import fitted_rate
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from equity.rates.explain_rate import RATE_ENGLISH, explain_rate
from equity.rates.reporting_rate import Grade, likely_rate
from equity.sentences import in_words, lower_limit, upper_limit


def rate_sentence(row: AreaRate, rates: Sequence[AreaRate]) -> str:
    """What is known of a district, one of `rates`."""
    if row.grade == Grade.S and row.recent_reports is not None and row.least_expected is not None:
        return str(
            ngettext(
                "In 90 days %(num)s report came from here. From as many residents, the spread of "
                "the other districts lets one expect %(least)s or more. That is no sign that all "
                "is well: somebody should go and look.",
                "In 90 days %(num)s reports came from here. From as many residents, the spread of "
                "the other districts lets one expect %(least)s or more. That is no sign that all "
                "is well: somebody should go and look.",
                row.recent_reports,
                least=row.least_expected,
            )
        )
    duplicates = [one.duplicates for one in rates]
    return in_words([explain_rate(fitted_rate(row), duplicates)], RATE_ENGLISH)


def is_sensitive(row: AreaRate) -> bool:
    """Whether more left out changes the grade or moves the figure beyond its interval."""
    return row.later_grade is not None and fitted_rate(row).reads_otherwise(
        row.later_grade, row.later_rate
    )


def sensitivity_sentence(row: AreaRate, run: RateRun) -> str:
    """What the district would read instead; empty where that makes no difference."""
    if not is_sensitive(row):
        return ""
    hours = _hours(run, "later_blackout_days")
    if row.later_low is None or row.later_high is None:
        return _("Without the first %(hours)s hours nobody can tell.", hours=hours)
    return _(
        "Without the first %(hours)s hours: between %(low)s and %(high)s, likely %(rate).2f "
        "(%(grade)s).",
        hours=hours,
        low=lower_limit(row.later_low),
        high=upper_limit(row.later_high),
        rate=likely_rate(row.later_low, row.later_high),
        grade=row.later_grade,
    )


def basis_sentences(run: RateRun, day: Callable[[datetime], str]) -> tuple[str, ...]:
    """From when and how much; `day` writes a date. Empty facts of older fits are passed over."""
    facts = run.parameters
    words = [
        _(
            "Reports from %(first)s to %(last)s. Each problem is watched for %(limit)g days at "
            "most, without the first %(blackout)s hours after it was first reported. Fitted "
            "%(fitted)s.",
            first=day(run.data_from),
            last=day(run.data_until),
            limit=facts["limit_days"],
            blackout=_hours(run, "blackout_days"),
            fitted=day(run.fitted_at),
        ),
    ]
    if "incidents" in facts:
        words.append(
            _(
                "Watched: %(incidents)s problems, reported again %(repeats)s times.",
                incidents=facts["incidents"],
                repeats=facts["duplicates"],
            )
        )
    return tuple(words)


def model_sentences(run: RateRun) -> tuple[str, ...]:
    """How the figures come about, and what is known besides."""
    facts = run.parameters
    words = []
    if "hyper" in facts:
        words += [_borrowing(run), _reach(*facts["hyper"]["reach_days"])]
        words.append(
            _(
                "Some problems are reported far more readily than others of their kind; the "
                "intervals allow for that, and are the wider of two ways to reckon them."
            )
        )
    shown = facts.get("already_shown")
    if shown and any(shown.values()):
        words.append(
            _(
                "Of those about to report who were shown that it may be known, %(joined)s added "
                "themselves, %(anew)s reported something else and %(left)s left it at that. Who "
                "left is not counted.",
                **shown,
            )
        )
        if shown["left"] and "otherwise_if_leavers_reported" in facts:
            words.append(_if_leavers_reported(facts["otherwise_if_leavers_reported"]))
    return tuple(words)


def _if_leavers_reported(districts: list[str]) -> str:
    if not districts:
        return _("Had all who left reported it, every district would read the same.")
    return _(
        "Had all who left reported it, these districts would read differently: %(names)s.",
        names=", ".join(districts),
    )


def sensitivity_summary(run: RateRun, rates: list[AreaRate]) -> str:
    """How many districts read differently with more left out; empty where that is not known."""
    if all(row.later_grade is None for row in rates):
        return ""
    hours = {
        "hours": _hours(run, "blackout_days"),
        "later": _hours(run, "later_blackout_days"),
    }
    changed = sum(map(is_sensitive, rates))
    if not changed:
        return _(
            "With the first %(later)s hours left out instead of %(hours)s, every district reads "
            "the same.",
            **hours,
        )
    return str(
        ngettext(
            "With the first %(later)s hours left out instead of %(hours)s, %(num)s district reads "
            "differently; it says how.",
            "With the first %(later)s hours left out instead of %(hours)s, %(num)s districts read "
            "differently; each says how.",
            changed,
            **hours,
        )
    )


def city_sentence(run: RateRun) -> str:
    """For a town too small to compare its districts: what can be said of the whole."""
    if not run.parameters.get("is_pooled_only"):
        return ""
    words = _(
        "This is too little for figures by district. What districts leave unreported can only be "
        "found by walking their streets."
    )
    rate = run.parameters.get("city_rate")
    if not rate:
        return words
    per_day, low, high = rate
    if not per_day:
        return f"{words} " + _("Nobody has reported an open problem again so far.")
    return f"{words} " + _(
        "In the whole city an open problem is reported again about once in %(days)s days "
        "(between %(least)s and %(most)s).",
        days=round(1 / per_day),
        least=floor(1 / high),
        most=ceil(1 / low),
    )


def _borrowing(run: RateRun) -> str:
    facts = {"census": _census_words(run.parameters["census"])}
    if run.parameters["neighbours"] and run.parameters["census"]:
        return _(
            "Districts are compared at the same kinds of problem. Where one has few repeats, its "
            "neighbours and the census (%(census)s) say what is likely.",
            **facts,
        )
    if run.parameters["neighbours"]:
        return _(
            "Districts are compared at the same kinds of problem. Where one has few repeats, its "
            "neighbours say what is likely."
        )
    if run.parameters["census"]:
        return _(
            "Districts are compared at the same kinds of problem. Where one has few repeats, the "
            "census (%(census)s) says what is likely.",
            **facts,
        )
    return _(
        "Districts are compared at the same kinds of problem. Where one has few repeats, the other "
        "districts say what is likely."
    )


def _census_words(measures: list[str]) -> str:
    words = {
        "share_65_plus": _("age"),
        "median_income": _("income"),
        "share_no_smartphone": _("smartphones"),
    }
    return ", ".join(words[measure] for measure in measures)


def _reach(middle: float, low: float, high: float) -> str:
    return _(
        "As far as the repeats tell, a problem can be noticed for about %(days)s days (between "
        "%(low)s and %(high)s).",
        days=round(middle),
        low=floor(low),
        high=ceil(high),
    )


def _hours(run: RateRun, name: str) -> str:
    return f"{24 * run.parameters[name]:g}"
