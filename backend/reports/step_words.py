"""What happened to a report in words people use, by the codes its history keeps."""

from collections.abc import Mapping
from types import MappingProxyType

from backend.core.i18n import marked
from backend.reports.workflow import State

STATE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        State.RECEIVED: marked("Received"),
        State.TRIAGED: marked("Looked at"),
        State.ASSIGNED: marked("On a team's list"),
        State.SCHEDULED: marked("Has a date"),
        State.IN_PROGRESS: marked("Being worked on"),
        State.WAITING_REPORTER: marked("Waiting for the reporter"),
        State.WAITING_CONTRACTOR: marked("Waiting for others"),
        State.RESOLVED: marked("Done"),
        State.CONFIRMED: marked("Done, and confirmed"),
        State.REFUSED: marked("Refused"),
        State.REOPENED: marked("Reopened"),
        State.DUPLICATE: marked("Same as another"),
        State.HANDED_OVER: marked("Handed over"),
        State.OUTSIDE: marked("Not in the city"),
    }
)
"""Where it stands."""

SAID_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "comment": marked("Comment"),
        "answer": marked("Answer of the city"),
        "question": marked("Question"),
    }
)
"""What a word under it is."""

OUTCOME_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "found": marked("Looked: it is there"),
        "gone": marked("Looked: it is gone"),
        "not_found": marked("Looked: could not find it"),
    }
)
"""What an inspection found."""
