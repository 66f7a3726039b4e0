"""States in the words of others: those of mySociety's updates, and CitySDK's."""

from dataclasses import dataclass

from backend.core.i18n import gettext as _
from backend.reports.step_words import STATE_WORDS
from backend.reports.workflow import State


@dataclass(frozen=True, slots=True)
class StatusWords:
    """One state; `update` is a status of a service request update, `detail` CitySDK's."""

    update: str
    detail: str


STATUS_WORDS = {
    State.RECEIVED: StatusWords("open", "RECEIVED"),
    State.TRIAGED: StatusWords("investigating", "IN_PROCESS"),
    State.ASSIGNED: StatusWords("planned", "IN_PROCESS"),
    State.SCHEDULED: StatusWords("action_scheduled", "IN_PROCESS"),
    State.IN_PROGRESS: StatusWords("in_progress", "IN_PROCESS"),
    State.WAITING_REPORTER: StatusWords("investigating", "IN_PROCESS"),
    State.WAITING_CONTRACTOR: StatusWords("planned", "IN_PROCESS"),
    State.REOPENED: StatusWords("reopen", "RECEIVED"),
    State.RESOLVED: StatusWords("fixed", "PROCESSED"),
    State.CONFIRMED: StatusWords("fixed", "ARCHIVED"),
    State.REFUSED: StatusWords("no_further_action", "REJECTED"),
    State.DUPLICATE: StatusWords("duplicate", "PROCESSED"),
    State.HANDED_OVER: StatusWords("not_councils_responsibility", "PROCESSED"),
    State.OUTSIDE: StatusWords("not_councils_responsibility", "REJECTED"),
}
UNCHANGED = "unchanged"

# What the city's own systems mean by a status they send; a word they may send that names no state
# of ours leaves the state alone.
STATE_MEANT = {
    "closed": State.RESOLVED,
    "fixed": State.RESOLVED,
    "in_progress": State.IN_PROGRESS,
    "planned": State.ASSIGNED,
    "action_scheduled": State.SCHEDULED,
    "investigating": State.TRIAGED,
    "for_triage": State.TRIAGED,
    "internal_referral": State.ASSIGNED,
    "not_councils_responsibility": State.OUTSIDE,
    "no_further_action": State.REFUSED,
    "cancelled": State.REFUSED,
    "reopen": State.REOPENED,
}
KNOWN_STATUSES = frozenset({*STATE_MEANT, "open", "duplicate", UNCHANGED})


# Every state by its value, in the language the program is written in: for files and other programs,
# which are the same for everybody.
OWN_WORDS = {state.value: STATE_WORDS[state] for state in State}


def plain_words() -> dict[str, str]:
    """Every state by its value, in the reader's language."""
    return {state.value: _(STATE_WORDS[state]) for state in State}
