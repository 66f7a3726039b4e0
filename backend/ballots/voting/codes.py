"""Codes that people hold: sixteen symbols of Crockford's base 32, 80 bits, in groups of four.

One form serves access codes, receipts and passes: what a voter writes down looks the same.
"""

import base64
import hashlib

from backend.core.digits import plain_digits
from backend.core.ids import CROCKFORD, LOOK_ALIKES

_RFC4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_CROCKFORD = str.maketrans(_RFC4648, CROCKFORD)
_SYMBOLS = 16


def code_from(secret: str) -> str:
    """The code that a random or keyed text stands for."""
    digest = hashlib.sha256(secret.encode()).digest()[: _SYMBOLS * 5 // 8]
    plain = base64.b32encode(digest).decode().translate(_TO_CROCKFORD)
    return "-".join(plain[start : start + 4] for start in range(0, _SYMBOLS, 4))


def read_code(text: str) -> str | None:
    """The code a person typed, None where it is none.

    Blanks and dashes are skipped, lower case is raised, O reads as 0 and I and L as 1; an Arabic
    or Persian keyboard's digits are read too.
    """
    plain = "".join(plain_digits(text).split()).replace("-", "").upper().translate(LOOK_ALIKES)
    if len(plain) != _SYMBOLS or not set(plain) <= set(CROCKFORD):
        return None
    return "-".join(plain[start : start + 4] for start in range(0, _SYMBOLS, 4))


def published_id(receipt: str, part_code: str) -> str:
    """The id under which a ballot's part is published: 32 hexadecimal digits.

    Only who has the receipt can tell which ids of two parts belong together, and anybody who has it
    can: `printf '%s' 'RECEIPT|PART' | sha256sum | cut -c1-32`.
    """
    return hashlib.sha256(f"{receipt}|{part_code}".encode()).hexdigest()[:32]
