"""What staff do with paper ballots, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from backend.ballots.paper.rules import Marks
from backend.ballots.paper.workflow import Cause, DoubtKind, Surplus


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """Begin a batch: one box or bundle at one place, of voters of one district (None: of none)."""

    slug: str
    place: str
    district: str | None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Somebody gets a sheet; `voter` is a register number or a code."""

    slug: str
    batch: int
    voter: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Somebody gives a sheet back unused; `reason` is public, where it may be another batch's."""

    slug: str
    batch: int
    voter: str
    sheet: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NoteDoubt:
    """A voter could not be found."""

    slug: str
    batch: int
    kind: DoubtKind


@dataclass(frozen=True, slots=True)
class SettleDoubt:
    """It is found out who it was, or refused for a reason."""

    slug: str
    batch: int
    number: int
    voter: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CountBox:
    """The box is opened, and this many sheets are in it."""

    slug: str
    batch: int
    sheets: int


@dataclass(frozen=True, slots=True)
class KeySheet:
    """What one person reads on one sheet; `replaces` what the same person keyed of it before."""

    slug: str
    batch: int
    sheet: str
    marks: Mapping[str, Marks]
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class DropSheet:
    """The same person takes a sheet out that is not there: its number was mistyped."""

    slug: str
    batch: int
    sheet: str


@dataclass(frozen=True, slots=True)
class FinishKeying:
    """All sheets are keyed, or `is_all` says that what is keyed is all there is."""

    slug: str
    batch: int
    is_all: bool = False


@dataclass(frozen=True, slots=True)
class KeyAgain:
    """Throw away what was keyed, and begin with the number of sheets."""

    slug: str
    batch: int
    reason: str


class Holds(StrEnum):
    """What a third look at a sheet found."""

    FIRST = "first"
    SECOND = "second"
    NEITHER = "neither"
    NO_SHEET = "no_sheet"


@dataclass(frozen=True, slots=True)
class SettleSheet:
    """What holds of a sheet that was keyed differently; `marks` where it is neither."""

    slug: str
    batch: int
    sheet: str
    holds: Holds
    cause: Cause
    marks: Mapping[str, Marks]


@dataclass(frozen=True, slots=True)
class SealBatch:
    """Put the ballots into the box; `reason` is public, for numbers that do not add up.

    `surplus` is how more sheets came into the box than voters got, where they did.
    """

    slug: str
    batch: int
    reason: str = ""
    surplus: Surplus | None = None


@dataclass(frozen=True, slots=True)
class CloseMistake:
    """There is no such box: the batch was begun by mistake, and everybody reads why."""

    slug: str
    batch: int
    reason: str
