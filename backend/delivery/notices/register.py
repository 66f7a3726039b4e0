"""A phone says where its resident is told, and stops being told there."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.codes import hash_address as hash_of_account
from backend.accounts.contact_address import AddressKind, ContactAddress
from backend.accounts.models import ResidentAccount
from backend.accounts.sign_in import hash_token
from backend.core.db import lock_id
from backend.core.errors import Conflict, Invalid
from backend.core.speak import LANGUAGES
from backend.core.uow import UnitOfWork
from backend.delivery.notices.carriers import offered_carriers
from backend.delivery.notices.commands import Register
from backend.delivery.notices.confirm_address import send_code
from backend.delivery.notices.models import NoticeName, NoticeRegistration, NoticeResident
from backend.delivery.notices.read_address import checked_address, hash_address
from backend.delivery.notices.residents import hold_resident
from backend.delivery.notices.rules import CARRIERS, MOST_REGISTRATIONS, Kind


def register(work: UnitOfWork, command: Register) -> NoticeRegistration:
    """Keep the address, or note that it was seen; what is sent again is the same registration.

    A push address belongs to whoever sent it last: a browser has one, whoever uses it. A mail
    address that is not the account's own is sent a code first. Raises `Invalid`, `Conflict` where
    the id is another's, `Forbidden` without a token.
    """
    settings, kind = work.runtime.settings, command.kind
    if CARRIERS[kind] not in offered_carriers(work.runtime):
        raise Invalid("notice-carrier-not-offered", pointer="/kind", kind=kind.value)
    is_plain_allowed = not settings.is_production
    address = checked_address(kind, command.address, is_plain_allowed=is_plain_allowed)
    hashed = hash_address(settings.hash_key, kind, address)
    resident = hold_resident(work)
    lock_id(work.session, UUID(hashed[:32]))
    lock_id(work.session, command.id)
    row = work.session.get(NoticeRegistration, command.id)
    if row is not None and row.resident_id != resident.id:
        raise Conflict("notice-registration-taken", pointer="/id")
    _forget_same(work, command, resident, hashed)
    if row is None:
        row = NoticeRegistration(id=command.id, resident_id=resident.id, created_at=work.now)
        work.session.add(row)
    is_new = row.address_hash != hashed
    row.kind, row.address_hash, row.last_seen_at = kind.value, hashed, work.now
    row.token_hash = None if command.token is None else hash_token(command.token)
    row.language = command.language if command.language in LANGUAGES else LANGUAGES[0]
    if is_new:
        row.sealed = work.runtime.keyring.seal(address, associated=row.id.bytes)
        is_proved = command.is_agreed or _is_proved(work, kind, address)
        row.confirmed_at = work.now if is_proved else None
    work.session.flush()
    _forget_beyond(work, resident)
    if row.confirmed_at is None:
        send_code(work, row, address["address"], is_new=is_new)
    return row


def unregister(work: UnitOfWork, id_: UUID) -> None:
    """Forget one of the actor's addresses with what waits for it; also where there is none."""
    theirs = sa.select(NoticeName.resident_id).where(
        NoticeName.person_hash.in_(work.actor.reporters)
    )
    work.session.execute(
        sa.delete(NoticeRegistration).where(
            NoticeRegistration.id == id_, NoticeRegistration.resident_id.in_(theirs)
        )
    )


def _is_proved(work: UnitOfWork, kind: Kind, address: Mapping[str, str]) -> bool:
    """Whether it needs no code: a push address, or what the account signs in with."""
    if kind is not Kind.EMAIL:
        return True
    if work.actor.account is None:
        return False
    account = work.session.get_one(ResidentAccount, work.actor.account)
    own = ContactAddress(AddressKind.EMAIL, address["address"])
    return account.address_hash == hash_of_account(work.runtime.settings.hash_key, own)


def _forget_same(
    work: UnitOfWork, command: Register, resident: NoticeResident, hashed: str
) -> None:
    """The same address under another id: of anybody for push, of the resident's own for mail."""
    same = sa.and_(NoticeRegistration.address_hash == hashed, NoticeRegistration.id != command.id)
    if command.kind is Kind.EMAIL:
        same = sa.and_(same, NoticeRegistration.resident_id == resident.id)
    work.session.execute(sa.delete(NoticeRegistration).where(same))


def _forget_beyond(work: UnitOfWork, resident: NoticeResident) -> None:
    """Keep what was seen last, so that nobody fills the table."""
    newest = (
        sa.select(NoticeRegistration.id)
        .where(NoticeRegistration.resident_id == resident.id)
        .order_by(NoticeRegistration.last_seen_at.desc(), NoticeRegistration.id.desc())
        .offset(MOST_REGISTRATIONS)
    )
    beyond = work.session.scalars(newest).all()
    if beyond:
        work.session.execute(sa.delete(NoticeRegistration).where(NoticeRegistration.id.in_(beyond)))
