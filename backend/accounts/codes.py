"""What a sign-in code is, how long it lives, and where its address is looked up."""

import hmac
import unicodedata
from datetime import timedelta
from uuid import UUID

from backend.accounts.contact_address import ContactAddress
from backend.core.keys import keyed_hash

DIGITS = 6
LIFETIME = timedelta(minutes=10)
MAX_TRIES = 5


def code_of(hash_key: str, id_: UUID) -> str:
    """The digits of the code with this id.

    An HMAC of the id, cut to digits, as HOTP (RFC 4226) does with a counter: nothing that is
    stored holds the code, and sending it twice sends the same.
    """
    return f"{int(keyed_hash(hash_key, 'sign-in code', str(id_)), 16) % 10**DIGITS:0{DIGITS}}"


def is_code(hash_key: str, id_: UUID, typed: str) -> bool:
    """Whether `typed` is that code, in the digits of any script and with blanks or dashes.

    Takes the same time whichever digit is wrong.
    """
    digits = "".join(str(unicodedata.decimal(one)) for one in typed if one.isdecimal())
    return hmac.compare_digest(digits.encode(), code_of(hash_key, id_).encode())


def hash_mailbox(hash_key: str, address: ContactAddress) -> str:
    """The keyed hash of where a message to `address` most likely ends up.

    The case of a local part and a detail behind a plus (RFC 5233) may tell accounts apart; most
    mail servers put all of them into one mailbox.
    """
    local, _, domain = address.text.casefold().rpartition("@")
    return keyed_hash(hash_key, "mailbox", f"{local.partition('+')[0]}@{domain}")


def hash_address(hash_key: str, address: ContactAddress) -> str:
    """The keyed hash an address is looked up by."""
    return keyed_hash(hash_key, "resident address", f"{address.kind}:{address.text}")
