"""Nobody is erased while something is written in their name, and nobody erased writes."""

import sqlalchemy as sa

from backend.accounts.models import Device, ResidentAccount
from backend.core.db import Base, table_of
from backend.core.errors import Unauthenticated
from backend.core.events import Event
from backend.core.uow import UnitOfWork


def _held(model: type[Base]) -> sa.Select[*tuple[object, ...]]:
    """The row, held against being deleted; any number of transactions may hold it so."""
    id_ = table_of(model).c.id
    held = sa.select(id_).where(id_ == sa.bindparam("id"))
    return held.with_for_update(read=True, key_share=True)


_DEVICE, _ACCOUNT = _held(Device), _held(ResidentAccount)


def on_resident_came(work: UnitOfWork, _event: Event) -> None:
    """Hold the account or device that acts: its token was read before this transaction began.

    Raises `Unauthenticated` where it was erased since.
    """
    actor = work.actor
    held, id_ = (_ACCOUNT, actor.account) if actor.account else (_DEVICE, actor.device)
    if work.session.execute(held, {"id": id_}).first() is None:
        raise Unauthenticated("token-not-valid")
