"""Sealing values again with the newest field key, each for itself: a lost one stops no other."""

from dataclasses import dataclass, field
from typing import TypeVar

from backend.core.keys import KeyRing

Value = TypeVar("Value", bytes, bytes | None)


@dataclass(frozen=True, slots=True)
class Unread:
    """A sealed value that no key here opens: of which table and row, and under which key's id.

    `name` is the public number or the id of the row, and never anything it holds; `key_id` is empty
    where the value is too damaged to say.
    """

    table: str
    name: str
    key_id: str


@dataclass(slots=True)
class Resealing:
    """How far it has come: how many values moved to the newest key, and which could not."""

    keyring: KeyRing
    count: int = 0
    unread: list[Unread] = field(default_factory=list)

    def fresh(self, sealed: Value, associated: bytes, *, table: str, name: object) -> Value:
        """`sealed` under the newest key; as it is where it is so already, or cannot be opened.

        What is so already is opened too: it may have been damaged since.
        """
        if sealed is None:
            return sealed
        key_id = self.keyring.key_id(sealed)
        fields = self.keyring.open_if_possible(sealed, associated)
        if fields is None:
            is_told = b":" in sealed and key_id.isprintable()
            self.unread.append(Unread(table, str(name), key_id if is_told else ""))
            return sealed
        if key_id == self.keyring.newest:
            return sealed
        self.count += 1
        return self.keyring.seal(fields, associated)
