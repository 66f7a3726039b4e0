"""Batches of paper ballots in words people use."""

from backend.ballots.paper.workflow import BatchState, Cause, DoubtKind, DoubtState, Surplus
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.core.problems import problem_texts
from backend.web.fact_words import read_facts

_STATES = {
    BatchState.OPEN: marked("Voters are checked in"),
    BatchState.COUNTED: marked("To be keyed the first time"),
    BatchState.KEYED_ONCE: marked("To be keyed the second time"),
    BatchState.DIFFERING: marked("Differences to settle"),
    BatchState.SETTLED: marked("Ready for the box"),
    BatchState.SEALED: marked("In the box"),
    BatchState.LEFT_OUT: marked("Left out of the count"),
    BatchState.MISTAKEN: marked("Begun by mistake"),
}
_MARKS = {
    BatchState.OPEN: "new",
    BatchState.DIFFERING: "waiting",
    BatchState.SEALED: "done",
    BatchState.LEFT_OUT: "ended",
    BatchState.MISTAKEN: "ended",
}
_KINDS = {
    DoubtKind.UNREADABLE: marked("The number cannot be read"),
    DoubtKind.UNKNOWN: marked("The number is not on the roll"),
    DoubtKind.DISPUTED: marked("The voter says the roll is wrong"),
}
_DOUBTS = {
    DoubtState.WAITING: marked("To be settled"),
    DoubtState.RESOLVED: marked("Found on the roll"),
    DoubtState.REFUSED: marked("Refused"),
}
_CAUSES = {
    Cause.MISTYPED: marked("Somebody mistyped a code"),
    Cause.MISREAD: marked("A mark can be read two ways"),
    Cause.SHEET_NUMBER: marked("A sheet's number was mistyped"),
    Cause.LEFT_OUT: marked("Somebody left a sheet out"),
}
_SURPLUS = {
    Surplus.NOT_CHECKED_IN: marked("Somebody got a sheet and was not checked in"),
    Surplus.TWO_SHEETS: marked("Somebody got two sheets"),
    Surplus.OTHER_BOX: marked("A sheet of another box came into this one"),
    Surplus.UNEXPLAINED: marked("Nobody knows"),
}


def batch_state_words(state: str) -> str:
    """Where a batch stands."""
    return _(_STATES[BatchState(state)])


def batch_mark(state: str) -> str:
    """The shape that goes with a state: new, moving, waiting or done."""
    return _MARKS.get(BatchState(state), "moving")


def doubt_kind_words(kind: str) -> str:
    """Why a voter could not be found."""
    return _(_KINDS[DoubtKind(kind)])


def doubt_state_words(state: str) -> str:
    """What became of it."""
    return _(_DOUBTS[DoubtState(state)])


def cause_words(cause: str) -> str:
    """Why two people read a sheet differently."""
    return _(_CAUSES[Cause(cause)])


def surplus_words(cause: str) -> str:
    """How more sheets came into a box than voters got."""
    return _(_SURPLUS[Surplus(cause)])


def fault_words(slug: str) -> str:
    """Why a part of a sheet does not count."""
    return _(problem_texts()[slug].title)


read_facts("paper-step-not-possible", state=batch_state_words)
