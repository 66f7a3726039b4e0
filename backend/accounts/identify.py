"""From the token in a request to the actor it stands for."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from backend.accounts.models import (
    AccountDevice,
    Device,
    ResidentAccount,
    ResidentSession,
    StaffSession,
)
from backend.accounts.sign_in import hash_token
from backend.core.actors import ANONYMOUS, Actor, Role
from backend.core.db import table_of
from backend.core.errors import Unauthenticated
from backend.core.keys import keyed_hash
from backend.core.runtime import Runtime
from backend.core.uow import UnitOfWork

DEVICE_PREFIX = "evd_"
SESSION_PREFIX = "evr_"

_DEVICES, _LINKS = table_of(Device), table_of(AccountDevice)
_SESSIONS, _ACCOUNTS = table_of(ResidentSession), table_of(ResidentAccount)
# A device that came into an account speaks through the account: its next owner starts anew.
_DEVICE = sa.select(_DEVICES.c.id).where(
    _DEVICES.c.token_hash == sa.bindparam("token_hash"),
    ~sa.exists().where(_LINKS.c.device_id == _DEVICES.c.id),
)
_ACCOUNT = (
    sa.select(_SESSIONS.c.account_id, _ACCOUNTS.c.reporter_hash)
    .join(_ACCOUNTS, _ACCOUNTS.c.id == _SESSIONS.c.account_id)
    .where(
        _SESSIONS.c.token_hash == sa.bindparam("token_hash"),
        _SESSIONS.c.expires_at > sa.bindparam("now"),
    )
)
_ITS_DEVICES = sa.select(_LINKS.c.device_id).where(
    _LINKS.c.account_id == sa.bindparam("account_id")
)


def register_device(work: UnitOfWork) -> str:
    """A new device's token; it is shown once and only its hash is kept."""
    token = DEVICE_PREFIX + work.runtime.ids.token()
    work.session.add(
        Device(id=work.runtime.ids.uuid(), token_hash=hash_token(token), created_at=work.now)
    )
    return token


def staff_of_session(session: Session, token: str, now: datetime) -> Actor | None:
    """The member of staff whose living session `token` is."""
    found = session.scalar(
        sa.select(StaffSession)
        .options(joinedload(StaffSession.account))
        .where(StaffSession.token_hash == hash_token(token), StaffSession.expires_at > now)
    )
    if found is None or not found.account.is_active:
        return None
    account = found.account
    return Actor(account.key, Role(account.role), account.display_name)


def resident_of_token(
    session: Session, runtime: Runtime, token: str | None, now: datetime
) -> Actor:
    """The resident behind a bearer token; anonymous without one.

    Raises `Unauthenticated` when a token was sent that nobody gave out, or that has ended.
    """
    if token is None:
        return ANONYMOUS
    if token.startswith(SESSION_PREFIX):
        actor = _account_holder(session, runtime, token, now)
    elif token.startswith(DEVICE_PREFIX):
        actor = _device(session, runtime, token)
    else:
        outside = runtime.identity.subject_of(token) if runtime.identity else None
        actor = (
            None if outside is None else _resident(reporter_hash(runtime, f"firebase:{outside}"))
        )
    if actor is None:
        raise Unauthenticated("token-not-valid")
    return actor


def reporter_hash(runtime: Runtime, subject: str) -> str:
    """The salted hash that reports of `subject` carry."""
    return keyed_hash(runtime.settings.hash_key, "reporter", subject)


def _device(session: Session, runtime: Runtime, token: str) -> Actor | None:
    device = session.scalar(_DEVICE, {"token_hash": hash_token(token)})
    if device is None:
        return None
    return _resident(reporter_hash(runtime, f"device:{device}"), device=device)


def _account_holder(session: Session, runtime: Runtime, token: str, now: datetime) -> Actor | None:
    found = session.execute(_ACCOUNT, {"token_hash": hash_token(token), "now": now}).one_or_none()
    if found is None:
        return None
    devices = session.scalars(_ITS_DEVICES, {"account_id": found.account_id})
    linked = frozenset(reporter_hash(runtime, f"device:{device}") for device in devices)
    return _resident(found.reporter_hash, linked=linked, account=found.account_id)


def _resident(reporter: str, **what: Any) -> Actor:
    return Actor("resident", Role.RESIDENT, reporter=reporter, **what)
