"""Sweep plans in words a ward officer can repeat."""

from collections.abc import Mapping, Sequence
from math import inf

from flask_babel import format_decimal

from backend.core.i18n import gettext as _
from backend.core.i18n import marked, ngettext
from backend.triage.sweeps.doubts import WORDS, Doubt
from backend.triage.sweeps.level import Level
from backend.triage.sweeps.plan_figures import KeptPromise, PlanFigures
from backend.web.fact_words import quoted, read_facts
from backend.web.words import measure_words
from equity.levers.sweep_plan import HIDDEN, RANDOM, VISIT
from equity.rates.capture_recapture import ReportedShare
from equity.sentences import lower_limit, upper_limit

_STATES = {
    "proposed": marked("Proposed"),
    "in_force": marked("In force"),
    "dropped": marked("Dropped"),
    "replaced": marked("Replaced by a later plan"),
}
_KINDS = {
    RANDOM: marked("drawn by lot"),
    VISIT: marked("so that the district is visited"),
    HIDDEN: marked("where much is unreported"),
}
_MARKS = {"proposed": "waiting", "in_force": "moving"}


def plan_state_words(state: str) -> str:
    """Where a plan stands."""
    return _(_STATES[state])


def plan_mark(state: str) -> str:
    """The mark that goes with it."""
    return _MARKS.get(state, "done")


def stop_kind_words(kind: str) -> str:
    """Why a stop is there."""
    return _(_KINDS[kind])


def kilometres(metres: float) -> str:
    """To a tenth."""
    return _("%(km)s km", km=format_decimal(round(metres / 1000, 1)))


def capacity_words(figures: PlanFigures) -> str:
    """How much of the crews' time goes out, and why so much."""
    parts = round(100 * figures.utilisation)
    busy = format_decimal(parts)
    if parts > 100:
        return _(
            "%(times)s times as much work comes in as the crews can finish. Nobody can be spared "
            "for sweeps without leaving what is already reported to wait longer.",
            times=format_decimal(parts / 100),
        )
    if not figures.days:
        return _(
            "Work comes in at %(busy)s of 100 parts of what the crews can finish. Nobody can be "
            "spared for sweeps without leaving what is already reported to wait longer.",
            busy=busy,
        )
    return _(
        "Work comes in at %(busy)s of 100 parts of what the crews can finish. That leaves "
        "%(share)s of 100 crew days for sweeps.",
        busy=busy,
        share=format_decimal(round(100 * figures.share)),
    )


def plan_words(figures: PlanFigures, weeks: int) -> str:
    """What the plan does."""
    planned = sum(one.metres for one in figures.visits)
    drawn = sum(one.random_metres for one in figures.visits)
    return ngettext(
        "%(when)s, crews walk %(all)s of street on one day: %(drawn)s drawn by lot from all "
        "streets, the rest where most is likely unreported.",
        "%(when)s, crews walk %(all)s of street on %(num)s days: %(drawn)s drawn by lot from all "
        "streets, the rest where most is likely unreported.",
        len(figures.days),
        when=ngettext("In one week", "Over %(num)s weeks", weeks),
        all=kilometres(planned),
        drawn=kilometres(drawn),
    )


def cannot_promise(figures: PlanFigures, weeks: int, names: Mapping[int, str]) -> tuple[str, ...]:
    """What the plan keeps and what it does not, one sentence each."""
    per_week = figures.sweep_days_per_week
    words = [_promise_words(one, weeks, per_week, names) for one in figures.promises]
    if figures.left_out:
        words.append(
            ngettext(
                "One stop that was due found no day.",
                "%(num)s stops that were due found no day.",
                figures.left_out,
            )
        )
    if figures.random_left_out:
        words.append(
            _(
                "%(count)s of them were drawn by lot. Without them, what is found says less about "
                "the whole city.",
                count=figures.random_left_out,
            )
        )
    untold = sum(one.relative_rate is None for one in figures.visits)
    if untold == len(figures.visits):
        words.append(
            _(
                "Nobody can tell yet how much is unreported in any district, so each counts by the "
                "length of its streets."
            )
        )
    elif untold:
        words.append(
            ngettext(
                "For one district nobody can tell how much is unreported. It counts like the "
                "average of the others for the length of its streets.",
                "For %(num)s districts nobody can tell how much is unreported. They count like the "
                "average of the others for the length of their streets.",
                untold,
            )
        )
    if not figures.is_network:
        words.append(
            _(
                "The ground map has no streets. Stops are points in even rows, each for a walk "
                "around it, and ways between them are straight lines: real ones are longer."
            )
        )
    words.append(
        _("It does not promise that anything is found, nor that what is found is mended sooner.")
    )
    return tuple(words)


