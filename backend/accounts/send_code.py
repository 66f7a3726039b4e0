"""The jobs that send codes; their rows name the code, and nothing about a person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.accounts.codes import LIFETIME, code_of
from backend.accounts.models import SentCode, SignInCode
from backend.core.config import Settings
from backend.core.i18n import marked
from backend.core.jobs import PreparedJob
from backend.core.ports import Message
from backend.core.runtime import current_runtime
from backend.core.speak import LANGUAGES, Say, speaker
from backend.core.uow import UnitOfWork

JOB = "send_sign_in_code"
MINUTES = int(LIFETIME.total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Handed:
    """A code that was handed over, and the sealed address it went to."""

    id: UUID
    sealed: bytes


def sending(
    model: type[SentCode], subject: str, words: Callable[[Settings, str, Say], str]
) -> PreparedJob:
    """The job that sends the codes kept in `model`: `words` makes the message of the digits.

    In the language that is sealed with the address, or else in English.
    """

    def send(session: Session, now: datetime, payload: dict[str, Any]) -> Handed | None:
        """Hand the code over, unless it is sent, replaced or too old by now, or for nobody.

        Raises `Unavailable` when nobody took it; the job then waits and tries again.
        """
        code = session.get(model, UUID(payload["code"]))
        if code is None or not code.sealed or code.expires_at <= now:
            return None
        runtime = current_runtime()
        handed = Handed(code.id, code.sealed)
        opened = runtime.keyring.open(code.sealed, code.id.bytes)
        say = speaker(opened.get("language", LANGUAGES[0]))
        sender = runtime.messages[code.kind]
        # No transaction stays open while somebody outside is talked to.
        session.rollback()
        digits = code_of(runtime.settings.hash_key, handed.id)
        text = words(runtime.settings, digits, say)
        sender.send(Message(opened["to"], say(subject), text))
        return handed

    def forget_address(work: UnitOfWork, handed: Handed | None) -> None:
        """Keep the address no longer than the sending took, unless it was asked for again."""
        if handed is not None:
            work.session.execute(
                sa.update(model)
                .where(model.id == handed.id, model.sealed == handed.sealed)
                .values(sealed=None)
            )

    return PreparedJob(send, forget_address)


_SUBJECT = marked("Your sign-in code")
_WORDS = marked(
    "%(code)s is your sign-in code. It is good for %(minutes)s minutes, and for you alone: nobody "
    "from the city asks for it. If you did not ask for it, there is nothing you need to do."
)


def _sign_in_words(settings: Settings, code: str, say: Say) -> str:
    text = say(_WORDS) % {"code": code, "minutes": MINUTES} + "\n"
    host = urlsplit(settings.public_url).hostname
    if host:
        # Phones offer to fill in a code that is bound to its site by this last line
        # (https://wicg.github.io/sms-one-time-codes/).
        text += f"\n@{host} #{code}\n"
    return text


SEND_CODE_JOB = sending(SignInCode, _SUBJECT, _sign_in_words)
