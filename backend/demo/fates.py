"""What the made-up city did about each incident: steps its workflow allows, with their reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from backend.reports.commands import InspectionOutcome
from backend.reports.workflow import State

_NOT_FOUND = "We looked there and around and found nothing. Tell us again if it is still there."
_GONE = "When we came to look, it was no longer there."
_NO_ROOM = "The pavement is too narrow here: 1.5 metres must stay free for wheelchairs."
_NO_MONEY = "This year's money is spent. Put it forward for the next town budget."
_PART_ORDERED = "A part is on order; we come back as soon as it is here."
_BY_OTHERS = "The network company has to shut the line down first; we have asked it to."


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `outcome` where somebody looked, `before` and `after` where the state changed."""

    day: float
    outcome: InspectionOutcome | None = None
    before: State | None = None
    after: State | None = None
    reason: str | None = None


def fate_of(
    inspected: float, closed: float, end: float, band: int, luck: Sequence[float]
) -> tuple[Step, ...]:
    """The steps of one incident in order of time; days as in `Year`, NaN where not yet.

    `end` is the day the year ends, `luck` three draws from [0, 1).
    """
    if isnan(inspected):
        return ()
    outcome = _outcome(luck[0])
    looked = (Step(inspected, outcome=outcome), _move(inspected, State.RECEIVED, State.TRIAGED))
    if isnan(closed):
        return looked + _unfinished(inspected, end, outcome, luck)
    return looked + _finished(inspected, closed, outcome, band, luck)


def _outcome(luck: float) -> InspectionOutcome:
    if luck < 0.91:
        return InspectionOutcome.FOUND
    return InspectionOutcome.GONE if luck < 0.97 else InspectionOutcome.NOT_FOUND


def _unfinished(
    inspected: float, end: float, outcome: InspectionOutcome, luck: Sequence[float]
) -> tuple[Step, ...]:
    if outcome is not InspectionOutcome.FOUND or luck[1] > 0.6:
        return ()
    begun = _move(inspected + 0.4 * (end - inspected), State.TRIAGED, State.IN_PROGRESS)
    if luck[2] > 0.2:
        return (begun,)
    reason = _PART_ORDERED if luck[2] < 0.13 else _BY_OTHERS
    halted = inspected + 0.7 * (end - inspected)
    return (begun, _move(halted, State.IN_PROGRESS, State.WAITING_CONTRACTOR, reason))


def _finished(
    inspected: float,
    closed: float,
    outcome: InspectionOutcome,
    band: int,
    luck: Sequence[float],
) -> tuple[Step, ...]:
    if outcome is InspectionOutcome.NOT_FOUND:
        return (_move(closed, State.TRIAGED, State.REFUSED, _NOT_FOUND),)
    if outcome is InspectionOutcome.GONE:
        return (_move(closed, State.TRIAGED, State.RESOLVED, _GONE),)
    if band == 4 and luck[1] < 0.5:
        reason = _NO_ROOM if luck[2] < 0.4 else _NO_MONEY
        return (_move(closed, State.TRIAGED, State.REFUSED, reason),)
    return (
        _move(inspected + 0.6 * (closed - inspected), State.TRIAGED, State.IN_PROGRESS),
        _move(closed, State.IN_PROGRESS, State.RESOLVED),
    )


def _move(day: float, before: State, after: State, reason: str | None = None) -> Step:
    return Step(day, before=before, after=after, reason=reason)
