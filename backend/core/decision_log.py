"""The decision log: append-only, each entry chained to the one before by SHA-256.

Status changes, refusals, links, weight sets and tallies are written here in the transaction that
makes them. Changing, removing or reordering an entry breaks the chain; cutting off the end breaks
the seal of the head, an HMAC with a key that is not in the database. Triggers of the database
refuse updates and deletions besides.
"""

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.core.config import environment_name
from backend.core.db import Base, RowId, table_of
from backend.core.errors import Conflict
from backend.core.keys import keyed_hash

GENESIS = "0" * 64
FOUNDING = "city.founded"


class Decision(Base):
    """One entry; `facts` is canonical JSON text, so that its bytes are what was hashed."""

    __tablename__ = "decision"

    sequence: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(sa.String(80))
    action: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(120), index=True)
    facts: Mapped[str] = mapped_column(sa.Text)
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)


class DecisionHead(Base):
    """The single row that says where the log ends; locking it puts appends in a row."""

    __tablename__ = "decision_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(RowId)
    hash: Mapped[str] = mapped_column(sa.String(64))
    seal: Mapped[str] = mapped_column(sa.String(64))


_LOG, _HEAD = table_of(Decision), table_of(DecisionHead)
_LOCKED_HEAD = sa.select(_HEAD.c.sequence, _HEAD.c.hash, _HEAD.c.seal).with_for_update()
_LAST = _LOG.alias()
# Only after the entry the head names; the first one after nothing.
_APPEND = (
    sa.insert(_LOG)
    .from_select(
        _LOG.c.keys(),
        sa.select(*(sa.bindparam(column.name, type_=column.type) for column in _LOG.c)).where(
            sa.or_(
                sa.bindparam("sequence", type_=RowId) == 1,
                sa.exists().where(
                    _LAST.c.sequence == sa.bindparam("sequence", type_=RowId) - 1,
                    _LAST.c.hash == sa.bindparam("previous_hash", type_=sa.String),
                ),
            )
        ),
    )
    .returning(_LOG.c.sequence)
)
_MOVE_HEAD = sa.update(_HEAD).values(
    sequence=sa.bindparam("to"), hash=sa.bindparam("last"), seal=sa.bindparam("its_seal")
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the log; `sequence` is where it shows."""

    sequence: int
    words: str


def append_decision(
    connection: Connection,
    key: str,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    facts: dict[str, Any],
) -> int:
    """Add an entry at the end and return its number.

    The caller's transaction holds the end until it commits, so numbers rise as commits do.
    """
    head = connection.execute(_LOCKED_HEAD).one_or_none() or _first_head(connection, action)
    entry: dict[str, Any] = {
        "sequence": head.sequence + 1,
        "at": at,
        "actor": actor,
        "action": action,
        "subject": subject,
        "facts": json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")),
        "previous_hash": head.hash,
    }
    entry["hash"] = _chained_hash(**entry)
    is_sealed = head.sequence == 0 or head.seal == _seal(key, head.sequence, head.hash)
    # Going on after a broken end would put our seal on what somebody else wrote.
    if not is_sealed or connection.execute(_APPEND, entry).first() is None:
        raise Conflict("log-broken", entry=head.sequence)
    seal = _seal(key, head.sequence + 1, entry["hash"])
    connection.execute(
        _MOVE_HEAD, {"to": entry["sequence"], "last": entry["hash"], "its_seal": seal}
    )
    return int(head.sequence) + 1


def is_sealed_with(session: Session, key: str) -> bool:
    """Whether `key` sealed the log's last entry; nothing can be added with another."""
    head = session.execute(sa.select(DecisionHead)).scalar_one_or_none()
    return head is None or head.seal == _seal(key, head.sequence, head.hash)


def end_of_log(session: Session) -> int:
    """The number of the last entry that this transaction can see, 0 before the first."""
    return session.execute(END_OF_LOG).scalar_one_or_none() or 0


END_OF_LOG = sa.select(_HEAD.c.sequence)
"""The same, for a statement that needs it."""


def _first_head(connection: Connection, action: str) -> sa.Row[int, str, str]:
    if action != FOUNDING or connection.scalar(sa.select(_LOG.c.sequence).limit(1)):
        raise Conflict("log-broken", entry=0)
    connection.execute(sa.insert(_HEAD), {"id": 1, "sequence": 0, "hash": GENESIS, "seal": ""})
    return connection.execute(_LOCKED_HEAD).one()


def entry_hash(entry: Decision) -> str:
    """SHA-256 over the entry's fields as a canonical JSON array, the previous hash first."""
    return _chained_hash(
        previous_hash=entry.previous_hash,
        sequence=entry.sequence,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        facts=entry.facts,
    )


def _chained_hash(
    *,
    previous_hash: str,
    sequence: int,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    facts: str,
) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [previous_hash, sequence, moment, actor, action, subject, facts]
    canonical = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def find_faults(session: Session, key: str, known_head: str | None = None) -> Iterator[Fault]:
    """Every fault from the first entry to the head.

    `known_head` is a head hash published or noted earlier, or its beginning: a log rewritten from
    the ground up, even by somebody who holds the key, no longer contains it.
    """
    entries = session.scalars(all_decisions())
    sequence, last = yield from chain_faults(entries, known_head)
    yield from _find_head_faults(session, key, sequence, last)


def all_decisions() -> sa.Select[Decision]:
    """Every entry from the first on, fetched a thousand at a time."""
    return sa.select(Decision).order_by(Decision.sequence).execution_options(yield_per=1000)


def chain_faults(
    entries: Iterable[Decision], known_head: str | None = None
) -> Generator[Fault, None, tuple[int, str]]:
    """Faults of the entries among themselves, as anybody can find them; returns where they end."""
    previous, sequence = GENESIS, 0
    known = known_head or ""
    is_known = GENESIS.startswith(known)
    for entry in entries:
        if entry.sequence != sequence + 1:
            yield Fault(sequence + 1, f"entries {sequence + 1} to {entry.sequence - 1} are missing")
        elif entry.previous_hash != previous:
            yield Fault(entry.sequence, "does not follow the entry before it")
        if entry.hash != entry_hash(entry):
            yield Fault(entry.sequence, "was changed after it was written")
        previous, sequence = entry.hash, entry.sequence
        is_known = is_known or entry.hash.startswith(known)
    if not is_known:
        yield Fault(sequence, f"the log does not contain the known entry {known}")
    return sequence, previous


def _find_head_faults(session: Session, key: str, sequence: int, last: str) -> Iterator[Fault]:
    head = session.execute(sa.select(DecisionHead)).scalar_one_or_none()
    if head is None:
        yield Fault(sequence, "the log's head is missing")
        return
    if (head.sequence, head.hash) != (sequence, last):
        yield Fault(sequence, f"the log ends here but its head says entry {head.sequence}")
    if head.seal != _seal(key, head.sequence, head.hash):
        name = environment_name("hash_key")
        words = f"{name} is not the key that sealed this city's decision log"
        yield Fault(head.sequence, f"{words}; if it is, the end was cut off or rewritten")


def _seal(key: str, sequence: int, hash_: str) -> str:
    return keyed_hash(key, "decision-head", f"{sequence}:{hash_}")


def is_begun(session: Session) -> bool:
    """Whether the log has a head, as every founded city's has."""
    return session.execute(sa.select(DecisionHead.id)).scalar_one_or_none() is not None


def log_end(session: Session) -> tuple[int, str]:
    """The number and the hash of the newest entry."""
    head = session.execute(sa.select(DecisionHead)).scalar_one()
    return head.sequence, head.hash
