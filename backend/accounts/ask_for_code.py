"""Somebody asks for a sign-in code; whether they have an account plays no part in it."""

from uuid import UUID

import sqlalchemy as sa

from backend.accounts.codes import LIFETIME, MAX_TRIES, hash_address, hash_mailbox
from backend.accounts.contact_address import ContactAddress
from backend.accounts.models import SignInCode
from backend.accounts.send_code import JOB
from backend.core.db import lock_id
from backend.core.errors import Invalid
from backend.core.speak import LANGUAGES
from backend.core.uow import UnitOfWork


def ask_for_code(work: UnitOfWork, address: ContactAddress, language: str = LANGUAGES[0]) -> None:
    """Leave a code for `address` and the job that sends it, worded in `language`.

    Asked again soon, the same code is sent again: the first message may come after the second. Its
    tries do not come back. Raises `Invalid` where the city sends nothing to such addresses, and
    `TooManyRequests` when the address was sent too many.
    """
    runtime, settings = work.runtime, work.runtime.settings
    if address.kind not in runtime.messages:
        raise Invalid("code-kind-not-offered", pointer="/address")
    mailbox = hash_mailbox(settings.hash_key, address)
    runtime.limits.check(settings.recipient_code_limit, "code to", mailbox)
    hashed = hash_address(settings.hash_key, address)
    lock_id(work.session, UUID(hashed[:32]))
    work.session.execute(
        sa.delete(SignInCode).where(
            sa.or_(
                SignInCode.expires_at <= work.now,
                sa.and_(SignInCode.address_hash == hashed, _is_used_up_or_old(work)),
            )
        )
    )
    code = work.session.scalar(sa.select(SignInCode).where(SignInCode.address_hash == hashed))
    if code is None:
        code = SignInCode(
            id=runtime.ids.uuid(),
            kind=address.kind.value,
            address_hash=hashed,
            expires_at=work.now + LIFETIME,
        )
        work.session.add(code)
    sealed = {"to": address.text, "language": language}
    code.sealed = runtime.keyring.seal(sealed, associated=code.id.bytes)
    work.enqueue(JOB, code=str(code.id))


def _is_used_up_or_old(work: UnitOfWork) -> sa.ColumnElement[bool]:
    # Who asks again has at least half of the ten minutes.
    return sa.or_(SignInCode.tries >= MAX_TRIES, SignInCode.expires_at < work.now + LIFETIME / 2)
