"""The job that sends a sign-in code; its row names the code, and nothing about a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.accounts.codes import LIFETIME, code_of
from backend.accounts.models import SignInCode
from backend.core.jobs import PreparedJob
from backend.core.ports import Message
from backend.core.runtime import Runtime, current_runtime
from backend.core.uow import UnitOfWork

JOB = "send_sign_in_code"


@dataclass(frozen=True, slots=True)
class SentCode:
    """A code that was handed over, and the sealed address it went to."""

    id: UUID
    sealed: bytes


def send_code(session: Session, now: datetime, payload: dict[str, Any]) -> SentCode | None:
    """Hand the code over, unless it is sent, replaced or too old by now.

    Raises `Unavailable` when nobody took it; the job then waits and tries again.
    """
    code = session.get(SignInCode, UUID(payload["code"]))
    if code is None or code.sealed is None or code.expires_at <= now:
        return None
    runtime = current_runtime()
    sent = SentCode(code.id, code.sealed)
    to = runtime.keyring.open(code.sealed, code.id.bytes)["to"]
    sender = runtime.messages[code.kind]
    # No transaction stays open while somebody outside is talked to.
    session.rollback()
    sender.send(_message(runtime, sent.id, to))
    return sent


def forget_address(work: UnitOfWork, sent: SentCode | None) -> None:
    """Keep the address no longer than the sending took, unless the code was asked for again."""
    if sent is not None:
        work.session.execute(
            sa.update(SignInCode)
            .where(SignInCode.id == sent.id, SignInCode.sealed == sent.sealed)
            .values(sealed=None)
        )


SEND_CODE_JOB = PreparedJob(send_code, forget_address)


def _message(runtime: Runtime, id_: UUID, to: str) -> Message:
    code = code_of(runtime.settings.hash_key, id_)
    minutes = int(LIFETIME.total_seconds()) // 60
    text = (
        f"{code} is your sign-in code. It is good for {minutes} minutes, and for you alone: nobody "
        "from the city asks for it. If you did not ask for it, there is nothing you need to do.\n"
    )
    host = urlsplit(runtime.settings.public_url).hostname
    if host:
        # Phones offer to fill in a code that is bound to its site by this last line
        # (https://wicg.github.io/sms-one-time-codes/).
        text += f"\n@{host} #{code}\n"
    return Message(to, "Your sign-in code", text)
