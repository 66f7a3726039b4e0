"""States in the words of others: plain ones, those of mySociety's updates, and CitySDK's."""

from dataclasses import dataclass

from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.reports.workflow import State


@dataclass(frozen=True, slots=True)
class StatusWords:
    """One state; `update` is a status of a service request update, `detail` CitySDK's."""

    plain: str
    update: str
    detail: str


STATUS_WORDS = {
    State.RECEIVED: StatusWords(marked("Received"), "open", "RECEIVED"),
    State.TRIAGED: StatusWords(marked("Looked at"), "investigating", "IN_PROCESS"),
    State.ASSIGNED: StatusWords(marked("On a team's list"), "planned", "IN_PROCESS"),
    State.SCHEDULED: StatusWords(marked("Has a date"), "action_scheduled", "IN_PROCESS"),
    State.IN_PROGRESS: StatusWords(marked("Being worked on"), "in_progress", "IN_PROCESS"),
    State.WAITING_REPORTER: StatusWords(
        marked("Waiting for the reporter"), "investigating", "IN_PROCESS"
    ),
    State.WAITING_CONTRACTOR: StatusWords(marked("Waiting for others"), "planned", "IN_PROCESS"),
    State.REOPENED: StatusWords(marked("Reopened"), "reopen", "RECEIVED"),
    State.RESOLVED: StatusWords(marked("Done"), "fixed", "PROCESSED"),
    State.CONFIRMED: StatusWords(marked("Done, and confirmed"), "fixed", "ARCHIVED"),
    State.REFUSED: StatusWords(marked("Refused"), "no_further_action", "REJECTED"),
    State.DUPLICATE: StatusWords(marked("Same as another"), "duplicate", "PROCESSED"),
    State.HANDED_OVER: StatusWords(
        marked("Handed over"), "not_councils_responsibility", "PROCESSED"
    ),
    State.OUTSIDE: StatusWords(
        marked("Not in the city"), "not_councils_responsibility", "REJECTED"
    ),
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
OWN_WORDS = {state.value: words.plain for state, words in STATUS_WORDS.items()}


def plain_words() -> dict[str, str]:
    """Every state by its value, in the reader's language."""
    return {state.value: _(words.plain) for state, words in STATUS_WORDS.items()}
