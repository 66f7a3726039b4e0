"""One entry of the catalogue is another than before: what the log says of it."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from backend.core.db import lock_id
from backend.core.uow import UnitOfWork
from backend.reports.administration.standing import Entry, Kind

_TURN = UUID("c21a70f1-5b0e-4c9d-9a57-6f3c1e0d7a11")
# Said to have changed, and not what it says: it may name a person.
_UNTOLD = frozenset({"public_contact"})


def wait_for_turn(work: UnitOfWork) -> None:
    """Let nobody else change the catalogue before this transaction ends."""
    lock_id(work.session, _TURN)


def differences(was: Entry | None, becomes: Entry | None) -> tuple[str, ...]:
    """The names of what is not the same, in the order of the entry."""
    before, after = was or {}, becomes or {}
    names = dict.fromkeys((*before, *after))
    return tuple(name for name in names if before.get(name) != after.get(name))


def record_change(
    work: UnitOfWork,
    kind: Kind,
    key: str,
    was: Entry | None,
    becomes: Entry | None,
    **more: str,
) -> tuple[str, ...]:
    """Tell the log what of an entry is not what it was, and `more`; returns the names of that."""
    names = differences(was, becomes)
    if not names:
        return ()
    subject = f"{kind}:{key}"
    facts: dict[str, Any] = {"kind": kind.value, "fields": list(names), **more}
    if was is None:
        work.decide("catalogue.entry_added", subject, **facts, became=values_of(becomes, names))
    elif becomes is None:
        work.decide("catalogue.entry_removed", subject, **facts, was=values_of(was, names))
    else:
        both = {"was": values_of(was, names), "became": values_of(becomes, names)}
        work.decide("catalogue.entry_changed", subject, **facts, **both)
    return names


def values_of(entry: Entry | None, names: Iterable[str]) -> Entry:
    """Of an entry what anybody may read, as JSON has it."""
    found = {name: (entry or {}).get(name) for name in names if name not in _UNTOLD}
    return {name: one.isoformat() if isinstance(one, date) else one for name, one in found.items()}
