"""What the forms about paper ballots hold, as commands."""

from flask import request

from backend.ballots.paper.commands import (
    CheckIn,
    CloseMistake,
    CountBox,
    DropSheet,
    FinishKeying,
    Holds,
    KeyAgain,
    KeySheet,
    NoteDoubt,
    OpenBatch,
    SealBatch,
    SettleDoubt,
    SettleSheet,
    TakeBack,
)
from backend.ballots.paper.rules import read_marks
from backend.ballots.paper.workflow import Cause, DoubtKind, Surplus
from backend.ballots.voting.ballot_form import BallotForm, BallotPart
from backend.core.errors import Invalid
from backend.web.form_fields import one_of, text

MOST_PRINTED = 500


def batch(slug: str) -> OpenBatch:
    """A new batch; an empty district is that of voters of none."""
    return OpenBatch(slug, text("place"), text("district") or None)


def voter(slug: str, number: int) -> CheckIn:
    """Who gets a sheet."""
    return CheckIn(slug, number, text("voter"))


def taken_back(slug: str, number: int) -> TakeBack:
    """Who gives one back."""
    return TakeBack(slug, number, text("voter"), text("sheet"), text("reason"))


def doubt(slug: str, number: int) -> NoteDoubt:
    """Why somebody could not be found."""
    return NoteDoubt(slug, number, one_of(DoubtKind, "kind"))


def settled_doubt(slug: str, number: int, at: int) -> SettleDoubt:
    """Who it was, or why it is refused."""
    return SettleDoubt(slug, number, at, text("voter"), text("reason"))


def box(slug: str, number: int) -> CountBox:
    """How many sheets are in the box; what is no number is refused like one that cannot be."""
    return CountBox(slug, number, request.form.get("sheets", -1, type=int))


def sheet(slug: str, number: int, form: BallotForm, parts: list[BallotPart]) -> KeySheet:
    """What is keyed of one sheet."""
    marks = read_marks(text("marks"), form, parts)
    return KeySheet(slug, number, text("sheet"), marks, replaces="replaces" in request.form)


def dropped(slug: str, number: int) -> DropSheet:
    """A sheet that is not there."""
    return DropSheet(slug, number, text("sheet"))


def finished(slug: str, number: int) -> FinishKeying:
    """Nothing is left to key."""
    return FinishKeying(slug, number, is_all="is_all" in request.form)


def again(slug: str, number: int) -> KeyAgain:
    """All over again."""
    return KeyAgain(slug, number, text("reason"))


def settled_sheet(slug: str, number: int, form: BallotForm, parts: list[BallotPart]) -> SettleSheet:
    """What a third look found."""
    holds = one_of(Holds, "holds")
    marks = read_marks(text("marks"), form, parts) if holds is Holds.NEITHER else {}
    return SettleSheet(slug, number, text("sheet"), holds, one_of(Cause, "cause"), marks)


def sealing(slug: str, number: int) -> SealBatch:
    """Into the box."""
    surplus = one_of(Surplus, "surplus") if text("surplus") else None
    return SealBatch(slug, number, text("reason"), surplus)


def mistake(slug: str, number: int) -> CloseMistake:
    """No such box."""
    return CloseMistake(slug, number, text("reason"))


def sheets_to_print() -> int:
    """How many; raises `Invalid` on what is no number of sheets one would print at once."""
    typed = request.args.get("count", "1").strip()
    count = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else 0
    if not 0 < count <= MOST_PRINTED:
        raise Invalid("paper-count-not-valid", pointer="/count", most=MOST_PRINTED)
    return count
