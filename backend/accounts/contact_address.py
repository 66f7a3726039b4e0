"""An e-mail address or a phone number as people type it, in the one form the city knows it by."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import idna
import phonenumbers

from backend.core.errors import Invalid

LONGEST = 254
_LONGEST_LOCAL = 64
# RFC 5322's atext, and the dot between atoms; quoted local parts are not taken.
_ATEXT = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."
)
# What takes text messages and costs the city what a text message costs.
_TYPES = frozenset(
    {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.VOIP,
    }
)


class AddressKind(StrEnum):
    """How a code reaches somebody."""

    EMAIL = "email"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class ContactAddress:
    """Where somebody is reached, normalized."""

    kind: AddressKind
    text: str


def read_address(text: str, region: str) -> ContactAddress:
    """The address `text` is; `region` is the country of phone numbers without a plus, if any.

    An e-mail address keeps the case of its local part (RFC 5321), composed (NFC, RFC 6532); its
    domain is lower case in A-labels (RFC 5891). A phone number is in E.164. Raises `Invalid`.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise Invalid("address-not-valid", pointer="/address")
    if "@" in text:
        return ContactAddress(AddressKind.EMAIL, _read_email(text))
    return ContactAddress(AddressKind.PHONE, _read_phone(text, region))


def _read_email(text: str) -> str:
    local, _, domain = unicodedata.normalize("NFC", text).rpartition("@")
    atoms = local.split(".")
    is_local = all(atoms) and len(local.encode(errors="replace")) <= _LONGEST_LOCAL
    if not is_local or not all(map(_is_of_an_atom, local)):
        raise Invalid("address-not-valid", pointer="/address")
    try:
        ascii_domain = idna.encode(domain, uts46=True, std3_rules=True).decode()
    except UnicodeError as error:
        raise Invalid("address-not-valid", pointer="/address") from error
    # A dot at the end, an address of numbers or a bare host name is no public mail domain.
    if "." not in ascii_domain or not ascii_domain[-1].isalnum() or _top(ascii_domain).isdigit():
        raise Invalid("address-not-valid", pointer="/address")
    return f"{local}@{ascii_domain}"


def _top(domain: str) -> str:
    return domain.rpartition(".")[2]


def _is_of_an_atom(character: str) -> bool:
    # Of other scripts letters, marks and digits: nothing that cannot be seen or that separates.
    return character in _ATEXT or (
        not character.isascii() and unicodedata.category(character)[0] in "LM"
    )


def _read_phone(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException as error:
        raise Invalid("address-not-valid", pointer="/address") from error
    is_reachable = (
        phonenumbers.is_valid_number(number)
        and not number.extension
        and phonenumbers.number_type(number) in _TYPES
    )
    if not is_reachable:
        raise Invalid("address-not-valid", pointer="/address")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
