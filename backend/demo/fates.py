"""What the made-up city did about each incident: steps its workflow allows, with their reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from backend.reports.commands import InspectionOutcome
from backend.reports.workflow import State
from equity.rates.events import FOUND, GONE, NOT_FOUND

_SEEN = {
    FOUND: InspectionOutcome.FOUND,
    GONE: InspectionOutcome.GONE,
    NOT_FOUND: InspectionOutcome.NOT_FOUND,
}

_NOT_FOUND = "We looked there and around and found nothing. Tell us again if it is still there."
_GONE = "When we came to look, it was no longer there."
_NOT_WANTED = "Nobody there wants it any more."
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
    inspected: float, closed: float, outcome: int, end: float, band: int, luck: Sequence[float]
) -> tuple[Step, ...]:
    """The steps of one incident in order of time; days and outcome as in `Year`.

    `end` is the day the year ends, `luck` two draws from [0, 1).
    """
    if isnan(inspected):
        return ()
    seen = _SEEN[outcome]
    looked = (Step(inspected, outcome=seen), _move(inspected, State.RECEIVED, State.TRIAGED))
    if isnan(closed):
        return looked + _unfinished(inspected, end, seen, luck)
    return looked + _finished(inspected, closed, seen, band, luck)


def _unfinished(
    inspected: float, end: float, outcome: InspectionOutcome, luck: Sequence[float]
) -> tuple[Step, ...]:
    if outcome is not InspectionOutcome.FOUND or luck[0] > 0.6:
        return ()
    begun = _move(inspected + 0.4 * (end - inspected), State.TRIAGED, State.IN_PROGRESS)
    if luck[1] > 0.2:
        return (begun,)
    reason = _PART_ORDERED if luck[1] < 0.13 else _BY_OTHERS
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
        reason = _NOT_WANTED if band == 4 else _GONE
        return (_move(closed, State.TRIAGED, State.RESOLVED, reason),)
    if band == 4 and luck[0] < 0.5:
        reason = _NO_ROOM if luck[1] < 0.4 else _NO_MONEY
        return (_move(closed, State.TRIAGED, State.REFUSED, reason),)
    return (
        _move(inspected + 0.6 * (closed - inspected), State.TRIAGED, State.IN_PROGRESS),
        _move(closed, State.IN_PROGRESS, State.RESOLVED),
    )


def _move(day: float, before: State, after: State, reason: str | None = None) -> Step:
    return Step(day, before=before, after=after, reason=reason)
