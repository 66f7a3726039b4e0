"""What of a voter is kept: keyed hashes, made with a key of the cycle's roll alone.

The register's own machine can make them (`python -m backend vote hash-roll`), with the roll's key
and without any other key of the city.
"""

import unicodedata
from dataclasses import dataclass

from backend.accounts.contact_address import ContactAddress
from backend.core.digits import in_every_digits, plain_digits
from backend.core.keys import keyed_hash


@dataclass(frozen=True, slots=True)
class RollHashes:
    """HMAC-SHA256 under the key of one cycle's roll."""

    key: str

    def voter(self, register_number: str) -> str:
        """By letters and digits alone: how a number is spaced or written is nobody's identity."""
        return keyed_hash(self.key, "voter", _letters_and_digits(register_number))

    def typed_voter(self, register_number: str) -> tuple[str, ...]:
        """By which the roll may have the number that somebody typed, the likeliest first.

        The roll's hash keeps the digits of the register, and a keyboard has its own.
        """
        written = in_every_digits(_letters_and_digits(register_number))
        return tuple(keyed_hash(self.key, "voter", one) for one in written)

    def code(self, code: str) -> str:
        """Of a code as `read_code` gives it."""
        return keyed_hash(self.key, "code", code)

    def contact(self, address: ContactAddress) -> str:
        """Whichever case an e-mail address is written in; registers and people differ in it."""
        return keyed_hash(self.key, "contact", f"{address.kind}:{address.text.casefold()}")

    def nonce(self, nonce: str) -> str:
        """Of the secret a credential was made from."""
        return keyed_hash(self.key, "nonce", nonce)


def roll_hashes(hash_key: str, slug: str) -> RollHashes:
    """Those of the cycle at `slug`."""
    return RollHashes(keyed_hash(hash_key, "roll", slug))


def nonce_of_code(code: str, slug: str) -> str:
    """The nonce of a voter who has a printed code and need keep nothing else."""
    return keyed_hash(code, "nonce", slug)[:32]


def nonce_of_pass(pass_code: str, slug: str, register_number: str) -> str:
    """The nonce of a voter who has a pass: with the number, for two may keep one pass together.

    Of the pass alone they would have one place in the box, and one of them no ballot. The same on
    every keyboard.
    """
    number = plain_digits(_letters_and_digits(register_number))
    return keyed_hash(pass_code, f"nonce {slug}", number)[:32]


def _letters_and_digits(register_number: str) -> str:
    text = unicodedata.normalize("NFKC", register_number).upper()
    return "".join(filter(str.isalnum, text))
