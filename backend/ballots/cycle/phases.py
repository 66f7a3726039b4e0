"""The seven steps of a cycle as a table, and the calendar that says when each of them is.

A step is a matter of dates alone, so none can be skipped, opened early or kept open by anybody:
whoever wants that moves a date, which is a public act with a reason.
Steps: the cycle of participatory budgeting with its delivery and its reassessment, as in Wampler,
McNulty and Touchton, "Participatory Budgeting in Global Perspective" (Oxford 2021), chapter 2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from backend.core.errors import Invalid


class Phase(StrEnum):
    """What is going on in a cycle."""

    NEEDS = "needs"
    IDEAS = "ideas"
    FEASIBILITY = "feasibility"
    FEEDBACK = "feedback"
    VOTE = "vote"
    DELIVERY = "delivery"
    REASSESSMENT = "reassessment"


ORDER = tuple(Phase)
# Years beyond these are slips of the keyboard, and would not survive a time zone.
_FIRST_YEAR, _LAST_YEAR = 2000, 2200


@dataclass(frozen=True, slots=True)
class Span:
    """When one phase is: from `starts_at` on, until just before `ends_at`."""

    starts_at: datetime
    ends_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether `now` falls into it."""
        return self.starts_at <= now < self.ends_at


@dataclass(frozen=True, slots=True)
class Calendar:
    """All seven phases in their order; between two of them time may pass in which nothing is open.

    Raises `Invalid` where a phase is missing, empty, or begins before the one before it ended.
    """

    spans: Mapping[Phase, Span]

    def __post_init__(self) -> None:
        for phase in ORDER:
            span = self.spans.get(phase)
            if span is None:
                raise Invalid("phase-missing", phase=phase.value)
            if span.starts_at.year < _FIRST_YEAR or span.ends_at.year > _LAST_YEAR:
                raise Invalid("phase-far-away", phase=phase.value)
            if span.ends_at <= span.starts_at:
                raise Invalid("phase-empty", phase=phase.value)
        for before, after in pairwise(ORDER):
            if self.spans[after].starts_at < self.spans[before].ends_at:
                raise Invalid("phases-overlap", before=before.value, after=after.value)

    def phase_at(self, now: datetime) -> Phase | None:
        """The phase under way; None before the first, after the last, and between two."""
        return next((phase for phase in ORDER if self.spans[phase].holds(now)), None)

    def next_phase(self, now: datetime) -> Phase | None:
        """The next phase to begin; None where the last has begun."""
        return next((phase for phase in ORDER if now < self.spans[phase].starts_at), None)

    def has_begun(self, phase: Phase, now: datetime) -> bool:
        return self.spans[phase].starts_at <= now

    def has_ended(self, phase: Phase, now: datetime) -> bool:
        return self.spans[phase].ends_at <= now

    def moved(
        self, phase: Phase, span: Span, now: datetime, *, has_opened: bool = True
    ) -> "Calendar":
        """The calendar with other dates for one phase.

        What has happened cannot be moved, and an end cannot be moved into the past. A vote under
        way can be extended and never shortened: whoever counted on the last day keeps it. With
        `has_opened` False the phase's day came and nothing could begin: it can be put off.
        """
        old = self.spans[phase]
        has_begun = old.starts_at <= now and has_opened
        if has_begun and old.ends_at <= now:
            raise Invalid("phase-is-over", phase=phase.value)
        if has_begun and span.starts_at != old.starts_at:
            raise Invalid("phase-has-begun", phase=phase.value)
        if (not has_begun and span.starts_at <= now) or span.ends_at <= now:
            raise Invalid("date-is-past", phase=phase.value)
        if phase is Phase.VOTE and has_begun and span.ends_at < old.ends_at:
            raise Invalid("vote-cannot-be-shortened", phase=phase.value)
        return replace(self, spans={**self.spans, phase: span})
