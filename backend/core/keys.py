"""Keys: where they come from, and the ring that encrypts personal fields with them.

AES-256-GCM (NIST SP 800-38D) through `cryptography`, with the key's id in front of each
ciphertext so that keys can rotate: the newest encrypts, every listed one decrypts.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.core.config import ConfigError, Settings, environment_name
from backend.core.data_folder import make_data_folder

DEVELOPMENT_KEYS = "development-keys.json"
_NONCE_BYTES = 12
# Of a secret that stands for itself: 16 letters and digits drawn by chance nobody finds by trying.
_SHORTEST_SECRET = 16


class UnreadableFieldError(ConfigError):
    """A sealed value that none of the keys here opens in its place."""


class KeyRing:
    """Encrypts with its first key, decrypts with any; `associated` binds a value to its row."""

    def __init__(self, field_keys: tuple[str, ...]) -> None:
        self._keys: dict[str, AESGCM] = {}
        for entry in field_keys:
            key_id, _, encoded = entry.partition(":")
            if key_id in self._keys:
                raise ConfigError(
                    f"EVENWARD_FIELD_KEYS has two keys named {key_id}; a new key needs a new name."
                )
            self._keys[key_id] = AESGCM(_decode_key(key_id, encoded))
        if not self._keys:
            raise ConfigError("EVENWARD_FIELD_KEYS holds no key.")
        self.newest = next(iter(self._keys))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all its keys, newest first."""
        return tuple(self._keys)

    def seal(self, fields: Mapping[str, str], associated: bytes, key_id: str = "") -> bytes:
        """`fields` as one sealed value, readable only together with the same `associated`.

        Sealed with the newest key, unless `key_id` names another one.
        """
        key_id = key_id or self.newest
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps(dict(fields), ensure_ascii=False).encode()
        sealed = self._keys[key_id].encrypt(nonce, plain, associated)
        return key_id.encode() + b":" + nonce + sealed

    def open(self, sealed: bytes, associated: bytes) -> dict[str, str]:
        """The fields; raises `UnreadableFieldError` where the key is gone or the value moved."""
        key_id, body = self.key_id(sealed), sealed.partition(b":")[2]
        if key_id not in self._keys:
            raise UnreadableFieldError(
                f"The field key {key_id} is needed to read old rows; list it again."
            )
        try:
            plain = self._keys[key_id].decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], associated)
        except (InvalidTag, ValueError) as error:
            # Of a value that was cut there is not even a nonce.
            raise UnreadableFieldError(
                "A sealed field does not belong to its row or its key."
            ) from error
        fields: dict[str, str] = json.loads(plain)
        return fields

    def open_if_possible(self, sealed: bytes, associated: bytes) -> dict[str, str] | None:
        """The fields, or None where they cannot be read: one lost value must not stop a page."""
        try:
            return self.open(sealed, associated)
        except UnreadableFieldError:
            return None

    @staticmethod
    def key_id(sealed: bytes) -> str:
        """The id of the key a value is sealed with; of a damaged one whatever is there."""
        return sealed.partition(b":")[0].decode(errors="replace")


def keyed_hash(key: str, purpose: str, value: str) -> str:
    """HMAC-SHA256 (RFC 2104) of `value` in hex; `purpose` keeps hashes of one key apart."""
    message = f"{purpose}\0{value}".encode()
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def new_field_key(key_id: str) -> str:
    """A fresh entry for EVENWARD_FIELD_KEYS."""
    return f"{key_id}:{base64.b64encode(AESGCM.generate_key(256)).decode()}"


def new_keys() -> dict[str, str]:
    """A full set of fresh keys, as settings."""
    return {
        "secret_keys": secrets.token_urlsafe(32),
        # A name of its own, so that it can stand beside the keys of earlier years.
        "field_keys": new_field_key(f"k{secrets.token_hex(3)}"),
        "hash_key": secrets.token_urlsafe(32),
    }


def with_keys(settings: Settings) -> Settings:
    """`settings` with every key present.

    In production all keys come from the environment. In development missing ones are made once
    and kept beside the database, readable by their owner alone.
    """
    if settings.secret_keys and settings.field_keys and settings.hash_key:
        if settings.is_production:
            _refuse_short(settings)
        return settings
    if settings.is_production:
        raise ConfigError(
            "Production needs EVENWARD_SECRET_KEYS, EVENWARD_FIELD_KEYS and EVENWARD_HASH_KEY. "
            "`python -m backend config new-keys` prints a fresh set."
        )
    kept = _development_keys(settings)
    return replace(
        settings,
        secret_keys=settings.secret_keys or (kept["secret_keys"],),
        field_keys=settings.field_keys or (kept["field_keys"],),
        hash_key=settings.hash_key or kept["hash_key"],
    )


def _refuse_short(settings: Settings) -> None:
    for name, keys in (("secret_keys", settings.secret_keys), ("hash_key", (settings.hash_key,))):
        if min(map(len, keys)) < _SHORTEST_SECRET:
            raise ConfigError(
                f"{environment_name(name)} is too short: a key of a real city has "
                f"{_SHORTEST_SECRET} characters at least. `python -m backend config new-keys` "
                "prints a fresh set."
            )


def _development_keys(settings: Settings) -> dict[str, str]:
    make_data_folder(settings)
    path = settings.data_dir / DEVELOPMENT_KEYS
    if not path.exists():
        _make_development_keys(path)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def _make_development_keys(path: Path) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(new_keys(), file)
        try:
            # A link fails where another process was first: both then read the same keys.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    except OSError as error:
        raise ConfigError(
            f"The city has no keys, and new ones cannot be kept in {path}: {error.strerror}. Set "
            "the keys the city began with, or make room for its own."
        ) from error


def _decode_key(key_id: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if not key_id or len(key) != 32:
        raise ConfigError(
            "Each entry of EVENWARD_FIELD_KEYS is id:key with 32 bytes in base64; "
            "`python -m backend config new-keys` prints one."
        )
    return key
