"""API keys: administrators issue and revoke them, other programs show them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.accounts.models import ApiKey
from backend.accounts.sign_in import hash_token
from backend.core.actors import Actor, Role
from backend.core.channels import Channel
from backend.core.db import table_of
from backend.core.errors import Forbidden, Invalid, NotFound
from backend.core.uow import UnitOfWork

MAX_HOLDER = 120
_MARK = "evk_"
_PREFIX = len(_MARK) + 8
_KEY = table_of(ApiKey)
_CLIENT = sa.select(
    _KEY.c.id, _KEY.c.prefix, _KEY.c.channel, _KEY.c.role, _KEY.c.last_used_at
).where(_KEY.c.key_hash == sa.bindparam("key_hash"), _KEY.c.revoked_at.is_(None))
# As exact as anybody needs who wonders whether a key is still in use.
_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class IssueKey:
    """A key for `holder`, whose reports came by `channel`.

    With `is_desk` it speaks for the city: what it says are answers, and it changes states.
    """

    holder: str
    channel: Channel
    is_desk: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """The program behind a key."""

    id: UUID
    prefix: str
    channel: Channel
    role: Role
    last_used_at: datetime | None

    def is_to_be_noted(self, now: datetime) -> bool:
        """Whether its last use was noted so long ago that this one should be."""
        return self.last_used_at is None or self.last_used_at < now - _NOTED_EVERY

    def actor(self, reporter: str | None = None) -> Actor:
        """The client as it acts, for the person of that hash."""
        return Actor(f"api:{self.prefix}", self.role, reporter=reporter, is_machine=True)


def issue_key(work: UnitOfWork, command: IssueKey) -> str:
    """The new key, which nobody can read again; raises `Forbidden` and `Invalid`."""
    check_admin(work)
    holder = command.holder.strip()
    if not 1 <= len(holder) <= MAX_HOLDER or not holder.isprintable():
        raise Invalid("key-holder-not-valid", most=MAX_HOLDER)
    key = _MARK + work.runtime.ids.token()
    role = Role.WARD_STAFF if command.is_desk else Role.RESIDENT
    row = ApiKey(
        id=work.runtime.ids.uuid(),
        prefix=key[:_PREFIX],
        key_hash=hash_token(key),
        holder=holder,
        channel=command.channel.value,
        role=role.value,
        issued_at=work.now,
        issued_by=work.actor.key,
    )
    work.session.add(row)
    work.decide("api_key.issued", f"api_key:{row.prefix}", channel=row.channel, role=row.role)
    return key


def revoke_key(work: UnitOfWork, prefix: str) -> None:
    """Let a key be of no use from now on; doing it twice is doing it once."""
    check_admin(work)
    row = find_key(work.session, prefix)
    if row.revoked_at is None:
        row.revoked_at = work.now
        work.decide("api_key.revoked", f"api_key:{row.prefix}")


def find_key(session: Session, prefix: str) -> ApiKey:
    """The key that begins with `prefix`; raises `NotFound`."""
    row = session.scalar(sa.select(ApiKey).where(ApiKey.prefix == prefix))
    if row is None:
        raise NotFound("key-unknown", prefix=prefix[:_PREFIX])
    return row


def api_keys(session: Session) -> list[ApiKey]:
    """Every key there ever was, oldest first."""
    return list(session.scalars(sa.select(ApiKey).order_by(ApiKey.issued_at, ApiKey.id)))


def client_of_key(session: Session, key: str) -> Client:
    """The client that shows `key`; raises `Forbidden` for a missing, unknown or revoked one."""
    if not key:
        raise Forbidden("api-key-missing")
    row = session.execute(_CLIENT, {"key_hash": hash_token(key)}).one_or_none()
    if row is None:
        raise Forbidden("api-key-not-valid")
    return client_of(row)


def client_of(key: ApiKey | sa.Row[*tuple[Any, ...]]) -> Client:
    """The client a key stands for."""
    return Client(key.id, key.prefix, Channel(key.channel), Role(key.role), key.last_used_at)


def note_use(work: UnitOfWork, client: Client) -> None:
    """Keep when the key was used last."""
    work.session.execute(
        sa.update(_KEY).where(_KEY.c.id == client.id).values(last_used_at=work.now)
    )


def check_admin(work: UnitOfWork) -> None:
    """Raise `Forbidden` for anybody but an administrator or the operator."""
    if work.actor.role is not Role.ADMIN:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
