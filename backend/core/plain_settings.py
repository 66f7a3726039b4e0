"""How settings of no part of their own are read; raises `ValueError` on what cannot be."""

import ipaddress
import logging
from urllib.parse import urlsplit

import limits

_HIGHEST_PORT = 65_535


def read_positive(text: str) -> int:
    """A whole number from 0 on."""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def read_count(text: str) -> int:
    """A whole number from 1 on."""
    number = read_positive(text)
    if not number:
        raise ValueError(text)
    return number


def read_port(text: str) -> int:
    """The number of a port; 0 leaves the choice to the machine."""
    number = read_positive(text)
    if number > _HIGHEST_PORT:
        raise ValueError(text)
    return number


def read_words(text: str) -> tuple[str, ...]:
    """Words with commas between them."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def read_rate(text: str) -> str:
    """N per a stretch of time, as `limits` reads it."""
    limits.parse(text)
    return text


def read_log_level(text: str) -> str:
    """A level that `logging` knows."""
    if text.upper() not in logging.getLevelNamesMapping():
        raise ValueError(text)
    return text.upper()


def read_database_url(text: str) -> str:
    """The URL of a SQLite or PostgreSQL database."""
    # Only a city that has such a URL needs what reads it.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ValueError(text) from error
    is_known = url.drivername in {"sqlite", "postgres", "postgresql", "postgresql+psycopg"}
    if not is_known or (url.port or 0) > _HIGHEST_PORT:
        raise ValueError(text)
    return text


def read_redis_url(text: str) -> str:
    """The URL of a Redis."""
    parts = urlsplit(text)
    # To ask for the port reads it.
    if parts.scheme not in {"redis", "rediss", "unix"} or parts.port == 0:
        raise ValueError(text)
    return text


def read_networks(text: str) -> tuple[str, ...]:
    """Networks such as 10.1.0.0/16, with commas between them."""
    return tuple(str(ipaddress.ip_network(word)) for word in read_words(text))
