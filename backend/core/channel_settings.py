"""How settings of mail and text messages are read; raises `ValueError` on what cannot be."""

import json
import re
from email.utils import parseaddr
from urllib.parse import urlsplit

_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def read_smtp_url(text: str) -> str:
    """A mail server's URL; one without encryption takes no password."""
    parts = urlsplit(text)
    is_known = parts.scheme in {"smtp", "smtps", "smtp+plain"} and parts.hostname
    if not is_known or parts.port == 0 or (parts.scheme == "smtp+plain" and parts.username):
        raise ValueError(text)
    return text


def read_mail_from(text: str) -> str:
    """A sender such as `City <no-reply@city.org>`, ready for a header."""
    name, address = parseaddr(text)
    if not (text.isprintable() and text.isascii() and address.rpartition("@")[0]):
        raise ValueError(name)
    return text


def read_addresses(text: str) -> tuple[str, ...]:
    """Mail addresses with commas between them; letter case tells no mailboxes apart."""
    addresses = tuple(one.strip().lower() for one in text.split(",") if one.strip())
    if not all(one.rpartition("@")[0] and parseaddr(one)[1] == one for one in addresses):
        raise ValueError(text)
    return addresses


def read_hosts(text: str) -> tuple[str, ...]:
    """Names of hosts with commas between them, each once, with a port or without."""
    hosts = tuple(dict.fromkeys(one.strip().lower() for one in text.split(",") if one.strip()))
    if not hosts or not all(map(_HOST.fullmatch, hosts)):
        raise ValueError(text)
    return hosts


def read_login(text: str) -> str:
    """A user and a password, with a colon between them."""
    user, _colon, word = text.partition(":")
    if not (user and word and text.isprintable() and text.isascii()):
        raise ValueError(text)
    return text


def read_push_contact(text: str) -> str:
    """Who answers for what is pushed (RFC 8292): a mailto: or https:// address."""
    parts = urlsplit(text)
    is_mail = parts.scheme == "mailto" and bool(parseaddr(parts.path)[1].rpartition("@")[0])
    if not is_mail and not (parts.scheme == "https" and parts.hostname):
        raise ValueError(text)
    return text


def read_sms_url(text: str) -> str:
    """An https:// address; http:// stays on this machine."""
    parts = urlsplit(text)
    is_private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not parts.hostname or not is_private:
        raise ValueError(text)
    return text


def read_sms_body(text: str) -> str:
    """A JSON object with both marks in it."""
    if not isinstance(json.loads(text), dict) or not ("{to}" in text and "{text}" in text):
        raise ValueError(text)
    return text


def read_region(text: str) -> str:
    """A country that phone numbers are known of."""
    # Its tables are read by cities that name a country, and by nobody else.
    from phonenumbers import SUPPORTED_REGIONS

    if text.upper() not in SUPPORTED_REGIONS:
        raise ValueError(text)
    return text.upper()
