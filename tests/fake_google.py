"""A stand-in for Google's certificate endpoint, reached as the real one is.

An HTTP CONNECT proxy on loopback ends TLS with a certificate authority of its own, and answers as
`www.googleapis.com`. The program under test is told by environment variables alone
(`HTTPS_PROXY`, `REQUESTS_CA_BUNDLE`); no host but this one is reached through it.
"""

import base64
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

HOST = "www.googleapis.com"
CERTIFICATES = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com"
_DAY = timedelta(days=1)


@dataclass
class FakeGoogle:
    """Signs ID tokens like Firebase; `is_up` says whether the endpoint answers."""

    folder: Path
    port: int = 0
    is_up: bool = True
    asked: list[str] = field(default_factory=list)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: _new_key())

    @property
    def environment(self) -> dict[str, str]:
        """What the program under test is started with."""
        proxy = f"http://127.0.0.1:{self.port}"
        return {"HTTPS_PROXY": proxy, "REQUESTS_CA_BUNDLE": str(self.folder / "ca.pem")}

    def token(self, project: str, user: str = "user-1", **changes: Any) -> str:
        """An ID token of `user` signed with the published key."""
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "iss": f"https://securetoken.google.com/{project}",
            "aud": project,
            "sub": user,
            "iat": now - 300,
            "auth_time": now - 300,
            "exp": now + 3600,
        }
        signed = web_token({"alg": "RS256", "kid": "google-1"}, claims | changes)
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{encoded(signature)}"

    def certificates(self) -> bytes:
        """The document of public certificates by key id."""
        public = _certificate(self.key, self.key, "securetoken")
        return json.dumps({"google-1": _pem(public)}).encode()


def web_token(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """The part of a JSON Web Token (RFC 7519) that is signed."""
    return ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))


def encoded(data: bytes) -> str:
    """Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def fake_google(folder: Path) -> Iterator[FakeGoogle]:
    """The stand-in, listening until the block ends."""
    google = FakeGoogle(folder)
    authority, server_key = _new_key(), _new_key()
    (folder / "ca.pem").write_text(_pem(_certificate(authority, authority, "Test CA")))
    server_pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    private = server_key.private_bytes(*server_pem, serialization.NoEncryption()).decode()
    chain = folder / "server.pem"
    chain.write_text(private + _pem(_certificate(server_key, authority, HOST)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)

    class Tunnel(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            target = self.rfile.readline().split()[1].decode()
            _skip_headers(self.rfile)
            google.asked.append(target)
            if not google.is_up or target != f"{HOST}:443":
                self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                return
            self.wfile.write(b"HTTP/1.1 200 Connection Established\r\n\r\n")
            with context.wrap_socket(self.connection, server_side=True) as secure:
                with secure.makefile("rb") as lines:
                    path = lines.readline().split()[1].decode()
                    _skip_headers(lines)
                body = google.certificates() if path == CERTIFICATES else b""
                status = "200 OK" if body else "404 Not Found"
                secure.sendall(
                    f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
                    + body
                )

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as server:
        server.daemon_threads = True
        google.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield google
        finally:
            server.shutdown()
            thread.join(timeout=10)


def _skip_headers(lines: Any) -> None:
    while lines.readline().strip():
        pass


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _certificate(
    key: rsa.RSAPrivateKey, issuer_key: rsa.RSAPrivateKey, name: str
) -> x509.Certificate:
    """A certificate of `key` under `name`; it is an authority where it signs itself."""
    is_authority = key is issuer_key
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = (
        subject if is_authority else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
    )
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
