"""What one line of the queue says, the same for every face."""

from datetime import datetime

from backend.triage.queries import Queued
from equity.explain import explain_position, in_words
from equity.priority import UNWEIGHTED_BANDS, Priority

_LAST_BAND = 4
_SUMMARY_LENGTH = 140


def position_words(priority: Priority) -> str:
    """Why it stands where it stands, in sentences."""
    return in_words(explain_position(priority, _LAST_BAND))


def is_overdue(entry: Queued, now: datetime) -> bool:
    """Whether its date passed while the clock ran."""
    return entry.due_at is not None and entry.due_at < (entry.stopped_at or now)


def weight_source(priority: Priority) -> str:
    """Why the weight is what it is: "severity", "nobody" or "weight_set"."""
    if priority.severity_band in UNWEIGHTED_BANDS:
        return "severity"
    return "nobody" if priority.factor("district_weight") == 1 else "weight_set"


def shortened(text: str) -> str:
    """The first words of a description."""
    line = " ".join(text.split())
    return line if len(line) <= _SUMMARY_LENGTH else line[: _SUMMARY_LENGTH - 1].rstrip() + "…"
