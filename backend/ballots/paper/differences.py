"""Where two people read a sheet differently, and what a batch says once that is settled."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.ballots.paper.models import PaperBatch
from backend.ballots.paper.sheets import Sheet, kept_sheets
from backend.ballots.paper.workflow import LOOKS, BatchState
from backend.core.keys import KeyRing

FIRST, SECOND, THIRD = (
    LOOKS[state] for state in (BatchState.COUNTED, BatchState.KEYED_ONCE, BatchState.DIFFERING)
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One sheet as both read it, None for who did not have it, and as a third look found it."""

    sheet_hash: str
    number: str
    first: Sheet | None
    second: Sheet | None
    third: Sheet | None


def differences(session: Session, keyring: KeyRing, batch: PaperBatch) -> list[Difference]:
    """Every sheet that was not read the same twice, by its number."""
    first, second, third = (
        kept_sheets(session, keyring, batch, look) for look in (FIRST, SECOND, THIRD)
    )
    found = [
        Difference(
            hashed,
            (first.get(hashed) or second[hashed]).number,
            first.get(hashed),
            second.get(hashed),
            third.get(hashed),
        )
        for hashed in first.keys() | second.keys()
        if first.get(hashed) != second.get(hashed)
    ]
    return sorted(found, key=lambda one: one.number)


def settled_sheets(session: Session, keyring: KeyRing, batch: PaperBatch) -> list[Sheet]:
    """What a settled batch says: what both read, or the third look where there was one."""
    both, third = (kept_sheets(session, keyring, batch, look) for look in (FIRST, THIRD))
    return [sheet for sheet in (both | third).values() if sheet.marks is not None]
