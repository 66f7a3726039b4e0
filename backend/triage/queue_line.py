"""What one line of the queue says, the same for every face."""

from datetime import datetime

from backend.triage.queries import Queued
from equity.levers.explain_position import POSITION_ENGLISH, explain_position
from equity.levers.priority import UNWEIGHTED_BANDS
from equity.sentences import in_words

_LAST_BAND = 4
_SUMMARY_LENGTH = 140


def position_words(entry: Queued) -> str:
    """Why it stands where it stands, in sentences."""
    words = in_words(explain_position(entry.priority, _LAST_BAND), POSITION_ENGLISH)
    if entry.raised:
        place = "first" if entry.raised > 0 else "last"
        words = f"Put {place} of its urgency by hand: {entry.raised_because} Otherwise: {words}"
    if entry.held_for is None:
        return words
    return f"{words} Its district's weight does not act: it would make {entry.held_for} late."


def is_overdue(entry: Queued, now: datetime) -> bool:
    """Whether its date passed while the clock ran."""
    return entry.due_at is not None and entry.due_at < (entry.stopped_at or now)


def weight_source(entry: Queued) -> str:
    """Why the weight is what it is: "severity", "held", "nobody" or "weight_set"."""
    priority = entry.priority
    if priority.severity_band in UNWEIGHTED_BANDS:
        return "severity"
    if entry.held_for is not None:
        return "held"
    return "nobody" if priority.factor("district_weight") == 1 else "weight_set"


def shortened(text: str) -> str:
    """The first words of a description."""
    line = " ".join(text.split())
    return line if len(line) <= _SUMMARY_LENGTH else line[: _SUMMARY_LENGTH - 1].rstrip() + "…"
