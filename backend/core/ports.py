"""Ports: what the city needs from outside worlds, as small interfaces with adapters behind them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


class IdentityVerifier(Protocol):
    """Turns a sign-in token of another provider into a stable subject."""

    def subject_of(self, token: str) -> str | None:
        """The subject the token proves, or None where it proves nothing.

        Raises `Unavailable` when the provider cannot be asked.
        """


@dataclass(frozen=True, slots=True)
class Message:
    """A few words to one person; `to` is an e-mail address or a phone number in E.164."""

    to: str
    subject: str
    text: str


class MessageSender(Protocol):
    """Hands messages over to one outside channel: mail, or text messages."""

    def send(self, message: Message) -> None:
        """Hand `message` over; raises `Unavailable` when nobody took it, so that trying again is
        right."""


class MediaStore(Protocol):
    """Keeps files that are too large for a row; names are the program's own, never a person's.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    def put(self, name: str, data: bytes) -> None:
        """Keep `data` under `name`, whole or not at all; what was there before is replaced."""

    def get(self, name: str) -> bytes | None:
        """What is kept under `name`, None where nothing is."""

    def delete(self, name: str) -> None:
        """Forget `name` in every version; it need not be there."""

    def names(self, prefix: str) -> Iterator[str]:
        """Every name that begins with `prefix`, a folder ending in a slash; in no order."""
