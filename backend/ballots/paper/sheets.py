"""Sheets as they are kept: numbers hashed and used once, and what is on them sealed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from backend.ballots.paper.models import PaperBatch, PaperKeying, PaperSheet
from backend.ballots.paper.queries import keyings
from backend.ballots.paper.rules import Marks
from backend.core.db import table_of
from backend.core.errors import Conflict
from backend.core.keys import KeyRing, keyed_hash

_SHEET, _KEYING = table_of(PaperSheet), table_of(PaperKeying)
_NEW_SHEET = {
    "sqlite": insert_sqlite(_SHEET).on_conflict_do_nothing(),
    "postgresql": insert_postgresql(_SHEET).on_conflict_do_nothing(),
}
_BATCH_OF = sa.select(_SHEET.c.batch).where(
    _SHEET.c.cycle_id == sa.bindparam("in_cycle"), _SHEET.c.sheet_hash == sa.bindparam("hashed")
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as one person read it; `marks` None where a third look found no such sheet."""

    number: str
    marks: Mapping[str, Marks] | None


def hash_of(hash_key: str, slug: str, number: str) -> str:
    """What is kept of a sheet's number."""
    return keyed_hash(hash_key, f"sheet {slug}", number)


def claim_sheet(session: Session, batch: PaperBatch, sheet_hash: str) -> None:
    """Use a number for this batch; raises `Conflict` where another batch has it, also just now."""
    row = {"cycle_id": batch.cycle_id, "sheet_hash": sheet_hash, "batch": batch.number}
    session.execute(_NEW_SHEET[session.get_bind().dialect.name], row)
    where = {"in_cycle": batch.cycle_id, "hashed": sheet_hash}
    if session.execute(_BATCH_OF, where).scalar_one() != batch.number:
        raise Conflict("paper-sheet-used")


def spend_sheet(session: Session, batch: PaperBatch, sheet_hash: str) -> None:
    """Use a number for no batch, since its sheet came back; raises `Conflict` where it is used."""
    row = {"cycle_id": batch.cycle_id, "sheet_hash": sheet_hash, "batch": None}
    new = _NEW_SHEET[session.get_bind().dialect.name].returning(_SHEET.c.sheet_hash)
    if session.execute(new, row).first() is None:
        raise Conflict("paper-sheet-used", pointer="/sheet")


def free_sheet(session: Session, batch: PaperBatch, sheet_hash: str) -> None:
    """Let another batch use the number: there is no such sheet in this one."""
    session.execute(
        sa.delete(_SHEET).where(
            _SHEET.c.cycle_id == batch.cycle_id,
            _SHEET.c.sheet_hash == sheet_hash,
            _SHEET.c.batch == batch.number,
        )
    )


def keep_sheet(
    session: Session,
    keyring: KeyRing,
    batch: PaperBatch,
    look: int,
    sheet_hash: str,
    sheet: Sheet,
) -> None:
    """Keep what one person read, in the place of what that person read before."""
    keying = PaperKeying(
        cycle_id=batch.cycle_id, batch=batch.number, look=look, sheet_hash=sheet_hash, sealed=b""
    )
    said = None if sheet.marks is None else {code: asdict(m) for code, m in sheet.marks.items()}
    fields = {"number": sheet.number, "marks": json.dumps(said)}
    keying.sealed = keyring.seal(fields, place_of(keying))
    session.merge(keying)
    session.flush()


def kept_sheets(
    session: Session, keyring: KeyRing, batch: PaperBatch, look: int
) -> dict[str, Sheet]:
    """What was read at one look, by the hashes of the numbers and in their order."""
    wanted = sa.select(PaperKeying).where(*keyings(batch, look)).order_by(PaperKeying.sheet_hash)
    return {one.sheet_hash: _opened(keyring, one) for one in session.scalars(wanted)}


def kept_sheet(
    session: Session, keyring: KeyRing, batch: PaperBatch, look: int, sheet_hash: str
) -> Sheet | None:
    """What was read on one sheet, None for nothing."""
    found = session.get(PaperKeying, (batch.cycle_id, batch.number, look, sheet_hash))
    return None if found is None else _opened(keyring, found)


def place_of(keying: PaperKeying) -> bytes:
    """What binds the sealed words to their row."""
    place = (keying.cycle_id, keying.batch, keying.look, keying.sheet_hash)
    return "/".join(map(str, place)).encode()


def forget_sheets(session: Session, batch: PaperBatch, *, are_used: bool) -> None:
    """Delete what was keyed, and let the numbers go, or leave them used without their batch.

    In which order rows lie then is for `clear_traces`.
    """
    session.execute(sa.delete(PaperKeying).where(*keyings(batch)))
    of_batch = sa.and_(_SHEET.c.cycle_id == batch.cycle_id, _SHEET.c.batch == batch.number)
    if are_used:
        session.execute(sa.update(_SHEET).where(of_batch).values(batch=None))
    else:
        session.execute(sa.delete(_SHEET).where(of_batch))


def _opened(keyring: KeyRing, keying: PaperKeying) -> Sheet:
    fields = keyring.open(keying.sealed, place_of(keying))
    said = json.loads(fields["marks"])
    if said is None:
        return Sheet(fields["number"], None)
    return Sheet(fields["number"], {code: _marks(one) for code, one in said.items()})


def _marks(said: Mapping[str, Any]) -> Marks:
    points = said["points"]
    return Marks(
        tuple(said["projects"]), None if points is None else tuple(points), said["is_unreadable"]
    )
