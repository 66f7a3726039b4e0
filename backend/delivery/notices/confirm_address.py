"""A mail address is told nothing until whoever reads its mail has said that it is theirs."""

from uuid import UUID

import sqlalchemy as sa

from backend.accounts.codes import LIFETIME, MAX_TRIES, hash_mailbox, is_code
from backend.accounts.contact_address import AddressKind, ContactAddress
from backend.accounts.send_code import MINUTES, sending
from backend.core.config import Settings
from backend.core.errors import NotFound
from backend.core.i18n import marked
from backend.core.speak import Say
from backend.core.uow import UnitOfWork
from backend.delivery.notices.models import NoticeCode, NoticeRegistration
from backend.delivery.notices.queries import registrations_of

JOB = "send_notice_code"


def send_code(
    work: UnitOfWork, registration: NoticeRegistration, address: str, *, is_new: bool
) -> None:
    """Have a code sent, unless one that was sent to this very address is good still.

    Raises `TooManyRequests` when the mailbox was sent too many.
    """
    runtime = work.runtime
    old = _code_of(work, registration.id)
    if old is not None:
        if not is_new and old.tries < MAX_TRIES and old.expires_at > work.now:
            return
        work.session.delete(old)
        work.session.flush()
    mailbox = hash_mailbox(runtime.settings.hash_key, ContactAddress(AddressKind.EMAIL, address))
    runtime.limits.check(runtime.settings.recipient_code_limit, "notice code to", mailbox)
    code = NoticeCode(
        id=runtime.ids.uuid(),
        registration_id=registration.id,
        kind=AddressKind.EMAIL.value,
        expires_at=work.now + LIFETIME,
    )
    sealed = {"to": address, "language": registration.language}
    code.sealed = runtime.keyring.seal(sealed, associated=code.id.bytes)
    work.session.add(code)
    work.enqueue(JOB, code=str(code.id))


def confirm_address(work: UnitOfWork, id_: UUID, typed: str) -> bool:
    """Whether the address is confirmed now; a wrong code costs a try.

    Raises `NotFound` where the actor has no such address.
    """
    own = registrations_of(work.session, work.actor.reporters)
    registration = next((one for one in own if one.id == id_), None)
    if registration is None:
        raise NotFound("notice-registration-unknown")
    if registration.confirmed_at is not None:
        return True
    code = _code_of(work, id_)
    if code is None or code.tries >= MAX_TRIES or code.expires_at <= work.now:
        return False
    if not is_code(work.runtime.settings.hash_key, code.id, typed):
        code.tries += 1
        return False
    work.session.delete(code)
    registration.confirmed_at = work.now
    return True


def _code_of(work: UnitOfWork, id_: UUID) -> NoticeCode | None:
    query = sa.select(NoticeCode).where(NoticeCode.registration_id == id_)
    return work.session.scalar(query.with_for_update())


_SUBJECT = marked("Your code for notices")
_WORDS = marked(
    "%(code)s confirms that notices about your reports may come to this address. It is good for "
    "%(minutes)s minutes. If you did not ask for it, there is nothing you need to do: without the "
    "code nothing more comes."
)


def _words(_settings: Settings, code: str, say: Say) -> str:
    return say(_WORDS) % {"code": code, "minutes": MINUTES} + "\n"


SEND_NOTICE_CODE_JOB = sending(NoticeCode, _SUBJECT, _words)
