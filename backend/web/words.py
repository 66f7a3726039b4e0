"""States, bands, channels and durations in words people use."""

from datetime import timedelta

from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.reports.workflow import State


def state_words(state: State) -> str:
    """A state as a reader meets it."""
    # The queue asks for hundreds of these: only the one that is asked for is translated.
    match state:
        case State.RECEIVED:
            return _("Received")
        case State.TRIAGED:
            return _("Looked at")
        case State.IN_PROGRESS:
            return _("Being worked on")
        case State.WAITING:
            return _("Waiting")
        case State.RESOLVED:
            return _("Done")
        case State.REFUSED:
            return _("Refused")
        case State.REOPENED:
            return _("Reopened")
        case State.DUPLICATE:
            return _("Same as another")


def next_words(state: State) -> str:
    """What happens next, for the person who reported."""
    return {
        State.RECEIVED: _("Next, somebody from the city looks at it."),
        State.TRIAGED: _("Next, it is put on somebody's list of work."),
        State.IN_PROGRESS: _("Somebody is working on it."),
        State.WAITING: _("Work goes on as soon as what it waits for is there."),
        State.RESOLVED: _("The city says it is done."),
        State.REFUSED: _("The city will not do this; the reason is below."),
        State.REOPENED: _("It was not done after all, and is back on the list."),
        State.DUPLICATE: _("It was reported before; both are handled together."),
    }[state]


def severity_words(band: int) -> str:
    """What a severity band means."""
    match band:
        case 0:
            return _("Danger")
        case 1:
            return _("Urgent")
        case 2:
            return _("Soon")
        case 3:
            return _("Ordinary")
        case _:
            return _("Wish")


def channel_words(channel: str) -> str:
    """How a report came in."""
    return {
        "app": _("by the app"),
        "web": _("on the web"),
        "phone": _("by phone call"),
        "text": _("by text message"),
        "email": _("by e-mail"),
        "paper": _("on paper"),
        "staff": _("by staff"),
        "helper": _("through a helper"),
        "outreach": _("at an outreach visit"),
        "crew": _("by a crew"),
        "sensor": _("by a sensor"),
        "sweep": _("on a sweep"),
    }.get(channel, _("another way"))


def outcome_words(outcome: str) -> str:
    """What an inspection found."""
    return {
        "found": _("Looked: it is there"),
        "gone": _("Looked: it is gone"),
        "not_found": _("Looked: could not find it"),
    }[outcome]


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


def duration_words(duration: timedelta) -> str:
    """A duration in its two largest useful units at most: minutes, hours, days."""
    minutes = max(0, int(duration.total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(num)s hour", "%(num)s hours", hours)
    return ngettext("%(num)s day", "%(num)s days", hours // 24)