def _promise_words(
    promise: KeptPromise, weeks: int, days_per_week: float, names: Mapping[int, str]
) -> str:
    if promise.no_shows:
        case = _("If one sweep day in %(days)s falls out,", days=round(1 / promise.no_shows))
    else:
        case = _("If every sweep day takes place,")
    if not promise.late:
        return ngettext(
            "%(case)s every district is visited within the week.",
            "%(case)s every district is visited within the %(num)s weeks, and sooner where the "
            "last visit is long ago.",
            weeks,
            case=case,
        )
    weeks_late = sorted({week for _area, week in promise.late}, key=lambda week: week or inf)
    late = "; ".join(
        _late_words([names.get(area, "?") for area, its in promise.late if its == week], week)
        for week in weeks_late
    )
    words = ngettext(
        "%(case)s one district waits longer than it should: %(late)s.",
        "%(case)s %(num)s districts wait longer than they should: %(late)s.",
        len(promise.late),
        case=case,
        late=late,
    )
    # Where it is no more than there are, only those too far away are left.
    if promise.sweep_days_needed > days_per_week:
        words += " " + ngettext(
            "It takes one sweep day a week to be in time everywhere; this plan has %(has)s.",
            "It takes %(num)s sweep days a week to be in time everywhere; this plan has %(has)s.",
            promise.sweep_days_needed,
            has=format_decimal(round(days_per_week, 2)),
        )
    if promise.too_far:
        far = ", ".join(names.get(area, "?") for area in promise.too_far)
        words += " " + _("Without a street, or too far to be back within a day: %(far)s.", far=far)
    return words


def _late_words(names: Sequence[str], week: int | None) -> str:
    if week is None:
        return _("%(names)s (not within this plan)", names=", ".join(names))
    return _("%(names)s (week %(week)s)", names=", ".join(names), week=week)


def share_words(share: ReportedShare) -> str:
    """How much of what there is was ever reported: first in words, then the estimate."""
    if not share.swept:
        return _("Nothing was found at stops drawn by lot, so nobody can tell.")
    return _(
        "Between %(low)s and %(high)s of 100 problems had been reported, likely %(middle)s.",
        low=int(100 * share.low),
        high=-int(-100 * share.high // 1),
        middle=round(100 * (share.share or 0)),
    )


def problems_words(share: ReportedShare) -> str:
    """The 90 % interval of how many there are; of what no resident reported nobody can tell."""
    if not share.swept_reported:
        return _("cannot tell")
    low, high = lower_limit(share.problems_low, 0), upper_limit(share.problems_high, 0)
    return _("%(low)s to %(high)s", low=low, high=high)


def doubts_words(doubts: Sequence[str]) -> str:
    """What can hardly be about a day, one sentence each."""
    return " ".join(_(WORDS[Doubt(one)]) for one in doubts)


def part_names(level: Level, names: Mapping[int, str]) -> Sequence[str]:
    """What each part of a level is called: a district, or a fifth of residents."""
    if not level.parts or level.rank is None:
        return ()
    if not level.parts[0].is_pooled:
        return [names[int(part.areas[0])] for part in level.parts]
    measure = measure_words(level.rank)
    return [
        _("Fifth %(number)s by “%(measure)s”", number=number, measure=measure)
        for number, _part in enumerate(level.parts, start=1)
    ]


read_facts("sweep-plan-decided", "sweep-plan-not-in-force", state=quoted(plan_state_words))
read_facts("sweep-day-doubted", doubts=doubts_words)
