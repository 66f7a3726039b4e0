"""The roll comes in: keyed hashes of those who may vote, and the districts they vote in."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from backend.ballots.cycle.queries import district_codes
from backend.ballots.voting.commands import ImportRoll, RollRow
from backend.ballots.voting.models import RollEntry, RollState
from backend.ballots.voting.prepare_vote import cycle_to_prepare
from backend.core.db import table_of
from backend.core.errors import Invalid
from backend.core.uow import UnitOfWork

_ROLL = table_of(RollEntry)
_TAKEN_OVER = ("district", "email_hash", "phone_hash", "code_hash")
_THERE = sa.select(
    _ROLL.c.voter_key, _ROLL.c.state, *(_ROLL.c[name] for name in _TAKEN_OVER)
).where(_ROLL.c.cycle_id == sa.bindparam("of"))
# Not of somebody who votes in this very moment.
_CHANGE = (
    sa.update(_ROLL)
    .where(
        _ROLL.c.cycle_id == sa.bindparam("of"),
        _ROLL.c.voter_key == sa.bindparam("key"),
        _ROLL.c.state == RollState.ELIGIBLE.value,
    )
    .values({name: sa.bindparam(f"new_{name}") for name in _TAKEN_OVER})
)
_HASH = re.compile(r"[0-9a-f]{64}")
_AT_A_TIME = 1000
_SHOWN = 10
# Below the header.
_FIRST_LINE = 2


@dataclass(frozen=True, slots=True)
class ImportedRoll:
    """How many rights to vote were added, changed, and there already as they are."""

    added: int
    changed: int
    known: int


def import_roll(work: UnitOfWork, command: ImportRoll) -> ImportedRoll:
    """Add what is new, and take over what changed of those who have not voted.

    The same file twice is once; nobody leaves the roll by not being in a file, and what a row says
    nothing of stays. Letters that are printed again bring new codes, and the old ones end.
    Raises `Invalid` with the lines that cannot be; then nothing is stored.
    """
    cycle = cycle_to_prepare(work, command.slug)
    codes = set(district_codes(work.session, cycle))
    _refuse(command.rows, codes)
    there = {row.voter_key: row for row in work.session.execute(_THERE, {"of": cycle.id})}
    rows = sorted(command.rows, key=lambda row: row.voter_key)
    added = [
        {"cycle_id": cycle.id, "state": RollState.ELIGIBLE, "is_test": False, **_kept(row)}
        for row in rows
        if row.voter_key not in there
    ]
    changed = [
        change | {"of": cycle.id}
        for row in rows
        if row.voter_key in there and (change := _changed(row, there[row.voter_key]))
    ]
    for start in range(0, len(added), _AT_A_TIME):
        work.session.execute(sa.insert(RollEntry), added[start : start + _AT_A_TIME])
    for start in range(0, len(changed), _AT_A_TIME):
        work.session.execute(_CHANGE, changed[start : start + _AT_A_TIME])
    known = len(rows) - len(added) - len(changed)
    counts = {"added": len(added), "changed": len(changed)}
    work.decide("roll.imported", f"cycle:{cycle.slug}", **counts)
    return ImportedRoll(**counts, known=known)


def _changed(row: RollRow, there: Any) -> dict[str, Any] | None:
    """The row with what it says anew; None where it says nothing new, or the vote is cast."""
    said = {name: value for name, value in _kept(row).items() if value is not None}
    is_new = any(getattr(there, name) != value for name, value in said.items())
    if not is_new or there.state != RollState.ELIGIBLE:
        return None
    return {f"new_{name}": said.get(name, getattr(there, name)) for name in _TAKEN_OVER} | {
        "key": row.voter_key
    }


def _kept(row: RollRow) -> dict[str, Any]:
    """What the roll keeps of the row."""
    return {name: value for name, value in asdict(row).items() if name != "line"}


def _refuse(rows: Sequence[RollRow], codes: set[str]) -> None:
    not_hashes = _lines(rows, lambda row: not _are_hashes(row))
    if not_hashes:
        raise Invalid("roll-not-hashed", lines=not_hashes)
    foreign = _lines(rows, lambda row: row.district is not None and row.district not in codes)
    if foreign:
        raise Invalid("roll-district-unknown", lines=foreign, districts=sorted(codes))
    times = Counter(row.voter_key for row in rows) + Counter(row.code_hash for row in rows)
    times.pop(None, None)
    twice = _lines(rows, lambda row: times[row.voter_key] > 1 or times[row.code_hash] > 1)
    if twice:
        raise Invalid("roll-voter-twice", lines=twice)


def _are_hashes(row: RollRow) -> bool:
    others = (row.email_hash, row.phone_hash, row.code_hash)
    return all(_HASH.fullmatch(one) for one in (row.voter_key, *filter(None, others)))


def _lines(rows: Sequence[RollRow], is_faulty: Callable[[RollRow], bool]) -> list[int]:
    """The first lines of the file that are; rows of no file have those of one that holds them."""
    numbered = enumerate(rows, start=_FIRST_LINE)
    return [row.line or number for number, row in numbered if is_faulty(row)][:_SHOWN]
