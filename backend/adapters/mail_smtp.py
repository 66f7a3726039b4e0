"""Mail over SMTP (RFC 5321) through the standard library, encrypted unless the URL says plain."""

import smtplib
import ssl
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, default
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

from backend.core.errors import Unavailable
from backend.core.ports import Message

_TIMEOUT_SECONDS = 10
# RFC 6409, RFC 8314 and RFC 5321.
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


class _Verbatim(UnstructuredHeader):
    """A header programs read, such as an address in angle brackets: never folded or encoded.

    Python would break what is longer than a line into encoded words, which RFC 2369 has no place
    for; RFC 5322 allows 998 characters.
    """

    name: str

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("list-unsubscribe", "list-unsubscribe-post"):
    # The registry makes a header of it; its stubs ask for one that is.
    _HEADERS.map_to_type(_name, _Verbatim)  # type: ignore[arg-type]
_POLICY = default.clone(header_factory=_HEADERS)


class SmtpMail:
    """Sends through one server: `smtp://` demands STARTTLS, `smtps://` begins with TLS."""

    def __init__(self, url: str, sender: str) -> None:
        self._server = urlsplit(url)
        self._sender = sender

    def send(self, message: Message) -> None:
        """Hand over one mail, in a connection of its own."""
        mail = self._written(message)
        try:
            with self._dialled() as server:
                self._greet(server)
                server.send_message(mail, to_addrs=[mail["To"].addresses[0].addr_spec])
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable("message-not-sent") from error

    def _written(self, message: Message) -> EmailMessage:
        mail = EmailMessage(_POLICY)
        mail["From"] = self._sender
        # One address, whatever is in it: no comma or line end can mean another one, or a header.
        local, _, domain = message.to.rpartition("@")
        mail["To"] = Address(username=local, domain=domain)
        # A title may have been typed in more lines than one, which no header takes.
        mail["Subject"] = " ".join(message.subject.split())
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(domain=parseaddr(self._sender)[1].rpartition("@")[2])
        # RFC 3834: no out-of-office note comes back.
        mail["Auto-Submitted"] = "auto-generated"
        for name, text in message.headers.items():
            mail[name] = text
        mail.set_content(message.text)
        return mail

    def _dialled(self) -> smtplib.SMTP:
        scheme, host = self._server.scheme, self._server.hostname or ""
        port = self._server.port or _PORTS[scheme]
        if scheme != "smtps":
            return smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_SECONDS, context=context)

    def _greet(self, server: smtplib.SMTP) -> None:
        if self._server.scheme == "smtp":
            server.starttls(context=ssl.create_default_context())
        if self._server.username:
            server.login(unquote(self._server.username), unquote(self._server.password or ""))
