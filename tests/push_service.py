"""A web push service on loopback and a browser's subscription to it.

What arrives is checked by the standards themselves and not by the library that sent it: the
signature as RFC 8292 has it, the body as RFC 8291 and RFC 8188 have it.
"""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from receivers import Receiver

_POINT = {"encoding": Encoding.X962, "format": PublicFormat.UncompressedPoint}


@dataclass
class Browser:
    """A browser that subscribed: its keys, and what the push service got for it."""

    service: Receiver
    name: str = "1"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = b"sixteen secret b"

    @property
    def subscription(self) -> dict[str, str]:
        """What the browser tells the app."""
        endpoint = f"{self.service.scheme}://localhost:{self.service.port}/{self.name}"
        return {"endpoint": endpoint, "p256dh": _text(self.point), "auth": _text(self.secret)}

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(**_POINT)

    def headers(self) -> list[dict[str, str]]:
        """The headers of what came for this browser."""
        return [headers for headers, _ in self._got()]

    def shown(self) -> list[dict[str, Any]]:
        """What its worker reads of what came."""
        return [json.loads(decrypted(self, body)) for _, body in self._got()]

    def _got(self) -> list[tuple[dict[str, str], bytes]]:
        return [one for one in self.service.got if one[0][":path"] == f"/{self.name}"]


def decrypted(browser: Browser, body: bytes) -> bytes:
    """The words of one record, by RFC 8291 (section 3.4) and RFC 8188 (section 2)."""
    salt, size = body[:16], body[20]
    point, sealed = body[21 : 21 + size], body[21 + size :]
    other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    shared = browser.key.exchange(ec.ECDH(), other)
    info = b"WebPush: info\0" + browser.point + point
    material = _derived(shared, browser.secret, info, 32)
    key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
    padded = AESGCM(key).decrypt(nonce, sealed, None)
    words, mark, padding = padded.rpartition(b"\x02")
    assert mark == b"\x02"
    assert not padding.strip(b"\0")
    return words


def proven_claims(authorization: str, public_key: str) -> dict[str, Any]:
    """The claims of a VAPID proof that `public_key` signed (RFC 8292, RFC 7515)."""
    scheme, _, parameters = authorization.partition(" ")
    assert scheme == "vapid"
    found = dict(one.strip().split("=", 1) for one in parameters.split(","))
    assert found["k"] == public_key
    signed, _, signature = found["t"].rpartition(".")
    header, _, claims = signed.partition(".")
    assert json.loads(_bytes(header)) == {"typ": "JWT", "alg": "ES256"}
    raw = _bytes(signature)
    r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(public_key))
    key.verify(encode_dss_signature(r, s), signed.encode(), ec.ECDSA(hashes.SHA256()))
    read: dict[str, Any] = json.loads(_bytes(claims))
    return read


def _derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
