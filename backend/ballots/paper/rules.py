"""What a keyed sheet says, and what of it counts: pure, and the same whoever keys."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from backend.ballots.voting.ballot_form import (
    BallotForm,
    BallotPart,
    Choices,
    Districts,
    Finding,
    Kind,
    check,
)
from backend.core.errors import Invalid
from backend.core.ids import read_number

BLANK, UNREADABLE = "-", "?"
_MOST_POINTS_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands in one part of a sheet; unreadable where any mark in it is."""

    projects: tuple[str, ...] = ()
    points: tuple[int, ...] | None = None
    is_unreadable: bool = False


class Outcome(StrEnum):
    """What becomes of a sheet."""

    VALID = "valid"
    INVALID = "invalid"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Judged:
    """What of a sheet counts, and the slugs of what the other parts lack."""

    outcome: Outcome
    counted: Mapping[str, Choices] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


def sheet_number(typed: str) -> str:
    """The number as it is told apart: letters and digits alone; raises `Invalid` on none.

    One of ours is read as ours, with O for zero.
    """
    number = read_number(typed) or "".join(filter(str.isalnum, typed)).upper()
    if not number or len(number) > 20:
        raise Invalid("paper-sheet-number-not-valid", pointer="/sheet")
    return number


def read_marks(typed: str, form: BallotForm, parts: Sequence[BallotPart]) -> dict[str, Marks]:
    """The marks that a line of codes says, by part; codes tell their part.

    `C1 C3` chooses, `C1:3` gives points, the order ranks; `?` says that nothing can be read, `?SW`
    that part SW cannot, and `-` that the sheet is blank. Raises `Invalid` on what is none of it,
    for that is a slip of the keyboard: what a voter wrote and no project is called is `?`.
    """
    words = typed.replace(",", " ").split()
    if not words:
        raise Invalid("paper-marks-missing", pointer="/marks")
    if words == [BLANK]:
        return {}
    places = _places(parts)
    found: dict[str, list[tuple[int, str, int]]] = {}
    unreadable: set[str] = set()
    for word in words:
        code, _, points = word.partition(":")
        if word.startswith(UNREADABLE):
            unreadable |= _unreadable(word, parts)
        else:
            if code not in places:
                code = code.upper()
            if code not in places:
                raise Invalid("paper-mark-unknown", mark=word[:20], pointer="/marks")
            part, place = places[code]
            given = _points(word, points, form.kind)
            found.setdefault(part.code, []).append((place, part.projects[place].code, given))
    return {
        part.code: _marks(found.get(part.code, []), form.kind, part.code in unreadable)
        for part in parts
        if part.code in found or part.code in unreadable
    }


def write_marks(sheet: Mapping[str, Marks]) -> str:
    """The line that `read_marks` reads as this."""
    words = []
    for code, marks in sheet.items():
        given = marks.points or (None,) * len(marks.projects)
        words += [
            project if points is None else f"{project}:{points}"
            for project, points in zip(marks.projects, given, strict=True)
        ]
        words += [UNREADABLE + code] if marks.is_unreadable else []
    return " ".join(words) or BLANK


def judge(
    form: BallotForm, parts: Sequence[BallotPart], sheet: Mapping[str, Marks], district: str | None
) -> Judged:
    """Each part is a vote of its own: one that cannot count does not take the others with it.

    A sheet is valid where one part counts, blank where nothing is marked, and invalid otherwise.
    Of two districts where one is allowed neither counts, for nobody knows which was meant.
    """
    if not sheet:
        return Judged(Outcome.BLANK)
    citywide = {part.code for part in parts if part.is_citywide}
    has_two = form.districts is Districts.ANY_ONE and len(sheet.keys() - citywide) > 1
    counted, faults = {}, []
    for code, marks in sheet.items():
        choices = Choices(marks.projects, marks.points)
        found = check(form, parts, {code: choices}, district)
        if has_two and code not in citywide:
            found = [Finding("ballot-one-district", {"parts": sorted(sheet)}, "/parts")]
        if marks.is_unreadable:
            found = [Finding("ballot-mark-unreadable", {"part": code}, "/parts")]
        if found:
            faults.append(found[0].slug)
        else:
            counted[code] = choices
    outcome = Outcome.VALID if counted else Outcome.INVALID
    return Judged(outcome, counted, tuple(faults))


def keep_by_lot(sheets: Sequence[Judged], room: int, lots: Sequence[str]) -> list[Judged]:
    """As many sheets as there is room for, those with the lowest of `lots`, one drawn for each.

    Whatever is on a sheet, it stays with the same chance, and nobody chooses which goes.
    """
    drawn = sorted(range(len(sheets)), key=lots.__getitem__)
    return [sheets[at] for at in sorted(drawn[:room])]


def _places(parts: Sequence[BallotPart]) -> dict[str, tuple[BallotPart, int]]:
    """Projects by their codes, and by these in upper case where that is one project's alone."""
    exact = {
        project.code: (part, place) for part in parts for place, project in enumerate(part.projects)
    }
    raised = Counter(code.upper() for code in exact)
    return {code.upper(): at for code, at in exact.items() if raised[code.upper()] == 1} | exact


def _unreadable(word: str, parts: Sequence[BallotPart]) -> set[str]:
    named = word[len(UNREADABLE) :].upper()
    found = {part.code for part in parts if not named or part.code.upper() == named}
    if not found:
        raise Invalid("paper-mark-unknown", mark=word[:20], pointer="/marks")
    return found


def _points(word: str, points: str, kind: Kind) -> int:
    if (kind is Kind.POINTS) != (":" in word):
        raise Invalid("paper-points-not-clear", mark=word[:20], pointer="/marks")
    if not points:
        return 0
    if not (points.isascii() and points.isdecimal()) or len(points) > _MOST_POINTS_DIGITS:
        raise Invalid("paper-points-not-clear", mark=word[:20], pointer="/marks")
    return int(points)


def _marks(found: list[tuple[int, str, int]], kind: Kind, is_unreadable: bool) -> Marks:
    """In the ballot's order, except where the order is the vote."""
    ordered = found if kind is Kind.RANKING else sorted(found)
    projects = tuple(code for _, code, _ in ordered)
    points = tuple(given for _, _, given in ordered) if kind is Kind.POINTS and found else None
    return Marks(projects, points, is_unreadable)
