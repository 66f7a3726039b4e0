"""Ports: what the city needs from outside worlds, as small interfaces with adapters behind them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol


class IdentityVerifier(Protocol):
    """Turns a sign-in token of another provider into a stable subject."""

    def subject_of(self, token: str) -> str | None:
        """The subject the token proves, or None where it proves nothing.

        Raises `Unavailable` when the provider cannot be asked.
        """


@dataclass(frozen=True, slots=True)
class Message:
    """A few words to one person; `to` is an e-mail address or a phone number in E.164.

    `headers` are a mail's own besides the usual ones.
    """

    to: str
    subject: str
    text: str
    headers: dict[str, str] = field(default_factory=dict)


class MessageSender(Protocol):
    """Hands messages over to one outside channel: mail, or text messages."""

    def send(self, message: Message) -> None:
        """Hand `message` over; raises `Unavailable` when nobody took it, so that trying again is
        right."""


@dataclass(frozen=True, slots=True)
class Push:
    """A notice to one browser or phone; `address` is as it was registered.

    `tag` is the same for what takes each other's place. What is not `is_important` may wait for a
    phone that saves its battery. `data` goes along for the app: words only.
    """

    kind: str
    address: Mapping[str, str]
    title: str
    body: str
    tag: str
    is_important: bool
    kept: timedelta
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pushed:
    """What came of a push.

    `is_gone` says that nobody is at the address any more; `may_again` that another try may go
    better, after `wait` where the service said so. `status` is the service's answer as a word.
    """

    status: str
    is_delivered: bool = False
    is_gone: bool = False
    may_again: bool = False
    wait: timedelta | None = None


class PushSender(Protocol):
    """Hands notices over to push services."""

    def send(self, pushes: Sequence[Push]) -> Iterator[Pushed | None]:
        """Hand them over and say of each, in order, what came of it; may end before the last.

        None of one that was held back, as its service had its share of the time.
        """


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
