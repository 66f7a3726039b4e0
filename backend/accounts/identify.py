"""From the token in a request to the actor it stands for."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from backend.accounts.models import Device, StaffSession
from backend.accounts.sign_in import hash_token
from backend.core.actors import ANONYMOUS, Actor, Role
from backend.core.errors import Unauthenticated
from backend.core.keys import keyed_hash
from backend.core.runtime import Runtime
from backend.core.uow import UnitOfWork

DEVICE_PREFIX = "evd_"


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
    return Actor(f"staff:{account.id}", Role(account.role), account.display_name)


def resident_of_token(session: Session, runtime: Runtime, token: str | None) -> Actor:
    """The resident behind a bearer token; anonymous without one.

    Raises `Unauthenticated` when a token was sent that nobody gave out.
    """
    if token is None:
        return ANONYMOUS
    if token.startswith(DEVICE_PREFIX):
        device = session.scalar(sa.select(Device.id).where(Device.token_hash == hash_token(token)))
        subject = None if device is None else f"device:{device}"
    elif runtime.identity is not None:
        outside = runtime.identity.subject_of(token)
        subject = None if outside is None else f"firebase:{outside}"
    else:
        subject = None
    if subject is None:
        raise Unauthenticated("token-not-valid")
    reporter = keyed_hash(runtime.settings.hash_key, "reporter", subject)
    return Actor("resident", Role.RESIDENT, reporter=reporter)
