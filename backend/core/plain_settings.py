"""How settings of no part of their own are read; raises `ValueError` on what cannot be."""

import ipaddress
import logging

import limits


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
    scheme = text.partition("://")[0]
    if scheme not in {"sqlite", "postgres", "postgresql", "postgresql+psycopg"}:
        raise ValueError(text)
    return text


def read_networks(text: str) -> tuple[str, ...]:
    """Networks such as 10.1.0.0/16, with commas between them."""
    return tuple(str(ipaddress.ip_network(word)) for word in read_words(text))
