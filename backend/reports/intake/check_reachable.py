"""What is typed at the desk to reach somebody has to reach them: they are there to be asked again.

Of what residents send themselves nothing is refused for this, so that no report is lost.
"""

import re
from collections.abc import Mapping

from backend.accounts.contact_address import AddressKind, read_address
from backend.core.errors import Invalid

_FEWEST_DIGITS = 5
_PHONE = re.compile(r"[\d\s()+./-]*")


def check_reachable(contact: Mapping[str, str]) -> None:
    """Raise `Invalid` on a phone number or a mail address that cannot be one; both may be empty."""
    phone, email = (contact.get(name, "").strip() for name in ("phone", "email"))
    digits = sum(map(str.isdecimal, phone))
    if phone and (not _PHONE.fullmatch(phone) or digits < _FEWEST_DIGITS):
        raise Invalid("contact-phone-not-valid", pointer="/contact/phone", least=_FEWEST_DIGITS)
    if email and not _is_mail(email):
        raise Invalid("contact-email-not-valid", pointer="/contact/email")


def _is_mail(text: str) -> bool:
    try:
        return read_address(text, "").kind is AddressKind.EMAIL
    except Invalid:
        return False
