"""Paper ballots for tests: three people who key, and batches that go as far as a test wants."""

from collections.abc import Iterable, Mapping

from acting import do
from votes import SLUG

from backend.ballots.paper.check_in import check_in
from backend.ballots.paper.commands import (
    CheckIn,
    CountBox,
    FinishKeying,
    KeySheet,
    OpenBatch,
    SealBatch,
)
from backend.ballots.paper.key_sheets import finish_keying, key_sheet
from backend.ballots.paper.open_batch import count_box, open_batch
from backend.ballots.paper.rules import read_marks
from backend.ballots.paper.seal_batch import seal_batch
from backend.ballots.voting.ballot_form import parts_of_voter
from backend.ballots.voting.queries import prepared_vote
from backend.core.actors import Actor, Role
from backend.core.db import current_session
from backend.core.runtime import current_runtime

FIRST, SECOND, THIRD = (
    Actor(f"staff:{name}", Role.WARD_STAFF, name) for name in ("first", "second", "third")
)


def key_of(
    batch: int, sheet: str, typed: str, *, district: str | None = "SW", **more: bool
) -> KeySheet:
    """What is keyed for the line that a keyer types."""
    paper = prepared_vote(current_session(), current_runtime(), SLUG).paper
    parts = parts_of_voter(paper.form, paper.parts, district)
    return KeySheet(SLUG, batch, sheet, read_marks(typed, paper.form, parts), **more)


def fill_batch(voters: Iterable[object], sheets: int, district: str | None = "SW") -> int:
    """A batch whose voters got sheets, and in whose box so many are; its number."""
    number: int = do(FIRST, open_batch, OpenBatch(SLUG, "Town hall", district)).number
    for voter in voters:
        do(FIRST, check_in, CheckIn(SLUG, number, str(voter)))
    do(FIRST, count_box, CountBox(SLUG, number, sheets))
    return number


def key_all(keyer: Actor, batch: int, sheets: Mapping[str, str], *, is_all: bool = False) -> str:
    """One person keys all sheets; the state of the batch after that."""
    for sheet, typed in sheets.items():
        do(keyer, key_sheet, key_of(batch, sheet, typed))
    return str(do(keyer, finish_keying, FinishKeying(SLUG, batch, is_all)))


def seal_all(voters: Iterable[object], sheets: Mapping[str, str]) -> int:
    """A whole batch of SW, from its voters to the box."""
    batch = fill_batch(voters, len(sheets))
    for keyer in (FIRST, SECOND):
        key_all(keyer, batch, sheets)
    do(SECOND, seal_batch, SealBatch(SLUG, batch))
    return batch
