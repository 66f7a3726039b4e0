"""What carries a message to somebody: each channel against a real server, behind one port."""

import json
import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from ports import free_port

from backend.adapters import console_messages
from backend.adapters.console_messages import ConsoleMessages
from backend.adapters.mail_smtp import SmtpMail
from backend.adapters.sms_http import HttpSms
from backend.app import create_bare_app
from backend.core.config import ConfigError, Settings, read_settings
from backend.core.errors import Unavailable
from backend.core.keys import new_keys
from backend.core.ports import Message, MessageSender

# aiosmtpd does not count a connection that began with TLS as encrypted.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

SENDER = "Testwick <no-reply@testwick.example>"
BODY = '{"all": [{"number": "{to}", "content": "{text}", "kind": "text", "flash": false}]}'
SAID = [
    Message("+48601555017", "Your code", "123456 is your code."),
    Message("+48601555018", "Kod ąę", "Twój kod — {to} {text} \"'\\ \n.\n..dots\n" + "x" * 1200),
]


@dataclass
class Channel:
    """A sender with the server behind it."""

    sender: MessageSender
    arrived: Callable[[], list[Message]]
    refuse: Callable[[], None]
    address: Callable[[Message], Message] = field(default=lambda message: message)


@pytest.fixture(params=["starttls", "tls", "plain", "sms", "console"])
def channel(
    request: pytest.FixtureRequest, tmp_path: Path, certificate: Path, monkeypatch: Any
) -> Iterator[Channel]:
    """Every channel there is, in turn."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    if request.param == "console":
        yield console(tmp_path)
    elif request.param == "sms":
        with sms_server() as server:
            yield server
    else:
        with mail_server(request.param, certificate) as server:
            yield server


def test_what_is_said_arrives_word_for_word(channel: Channel) -> None:
    said = [channel.address(message) for message in SAID]
    for message in said:
        channel.sender.send(message)
    assert channel.arrived() == said


def test_what_nobody_takes_is_said_to_be_unavailable(channel: Channel) -> None:
    channel.refuse()
    with pytest.raises(Unavailable, match="message-not-sent") as refusal:
        channel.sender.send(channel.address(SAID[0]))
    assert "48601555017" not in str(refusal.value)
    assert channel.arrived() == []


def console(folder: Path) -> Channel:
    path = folder / "messages.jsonl"

    def arrived() -> list[Message]:
        if not path.is_file():
            return []
        assert path.stat().st_mode & 0o077 == 0
        return [Message(**json.loads(line)) for line in path.read_text().splitlines()]

    return Channel(ConsoleMessages(path), arrived, path.mkdir)


def test_the_log_says_that_something_was_written_and_not_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its own way to the entries: whatever a test before this one made of the log does not matter.
    capture = structlog.testing.LogCapture()
    log = structlog.wrap_logger(None, [capture], structlog.make_filtering_bound_logger("info"))
    monkeypatch.setattr(console_messages, "_log", log)
    console(tmp_path).sender.send(SAID[0])
    entries = capture.entries
    assert [entry["event"] for entry in entries] == ["message written"]
    assert "123456" not in str(entries)
    assert "48601555017" not in str(entries)


@contextmanager
def sms_server(redirect_to: str = "", *, is_open: bool = False) -> Iterator[Channel]:
    taken: list[Message] = []
    answers = [200]

    class Provider(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            is_known = is_open or self.headers["Authorization"] == "Bearer sesame"
            if is_known and answers == [200]:
                (one,) = said.pop("all")
                assert said == {}
                assert (one["kind"], one["flash"]) == ("text", False)
                taken.append(Message(one["number"], "", one["content"]))
            self.send_response(answers[0] if is_known else 401)
            if redirect_to:
                self.send_header("Location", redirect_to)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        Thread(target=server.serve_forever).start()
        url = f"http://127.0.0.1:{server.server_port}/send"
        try:
            yield Channel(
                HttpSms(url, "sesame", BODY),
                lambda: taken,
                lambda: answers.__setitem__(0, 307 if redirect_to else 503),
                # A text message has no subject.
                lambda message: Message(message.to, "", message.text),
            )
        finally:
            server.shutdown()


def test_a_text_message_follows_no_redirect_and_no_netrc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with (
        sms_server(is_open=True) as elsewhere,
        sms_server(redirect_to=elsewhere.sender._url) as first,
    ):
        first.sender.send(SAID[0])
        first.refuse()
        with pytest.raises(Unavailable):
            first.sender.send(SAID[0])
        assert (len(first.arrived()), elsewhere.arrived()) == (1, [])


class Mailbox:
    """What came in over SMTP."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.is_full = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        if self.is_full:
            return "452 no room"
        self.mails.append(envelope)
        return "250 taken"

    def messages(self) -> list[Message]:
        found = []
        for envelope in self.mails:
            mail = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
            assert envelope.mail_from == "no-reply@testwick.example"
            (to,) = envelope.rcpt_tos
            assert str(mail["To"]) == to
            assert mail["From"] == SENDER
            assert mail["Auto-Submitted"] == "auto-generated"
            assert mail["Message-ID"].endswith("@testwick.example>")
            assert mail["Date"].datetime
            text = mail.get_content().replace("\r\n", "\n").removesuffix("\n")
            found.append(Message(to, mail["Subject"], text))
        return found


