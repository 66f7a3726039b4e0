"""States, bands, channels and durations in words people use."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from babel import Locale, UnknownLocaleError
from flask_babel import format_date, get_locale

from backend.core.i18n import gettext as _
from backend.core.i18n import marked, ngettext
from backend.reports.step_words import OUTCOME_WORDS, SAID_WORDS, STATE_WORDS
from backend.reports.workflow import State
from backend.web.face import blueprint
from equity.sentences import upper_limit

_BANDS = (marked("Danger"), marked("Urgent"), marked("Soon"), marked("Ordinary"), marked("Wish"))
_CHANNELS = {
    "app": marked("by the app"),
    "web": marked("on the web"),
    "phone": marked("by phone call"),
    "counter": marked("at a counter"),
    "text": marked("by text message"),
    "email": marked("by e-mail"),
    "paper": marked("on paper"),
    "staff": marked("by staff"),
    "helper": marked("through a helper"),
    "outreach": marked("at an outreach visit"),
    "crew": marked("by a crew"),
    "sensor": marked("by a sensor"),
    "sweep": marked("on a sweep"),
}
_OTHER_CHANNEL = marked("another way")
_ROLES = {
    "ward_staff": marked("Ward staff"),
    "analyst": marked("Analyst"),
    "admin": marked("Administrator"),
}


def state_words(state: State) -> str:
    """A state as a reader meets it."""
    return _(STATE_WORDS[state])


def next_words(state: State) -> str:
    """What happens next, for the person who reported."""
    return {
        State.RECEIVED: _("Next, somebody from the city looks at it."),
        State.TRIAGED: _("Next, it is put on somebody's list of work."),
        State.ASSIGNED: _("Next, the team sets a date or begins."),
        State.SCHEDULED: _("The work has a date."),
        State.IN_PROGRESS: _("Somebody is working on it."),
        State.WAITING_REPORTER: _("The city has asked a question and waits for the answer."),
        State.WAITING_CONTRACTOR: _("Work goes on as soon as what it waits for is there."),
        State.RESOLVED: _("The city says it is done."),
        State.CONFIRMED: _("The city says it is done, and so does whoever reported it."),
        State.REFUSED: _("The city will not do this; the reason is below."),
        State.REOPENED: _("It was not done after all, and is back on the list."),
        State.DUPLICATE: _("It was reported before; both are handled together."),
        State.HANDED_OVER: _("Another body looks after this place and has it now."),
        State.OUTSIDE: _("The place is not the city's; the reason is below."),
    }[state]


def severity_words(band: int) -> str:
    """What a severity band means."""
    return _(_BANDS[band])


def channel_words(channel: str) -> str:
    """How a report came in."""
    return _(_CHANNELS.get(channel, _OTHER_CHANNEL))


def contact_words(contact: Mapping[str, str] | None) -> tuple[str, ...]:
    """What somebody told of how to reach them; one sentence where nobody here can open it."""
    if contact is None:
        return (
            _(
                "This contact cannot be read: the key it was sealed with is not here, or it was "
                "damaged."
            ),
        )
    return tuple(contact.values())


def said_words(kind: str) -> str:
    """What a word under a report is."""
    return _(SAID_WORDS[kind])


def outcome_words(outcome: str) -> str:
    """What an inspection found."""
    return _(OUTCOME_WORDS[outcome])


def rating_words(answer: str) -> str:
    """How somebody says it was dealt with."""
    return {"yes": _("Well"), "partly": _("In part"), "no": _("Not well")}[answer]


def actor_words(key: str) -> str:
    """Who acted, as the decision log's key says it; never a person's name."""
    match key.partition(":")[0]:
        case "staff":
            return _("city staff")
        case "resident":
            return _("a resident")
        case "operator":
            return _("the operator")
        case _:
            return _("the program")


def due_words(
    due_at: datetime | None, now: datetime, stopped_at: datetime | None, *, is_closed: bool
) -> str:
    """How it stands against its date; its clock may have stopped, for a while or at its closing."""
    moment = stopped_at or now
    if due_at is None:
        return _("without a date")
    if due_at < moment:
        return _("%(duration)s late", duration=duration_words(moment - due_at))
    if is_closed:
        return _("closed in time")
    if stopped_at is not None:
        return _("the clock stands still")
    return _("due in %(duration)s", duration=duration_words(due_at - now))


def duration_words(duration: timedelta) -> str:
    """A duration in its two largest useful units at most: minutes, hours, days."""
    minutes = max(0, int(duration.total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(num)s hour", "%(num)s hours", hours)
    return ngettext("%(num)s day", "%(num)s days", hours // 24)


def measure_words(measure: str) -> str:
    """A census measure as a column's title."""
    return {
        "population": _("Residents"),
        "share_65_plus": _("Aged 65 or more"),
        "median_income": _("Median income"),
        "share_no_smartphone": _("Without a smartphone"),
    }.get(measure, measure.replace("_", " ").capitalize())


def below_middle_words(upper: float, middle: float) -> str:
    """How far the upper limit of a district's rate lies below the median one."""
    told = told_apart(upper, middle, (2, 3))
    if told is None:
        return _(
            "At most slightly below the middle district, which has %(middle).2f of the usual rate.",
            middle=middle,
        )
    return _(
        "At most %(upper)s of the usual rate, where the middle district has %(middle)s.",
        upper=told[0],
        middle=told[1],
    )


def told_apart(upper: float, more: float, digits: Sequence[int]) -> tuple[str, str] | None:
    """Both with the first number of digits that tells them apart; `upper` is a limit."""
    for count in digits:
        pair = upper_limit(upper, count), f"{more:.{count}f}"
        if float(pair[0]) < float(pair[1]):
            return pair
    return None


def role_words(role: str) -> str:
    """What somebody is to the city."""
    return _(_ROLES[role]) if role in _ROLES else role


@blueprint.app_template_global()
def language_words(language: str) -> str:
    """A language in the reader's own."""
    try:
        named = Locale.parse(language, sep="-").get_display_name(get_locale())
    except (UnknownLocaleError, ValueError):
        named = None
    return named[0].upper() + named[1:] if named else language


@blueprint.app_template_filter()
def plain_day(day: date) -> str:
    """A day of the calendar, which is the same in every time zone."""
    return format_date(day, "d MMM y", rebase=False)
