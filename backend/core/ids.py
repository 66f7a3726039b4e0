"""Identities: UUIDv7 (RFC 9562) for rows, short numbers for people, opaque tokens for devices."""

import random
import secrets
import uuid
from collections.abc import Callable
from typing import Protocol

import uuid_utils.compat

# Crockford's base 32: no I, L, O or U, so that a number survives the telephone.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKES = str.maketrans("OIL", "011")
_DIGITS = 7


class Ids(Protocol):
    """A source of fresh identities."""

    def uuid(self) -> uuid.UUID:
        """A time-ordered UUID, version 7."""

    def public_number(self) -> str:
        """A short number for people, such as `7K3M9QXC`."""

    def token(self) -> str:
        """An unguessable token of 256 bits."""

    def ballot_id(self) -> str:
        """128 random bits in hex: no moment and no order can be read from it."""


class SystemIds:
    """Identities from the machine's clock and its random source."""

    def uuid(self) -> uuid.UUID:
        return uuid_utils.compat.uuid7()

    def public_number(self) -> str:
        return number_from(lambda: secrets.randbits(5 * _DIGITS))

    def token(self) -> str:
        return secrets.token_urlsafe(32)

    def ballot_id(self) -> str:
        return secrets.token_hex(16)


class SeededIds:
    """The same identities for the same seed: for the made-up city and for tests."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def uuid(self) -> uuid.UUID:
        bits = self._random.getrandbits(128)
        return uuid.UUID(int=(bits & ~(0xF << 76) & ~(0x3 << 62)) | (7 << 76) | (2 << 62))

    def public_number(self) -> str:
        return number_from(lambda: self._random.getrandbits(5 * _DIGITS))

    def token(self) -> str:
        return self._random.randbytes(32).hex()

    def ballot_id(self) -> str:
        return self._random.randbytes(16).hex()


def number_from(draw: Callable[[], int]) -> str:
    """A number from 35 drawn bits: seven base-32 digits and a check symbol modulo 37.

    Crockford's five extra check symbols (`*~$=U`) do not survive an address or a telephone, so a
    value that would need one is drawn again.
    """
    value = draw()
    while value % 37 >= len(CROCKFORD):
        value = draw()
    return _digits_of(value) + CROCKFORD[value % 37]


def read_number(text: str) -> str | None:
    """The canonical number a person meant, or None where its check symbol does not fit.

    Dashes and blanks are skipped, lower case is raised, O reads as 0 and I and L as 1.
    """
    compact = text.upper().replace("-", "").replace(" ", "").translate(LOOK_ALIKES)
    if len(compact) != _DIGITS + 1 or any(symbol not in CROCKFORD for symbol in compact):
        return None
    value = 0
    for symbol in compact[:-1]:
        value = value * 32 + CROCKFORD.index(symbol)
    return compact if value % 37 == CROCKFORD.index(compact[-1]) else None


def _digits_of(value: int) -> str:
    return "".join(CROCKFORD[value >> shift & 31] for shift in range(5 * _DIGITS - 5, -1, -5))