@contextmanager
def mail_server(kind: str, certificate: Path) -> Iterator[Channel]:
    """A server that demands what `kind` promises: encryption, and a password over it."""
    box = Mailbox()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    options: dict[str, Any] = {"enable_SMTPUTF8": True}
    if kind != "plain":
        options |= {"auth_required": True, "authenticator": is_ours}
    if kind == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if kind == "tls":
        options |= {"ssl_context": context, "auth_require_tls": False}
    server = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    server.start()
    scheme = {"starttls": "smtp", "tls": "smtps", "plain": "smtp+plain"}[kind]
    who = "" if kind == "plain" else "city:open%20%40sesame@"
    sender = SmtpMail(f"{scheme}://{who}127.0.0.1:{server.port}", SENDER)
    try:
        yield Channel(
            sender,
            box.messages,
            lambda: setattr(box, "is_full", True),
            lambda message: Message(f"j.{message.to[1:]}@xn--bcher-kva.example", *rest(message)),
        )
    finally:
        server.stop()


def rest(message: Message) -> tuple[str, str]:
    return message.subject, message.text


def is_ours(*asked: Any) -> AuthResult:
    data: LoginPassword = asked[-1]
    return AuthResult(success=(data.login, data.password) == (b"city", b"open @sesame"))


def test_a_mailbox_in_any_script_is_reached(certificate: Path) -> None:
    with mail_server("plain", certificate) as channel:
        message = Message("josé.用户@xn--bcher-kva.example", "Kod", "123456")
        channel.sender.send(message)
        assert channel.arrived() == [message]


def test_an_address_adds_no_header_and_no_recipient(certificate: Path) -> None:
    """Such an address is refused long before; the adapter is the second lock."""
    with mail_server("plain", certificate) as channel:
        for to in ("a@b.example\r\nBcc: c@d.example", "a@b.example>\nX: y"):
            with pytest.raises((Unavailable, ValueError)):
                channel.sender.send(Message(to, "Kod", "123456"))
        assert channel.arrived() == []
        channel.sender.send(Message("a@b.example, c@d.example", "Kod", "123456"))
        (mail,) = channel.arrived()
        assert mail.to == '"a@b.example, c"@d.example'


@pytest.mark.parametrize("kind", ["starttls", "tls"])
def test_a_server_that_cannot_prove_its_name_gets_no_password(
    kind: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with mail_server(kind, certificate) as channel:
        with pytest.raises(Unavailable):
            channel.sender.send(Message("a@b.example", "Kod", "123456"))
        assert channel.arrived() == []


def test_without_starttls_nothing_is_sent(certificate: Path) -> None:
    with mail_server("plain", certificate) as channel:
        port = channel.sender._server.port
        with pytest.raises(Unavailable):
            SmtpMail(f"smtp://127.0.0.1:{port}", SENDER).send(Message("a@b.example", "S", "T"))
        assert channel.arrived() == []


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


REFUSED = {
    "EVENWARD_SMTP_URL": ["mail.example", "http://mail.example", "smtp://", "smtp+plain://a:b@c"],
    "EVENWARD_SMS_URL": ["http://sms.example/send", "ftp://sms.example", "https://"],
    "EVENWARD_SMS_BODY": ["to={to}", '["{to}", "{text}"]', '{"to": "{to}"}'],
    "EVENWARD_MAIL_FROM": ["City", "a@b.example\nBcc: c@d.example", "@b.example"],
    "EVENWARD_INBOUND_TEXT_HOSTS": ["https://api.sms.example", "a b.example", ",", "a.example/x"],
    "EVENWARD_INBOUND_TEXT_LOGIN": ["AC1", ":word", "AC1:", "AC1:w\nx", "AC1:é"],
    "EVENWARD_PHONE_REGION": ["UK", "Poland", "48"],
    "EVENWARD_CODE_LIMIT": ["often"],
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_channel_that_cannot_be_is_refused_at_the_start(name: str) -> None:
    for text in REFUSED[name]:
        with pytest.raises(ConfigError, match=name):
            read_settings({name: text})


def test_a_city_offers_what_it_has_set_up(tmp_path: Path) -> None:
    keys = {f"EVENWARD_{name.upper()}": value for name, value in new_keys().items()}
    production = {"EVENWARD_MODE": "production", "EVENWARD_DATA_DIR": str(tmp_path), **keys}
    mail = {"EVENWARD_SMTP_URL": "smtps://mail.example"}
    sender = {"EVENWARD_MAIL_FROM": SENDER}
    sms = {"EVENWARD_SMS_URL": "https://sms.example/send"}
    offered = {
        label: sorted(create_bare_app(read_settings(environment)).extensions["evenward"].messages)
        for label, environment in {
            "nothing": production,
            "mail": production | mail | sender,
            "both": production | mail | sender | sms,
        }.items()
    }
    assert offered == {"nothing": [], "mail": ["email"], "both": ["email", "phone"]}
    with pytest.raises(ConfigError, match="EVENWARD_MAIL_FROM"):
        create_bare_app(read_settings(production | mail))
    development = create_bare_app(Settings(data_dir=tmp_path / "dev")).extensions["evenward"]
    assert {type(one) for one in development.messages.values()} == {ConsoleMessages}
    assert "messages.jsonl" not in os.listdir(tmp_path / "dev")
