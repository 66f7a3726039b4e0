"""A stand-in for Google: its certificates, its tokens and FCM, reached as the real ones are.

An HTTP CONNECT proxy on loopback ends TLS with a certificate authority of its own, and answers as
`www`, `oauth2` and `fcm.googleapis.com`. The program under test is told by environment variables
alone (`HTTPS_PROXY`, `REQUESTS_CA_BUNDLE`); no host but these is reached through it.
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
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

HOST, OAUTH, FCM = (f"{name}.googleapis.com" for name in ("www", "oauth2", "fcm"))
CERTIFICATES = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com"
ACCESS = "an access token"
_DAY = timedelta(days=1)


@dataclass
class FakeGoogle:
    """Signs ID tokens like Firebase; `is_up` says whether the endpoint answers."""

    folder: Path
    port: int = 0
    is_up: bool = True
    asked: list[str] = field(default_factory=list)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: _new_key())
    # What FCM was sent, and what it answers by the address of a message: status, code, headers.
    sent: list[dict[str, Any]] = field(default_factory=list)
    refusals: dict[str, tuple[int, str, dict[str, str]]] = field(default_factory=dict)

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

    def service_account(self, project: str) -> Path:
        """The file a city would get from Google, with this stand-in's key."""
        form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        private = self.key.private_bytes(*form, serialization.NoEncryption()).decode()
        path = self.folder / f"{project}.json"
        account = {
            "type": "service_account",
            "project_id": project,
            "private_key_id": "1",
            "private_key": private,
            "client_email": f"push@{project}.iam.gserviceaccount.com",
            "token_uri": f"https://{OAUTH}/token",
        }
        path.write_text(json.dumps(account))
        return path

    def reply(self, host: str, request: "Request") -> "Reply":
        """What Google answers."""
        if host == OAUTH:
            return self._grant(request)
        if host == FCM:
            return self._push(request)
        is_known = request.path == CERTIFICATES
        return Reply(200, self.certificates()) if is_known else Reply(404, b"")

    def _grant(self, request: "Request") -> "Reply":
        """A token for whoever signed for it (RFC 7523)."""
        grant = dict(parse_qsl(request.body.decode()))
        signed, _, signature = grant["assertion"].rpartition(".")
        raw = base64.urlsafe_b64decode(signature + "==")
        self.key.public_key().verify(raw, signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        token = {"access_token": ACCESS, "expires_in": 3600, "token_type": "Bearer"}
        return Reply(200, json.dumps(token).encode())

    def _push(self, request: "Request") -> "Reply":
        if request.headers.get("authorization") != f"Bearer {ACCESS}":
            return Reply(401, b"{}")
        message = json.loads(request.body)["message"] | {"path": request.path}
        self.sent.append(message)
        refusal = self.refusals.get(message.get("token") or message["fid"])
        if refusal is None:
            return Reply(
                200, json.dumps({"name": f"projects/x/messages/{len(self.sent)}"}).encode()
            )
        status, code, headers = refusal
        detail = {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}
        error = {"status": code, "message": code, "details": [detail]}
        return Reply(status, json.dumps({"error": error}).encode(), headers)

    def certificates(self) -> bytes:
        """The document of public certificates by key id."""
        public = _certificate(self.key, self.key, "securetoken")
        return json.dumps({"google-1": _pem(public)}).encode()


@dataclass(frozen=True)
class Request:
    """What came through the tunnel."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What goes back."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


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
    chain.write_text(private + _pem(_certificate(server_key, authority, HOST, OAUTH, FCM)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)

    class Tunnel(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            target = self.rfile.readline().split()[1].decode()
            _headers(self.rfile)
            google.asked.append(target)
            host = target.removesuffix(":443")
            if not google.is_up or host not in {HOST, OAUTH, FCM}:
                self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                return
            self.wfile.write(b"HTTP/1.1 200 Connection Established\r\n\r\n")
            with context.wrap_socket(self.connection, server_side=True) as secure:
                with secure.makefile("rb") as lines:
                    path = lines.readline().split()[1].decode()
                    headers = _headers(lines)
                    body = lines.read(int(headers.get("content-length", 0)))
                reply = google.reply(host, Request(path, headers, body))
                said = {"Content-Type": "application/json", **reply.headers}
                said |= {"Content-Length": str(len(reply.body)), "Connection": "close"}
                head = "".join(f"{name}: {text}\r\n" for name, text in said.items())
                phrase = HTTPStatus(reply.status).phrase
                secure.sendall(
                    f"HTTP/1.1 {reply.status} {phrase}\r\n{head}\r\n".encode() + reply.body
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


def _headers(lines: Any) -> dict[str, str]:
    found = {}
    while line := lines.readline().strip():
        name, _, text = line.decode().partition(":")
        found[name.lower()] = text.strip()
    return found


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _certificate(
    key: rsa.RSAPrivateKey, issuer_key: rsa.RSAPrivateKey, *names: str
) -> x509.Certificate:
    """A certificate of `key` under `names`; it is an authority where it signs itself."""
    is_authority = key is issuer_key
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
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
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False
        )
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
