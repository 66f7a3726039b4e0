"""Mail over SMTP (RFC 5321) through the standard library, encrypted unless the URL says plain."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

from backend.core.errors import Unavailable
from backend.core.ports import Message

_TIMEOUT_SECONDS = 10
# RFC 6409, RFC 8314 and RFC 5321.
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


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
        mail = EmailMessage()
        mail["From"] = self._sender
        # One address, whatever is in it: no comma or line end can mean another one, or a header.
        local, _, domain = message.to.rpartition("@")
        mail["To"] = Address(username=local, domain=domain)
        mail["Subject"] = message.subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(domain=parseaddr(self._sender)[1].rpartition("@")[2])
        # RFC 3834: no out-of-office note comes back.
        mail["Auto-Submitted"] = "auto-generated"
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
