"""One-time codes: sent to an address that the register has of a voter, and to no other.

Nobody learns by asking who is on the roll or how they are reached: the answer, the rows and the job
are the same whether number and address belong together or not.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.accounts.codes import LIFETIME, MAX_TRIES, hash_mailbox, is_code
from backend.accounts.contact_address import AddressKind, ContactAddress
from backend.accounts.send_code import MINUTES, sending
from backend.ballots.voting.commands import AskVoteCode, SentCode
from backend.ballots.voting.models import RollEntry, VoteCode
from backend.ballots.voting.queries import Entry, Vote, entry_of_number, open_vote
from backend.ballots.voting.voter_hashes import RollHashes, roll_hashes
from backend.core.config import Settings
from backend.core.db import lock_id
from backend.core.digits import plain_digits
from backend.core.errors import Invalid
from backend.core.i18n import marked
from backend.core.keys import keyed_hash
from backend.core.speak import Say
from backend.core.uow import UnitOfWork

JOB = "send_vote_code"


def ask_vote_code(work: UnitOfWork, command: AskVoteCode) -> None:
    """Leave a code and the job that sends it; asked again soon, it is the same code.

    An address that was sent too many is sent no more for a while, which the answer does not tell:
    it would say that number and address belong together. Others cannot use that up, for nothing is
    counted where they do not. Raises `Invalid` where the city sends nothing to such addresses.
    """
    runtime, address = work.runtime, command.address
    vote = open_vote(work.session, runtime, command.slug, work.now, is_test=False)
    if address.kind not in runtime.messages:
        raise Invalid("code-kind-not-offered", pointer="/address")
    settings = runtime.settings
    hashes = roll_hashes(settings.hash_key, vote.slug)
    key = _key_of(hashes, command.register_number, address)
    lock_id(work.session, UUID(key[:32]))
    is_old = sa.or_(VoteCode.tries >= MAX_TRIES, VoteCode.expires_at < work.now + LIFETIME / 2)
    work.session.execute(
        sa.delete(VoteCode).where(
            sa.or_(VoteCode.expires_at <= work.now, sa.and_(VoteCode.key == key, is_old))
        )
    )
    code = work.session.scalar(sa.select(VoteCode).where(VoteCode.key == key))
    if code is None:
        code = VoteCode(
            id=runtime.ids.uuid(),
            cycle_id=vote.cycle_id,
            key=key,
            is_of_voter=_is_of_voter(work.session, vote, hashes, command),
            kind=address.kind.value,
            expires_at=work.now + LIFETIME,
        )
        work.session.add(code)
    asked = {"to": address.text, "language": command.language}
    sealed = runtime.keyring.seal(asked, associated=code.id.bytes)
    mailbox = hash_mailbox(settings.hash_key, address)
    is_sent = code.is_of_voter and not runtime.limits.use(
        settings.recipient_code_limit, "vote code to", mailbox
    )
    # Where no more are sent, one that still waits keeps its address.
    code.sealed = sealed if is_sent else code.sealed or b""
    work.enqueue(JOB, code=str(code.id))


def entry_of_sent_code(work: UnitOfWork, vote: Vote, proof: SentCode) -> Entry | None:
    """The right to vote of whoever typed the right code, None otherwise.

    A wrong code costs a try, so the caller lets the transaction end well. A right one stays good
    while it lives: it leads to one credential, however often the answer is lost.
    """
    hashes = roll_hashes(work.runtime.settings.hash_key, vote.slug)
    key = _key_of(hashes, proof.register_number, proof.address)
    lock_id(work.session, UUID(key[:32]))
    code = work.session.scalar(
        sa.select(VoteCode).where(
            VoteCode.key == key,
            VoteCode.is_of_voter,
            VoteCode.expires_at > work.now,
            VoteCode.tries < MAX_TRIES,
        )
    )
    if code is None:
        return None
    if not is_code(work.runtime.settings.hash_key, code.id, proof.code):
        code.tries += 1
        return None
    return _entry(work.session, vote, hashes, proof.register_number)


_SUBJECT = marked("Your code to vote")
_WORDS = marked(
    "%(code)s is your code to vote. It is good for %(minutes)s minutes, and for you alone: nobody "
    "from the city asks for it. If you did not ask for it, there is nothing you need to do."
)


def _words(_settings: Settings, code: str, say: Say) -> str:
    return say(_WORDS) % {"code": code, "minutes": MINUTES} + "\n"


SEND_VOTE_CODE_JOB = sending(VoteCode, _SUBJECT, _words)


def _key_of(hashes: RollHashes, register_number: str, address: ContactAddress) -> str:
    # The same on every keyboard, for it may be asked for with one and typed with another.
    number = hashes.voter(plain_digits(register_number))
    return keyed_hash(hashes.key, "vote code", f"{number}:{hashes.contact(address)}")


def _entry(session: Session, vote: Vote, hashes: RollHashes, register_number: str) -> Entry | None:
    return entry_of_number(session, vote.cycle_id, hashes.typed_voter(register_number))


def _is_of_voter(session: Session, vote: Vote, hashes: RollHashes, command: AskVoteCode) -> bool:
    is_email = command.address.kind is AddressKind.EMAIL
    column = RollEntry.email_hash if is_email else RollEntry.phone_hash
    entry = _entry(session, vote, hashes, command.register_number)
    found = session.scalar(
        sa.select(RollEntry.voter_key).where(
            RollEntry.cycle_id == vote.cycle_id,
            RollEntry.voter_key == (entry.voter_key if entry else ""),
            column == hashes.contact(command.address),
        )
    )
    return found is not None
