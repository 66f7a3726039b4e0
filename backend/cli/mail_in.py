"""`mail-in`: take mails from the city's mail server; each waits for the desk to read it."""

import asyncio
import logging
import signal
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import click
import structlog
from flask import Flask, current_app

from backend.cli.city_context import in_city
from backend.core.config import ConfigError
from backend.core.errors import DomainError, Invalid
from backend.core.logs import configure_logs
from backend.core.runtime import current_runtime
from backend.reports.intake.take_mail import LARGEST_MAIL, take_mail

_TAKEN = "250 2.0.0 Taken"
_NOT_HERE = "550 5.1.1 No such mailbox here"
_NOT_READABLE = "554 5.6.0 This mail has no words and no photo that can be read"
_LATER = "451 4.3.0 Not now, try again later"
_log = structlog.get_logger()


@click.command("mail-in")
@click.option("--address", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8025, help="Port to listen on.")
@click.option("--lmtp", "is_lmtp", is_flag=True, help="Speak LMTP (RFC 2033) instead of SMTP.")
@in_city()
def mail_in(address: str, port: int, is_lmtp: bool) -> None:
    """Take mail for the addresses in EVENWARD_INBOUND_MAIL until stopped.

    Let the city's own mail server hand it over: that one keeps spam away, and keeps a mail while
    this program is stopped. Nothing is sent from here.
    """
    settings = current_runtime().settings
    if not settings.inbound_mail:
        raise ConfigError("Set EVENWARD_INBOUND_MAIL to the addresses that mail is taken for.")
    configure_logs(settings.log_level)
    # It writes down who wrote to whom.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    asyncio.run(_listen(MailDesk(app, is_lmtp=is_lmtp), address, port))


class MailDesk:
    """What becomes of each mail that is handed over (the handler of aiosmtpd)."""

    def __init__(self, app: Flask, *, is_lmtp: bool = False) -> None:
        with app.app_context():
            self._addresses = frozenset(current_runtime().settings.inbound_mail)
        self._app, self.is_lmtp = app, is_lmtp
        self._hands = ThreadPoolExecutor(2)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Whether mail for the address is taken."""
        if address.lower() not in self._addresses:
            return _NOT_HERE
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        """The answer to one mail; in LMTP one for each address it is for."""
        take = partial(self.take, envelope.content, envelope.mail_from or "")
        answer = await asyncio.get_running_loop().run_in_executor(self._hands, take)
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if self.is_lmtp else 1))

    def take(self, data: bytes, envelope_from: str) -> str:
        """Keep the mail, and say so only then: whoever hears nothing else keeps it."""
        with self._app.app_context():
            try:
                take_mail(data, envelope_from)
            except Invalid:
                return _NOT_READABLE
            except DomainError as error:
                _log.warning("mail not taken", problem=error.slug)
                return _LATER
            except Exception as error:
                _log.error("mail not taken", error=type(error).__name__)
                return _LATER
        return _TAKEN


async def _listen(desk: MailDesk, host: str, port: int) -> None:
    from aiosmtpd.lmtp import LMTP
    from aiosmtpd.smtp import SMTP

    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    speaks = LMTP if desk.is_lmtp else SMTP
    options: dict[str, Any] = {
        "data_size_limit": LARGEST_MAIL,
        "enable_SMTPUTF8": True,
        "ident": "Evenward",
    }
    make = partial(speaks, desk, loop=loop, **options)
    server = await loop.create_server(make, host, port)
    async with server:
        where = server.sockets[0].getsockname()
        click.echo(f"Taking mail on {where[0]} port {where[1]}.")
        await stopped.wait()
