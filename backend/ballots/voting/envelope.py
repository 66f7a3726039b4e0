"""The envelope of a ballot: HPKE (RFC 9180) to a key whose private half no server has.

X25519, HKDF-SHA256 and ChaCha20-Poly1305 through `cryptography`. Every envelope of a cycle is of
one size, so that its length says nothing of what is inside.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
KEY_BYTES = 32
_STEP = 128


class CannotOpen(ValueError):
    """The envelope is not for this key and place, or is no envelope."""


def new_private_key() -> bytes:
    """32 fresh bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_key_of(private: bytes) -> str:
    """The public half as text: hex, which no command line takes for an option."""
    public = X25519PrivateKey.from_private_bytes(private).public_key()
    return public.public_bytes_raw().hex()


def key_fingerprint(public_key: str) -> str:
    """What trustees compare, `printf '%s' PUBLIC_KEY | sha256sum | cut -c1-16`."""
    return hashlib.sha256(public_key.encode()).hexdigest()[:16]


def read_public_key(text: str) -> X25519PublicKey:
    """Raises `ValueError` on what is no public key."""
    return X25519PublicKey.from_public_bytes(bytes.fromhex(text))


def try_public_key(text: str) -> None:
    """Seal a trial; raises `ValueError` also on a key that nothing can be sealed to.

    A point of low order has the form of a key and gives no secret (RFC 7748, section 6.1).
    """
    seal(read_public_key(text), "trial", {}, size_for([{}]))


def split_key(private: bytes, shares: int) -> list[bytes]:
    """The key in shares: all of them give it back, fewer say nothing of it."""
    others = [AESGCM.generate_key(8 * KEY_BYTES) for _ in range(shares - 1)]
    return [*others, join_key([private, *others])]


def join_key(shares: Sequence[bytes]) -> bytes:
    """The bytes of all shares, one over the other (exclusive or)."""
    return reduce(lambda one, other: bytes(a ^ b for a, b in zip(one, other, strict=True)), shares)


def size_for(documents: Sequence[Mapping[str, Any]]) -> int:
    """The one size that the longest of `documents` fits in, in bytes."""
    longest = max(len(_plain(document)) for document in documents)
    return -(-longest // _STEP) * _STEP


def seal(public_key: X25519PublicKey, place: str, document: Mapping[str, Any], size: int) -> bytes:
    """`document` in an envelope that opens at `place` only; JSON does not mind blanks behind it."""
    plain = _plain(document)
    if len(plain) > size:
        raise ValueError("the envelope is too small")
    return _SUITE.encrypt(plain.ljust(size), public_key, info=place.encode())


def open_envelope(private: X25519PrivateKey, place: str, sealed: bytes) -> dict[str, Any]:
    """What is inside; raises `CannotOpen`."""
    try:
        document = json.loads(_SUITE.decrypt(sealed, private, info=place.encode()))
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error
    if not isinstance(document, dict):
        raise CannotOpen
    return document


def _plain(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
