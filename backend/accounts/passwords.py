"""Password hashing: argon2id with the library's current parameters (RFC 9106)."""

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from backend.core.errors import Invalid

MINIMUM_LENGTH, MAXIMUM_LENGTH = 10, 200
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """A salted argon2id hash; raises `Invalid` where it is too short to protect, or very long."""
    if len(password) < MINIMUM_LENGTH:
        raise Invalid("password-too-short", minimum=MINIMUM_LENGTH)
    if len(password) > MAXIMUM_LENGTH:
        raise Invalid("password-too-long", maximum=MAXIMUM_LENGTH)
    return _hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether `password` fits; without a hash the same time is spent and the answer is no."""
    try:
        return _hasher.verify(password_hash or _unknown_hash(), password) and bool(password_hash)
    except VerificationError:
        return False


_spent_hash: list[str] = []


def _unknown_hash() -> str:
    # Made on first need: answering faster for unknown names would tell which names exist.
    if not _spent_hash:
        _spent_hash.append(_hasher.hash("no account has this password"))
    return _spent_hash[0]
