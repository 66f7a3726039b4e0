"""Whether what a phone sends can be an address of its kind, and what two of the same share."""

import base64
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from backend.accounts.contact_address import AddressKind, read_address
from backend.core.errors import Invalid
from backend.core.keys import keyed_hash
from backend.delivery.notices.rules import Kind

_LONGEST = 1000
_AUTH_BYTES = 16
_FIELDS = {
    Kind.WEBPUSH: ("endpoint", "p256dh", "auth"),
    Kind.FCM_TOKEN: ("token",),
    Kind.FCM_FID: ("token",),
    Kind.EMAIL: ("address",),
}


def checked_address(
    kind: Kind, given: Mapping[str, str], *, is_plain_allowed: bool
) -> dict[str, str]:
    """The address as it is kept; raises `Invalid`.

    Where a push service lies is looked at when something is sent: names mean other places then.
    """
    fields = {name: given.get(name, "") for name in _FIELDS[kind]}
    if kind is Kind.EMAIL:
        found = read_address(fields["address"], "")
        if found.kind is not AddressKind.EMAIL:
            raise Invalid("notice-address-not-valid", pointer="/address", kind=kind.value)
        return {"address": found.text}
    if not all(_is_plain_word(text) for text in fields.values()):
        raise Invalid("notice-address-not-valid", pointer="/address", kind=kind.value)
    if kind is Kind.WEBPUSH and not _is_subscription(fields, is_plain_allowed):
        raise Invalid("notice-address-not-valid", pointer="/address", kind=kind.value)
    return fields


def hash_address(hash_key: str, kind: Kind, address: Mapping[str, str]) -> str:
    """The keyed hash an address is found by: of a subscription its endpoint, which is its own."""
    own = address.get("endpoint") or json.dumps(sorted(address.items()))
    return keyed_hash(hash_key, "notice address", f"{kind}:{own}")


def _is_plain_word(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and all("!" <= character <= "~" for character in text)


def _is_subscription(fields: Mapping[str, str], is_plain_allowed: bool) -> bool:
    """Whether it is one of RFC 8030 and RFC 8291: an address, a point on P-256, 16 secret bytes."""
    schemes = {"https", "http"} if is_plain_allowed else {"https"}
    try:
        parts = urlsplit(fields["endpoint"])
        point = _bytes(fields["p256dh"])
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        is_whole = len(_bytes(fields["auth"])) == _AUTH_BYTES and len(point) == 65
        return is_whole and parts.scheme in schemes and bool(parts.hostname) and not parts.username
    except ValueError:
        return False


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
