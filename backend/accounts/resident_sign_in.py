"""Residents come and go: a code that was sent to an address opens the account of that address.

So does another's token, as Firebase's, the account of whoever it stands for.
"""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.codes import MAX_TRIES, hash_address, is_code
from backend.accounts.contact_address import ContactAddress
from backend.accounts.identify import SESSION_PREFIX, reporter_hash
from backend.accounts.models import AccountDevice, ResidentAccount, ResidentSession, SignInCode
from backend.accounts.sign_in import NewSession, hash_token
from backend.core.db import lock_id
from backend.core.errors import Unauthenticated
from backend.core.keys import keyed_hash
from backend.core.uow import UnitOfWork

SESSION_LENGTH = timedelta(days=90)
OUTSIDE = "outside"
"""What kind of account has no address here."""


def sign_in_with_code(work: UnitOfWork, address: ContactAddress, typed: str) -> NewSession | None:
    """A session of the account of `address`, which is made at its first sign-in.

    None when the code is wrong, used or too old, without saying which; a wrong one costs a try, so
    the caller lets the transaction end well. The device that signs in brings its reports along,
    unless another account has it already.
    """
    hashed = hash_address(work.runtime.settings.hash_key, address)
    lock_id(work.session, UUID(hashed[:32]))
    if not _takes_code(work, hashed, typed):
        return None
    return _enter(work, work.actor.device, address.kind.value, address.text, hashed)


def sign_in_from_outside(work: UnitOfWork, device: UUID | None) -> NewSession:
    """A session of the account of whoever another's token stands for; the first time makes it.

    What they did with that token alone stays theirs. `device` brings its reports along.
    """
    subject = work.actor.reporter
    if subject is None or work.actor.account or work.actor.device:
        raise Unauthenticated("token-not-valid")
    hashed = keyed_hash(work.runtime.settings.hash_key, "outside account", subject)
    lock_id(work.session, UUID(hashed[:32]))
    return _enter(work, device, OUTSIDE, "", hashed, subject)


def sign_out_resident(work: UnitOfWork, token: str) -> None:
    """End the session; a token that is already dead is no error."""
    work.session.execute(
        sa.delete(ResidentSession).where(ResidentSession.token_hash == hash_token(token))
    )


def _takes_code(work: UnitOfWork, hashed: str, typed: str) -> bool:
    code = work.session.scalar(
        sa.select(SignInCode).where(
            SignInCode.address_hash == hashed,
            SignInCode.expires_at > work.now,
            SignInCode.tries < MAX_TRIES,
        )
    )
    if code is None:
        return False
    if not is_code(work.runtime.settings.hash_key, code.id, typed):
        code.tries += 1
        return False
    work.session.delete(code)
    return True


def _enter(
    work: UnitOfWork,
    device: UUID | None,
    kind: str,
    address: str,
    hashed: str,
    reporter: str | None = None,
) -> NewSession:
    """A session of the account found by `hashed`, which the device brings its reports into."""
    device = _free_device(work, device)
    account_id = work.session.scalar(
        sa.select(ResidentAccount.id).where(ResidentAccount.address_hash == hashed)
    )
    if account_id is None:
        account_id = _open_account(work, kind, address, hashed, device, reporter)
    if device is not None:
        link = AccountDevice(device_id=device, account_id=account_id, linked_at=work.now)
        work.session.add(link)
    return _open_session(work, account_id)


def _free_device(work: UnitOfWork, device: UUID | None) -> UUID | None:
    """The device, if no account has it."""
    if device is None:
        return None
    lock_id(work.session, device)
    return None if work.session.get(AccountDevice, device) else device


def _open_account(
    work: UnitOfWork,
    kind: str,
    address: str,
    hashed: str,
    device: UUID | None,
    reporter: str | None,
) -> UUID:
    id_ = work.runtime.ids.uuid()
    subject = f"account:{id_}" if device is None else f"device:{device}"
    account = ResidentAccount(
        id=id_,
        kind=kind,
        address_hash=hashed,
        sealed=work.runtime.keyring.seal({"address": address}, associated=id_.bytes),
        reporter_hash=reporter or reporter_hash(work.runtime, subject),
        created_at=work.now,
    )
    work.session.add(account)
    work.session.flush()
    return id_


def _open_session(work: UnitOfWork, account_id: UUID) -> NewSession:
    work.session.execute(sa.delete(ResidentSession).where(ResidentSession.expires_at <= work.now))
    token = SESSION_PREFIX + work.runtime.ids.token()
    session = ResidentSession(
        token_hash=hash_token(token),
        account_id=account_id,
        created_at=work.now,
        expires_at=work.now + SESSION_LENGTH,
    )
    work.session.add(session)
    return NewSession(token, session.expires_at)
