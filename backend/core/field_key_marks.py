"""Marks of a city's field keys, so that others are refused before they seal anything.

A key leaves no trace before something is sealed with it, and what is sealed with a wrong one is
lost without a word. So each key that seals has a row, sealed with that key: whoever has it opens
the row.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.core.db import Base, table_of
from backend.core.keys import KeyRing
from backend.core.uow import UnitOfWork

_SEALED_FOR = b"field-key-mark"


class FieldKeyMark(Base):
    """That the key `key_id` has sealed for this city, itself sealed with it."""

    __tablename__ = "field_key_mark"

    key_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)


_MARK = table_of(FieldKeyMark)
_MARKS = sa.select(_MARK.c.key_id, _MARK.c.sealed).order_by(_MARK.c.key_id)
# Two processes may begin with a new key at once.
_ADD = {
    "sqlite": insert_sqlite(_MARK).on_conflict_do_nothing(),
    "postgresql": insert_postgresql(_MARK).on_conflict_do_nothing(),
}


def marked_keys(session: Session) -> tuple[str, ...]:
    """The ids of the keys that have sealed for this city."""
    return tuple(one.key_id for one in session.execute(_MARKS))


def missing_keys(session: Session, keyring: KeyRing) -> tuple[str, ...]:
    """The ids of those that `keyring` lacks, or has another key under."""
    rows = session.execute(_MARKS)
    return tuple(
        one.key_id for one in rows if keyring.open_if_possible(one.sealed, _SEALED_FOR) is None
    )


def mark_keys(work: UnitOfWork, key_ids: Sequence[str]) -> None:
    """Keep marks of keys that this process has, where there are none yet."""
    keyring = work.runtime.keyring
    rows = [{"key_id": one, "sealed": keyring.seal({}, _SEALED_FOR, one)} for one in key_ids]
    work.connection.execute(_ADD[work.connection.dialect.name], rows)


def forget_keys(work: UnitOfWork, key_ids: Sequence[str]) -> None:
    """Ask for these keys no more."""
    work.connection.execute(sa.delete(_MARK).where(_MARK.c.key_id.in_(key_ids)))
