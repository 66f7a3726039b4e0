"""Settings: read once from the environment, frozen, every one explained.

An unknown `EVENWARD_*` variable is refused: a misspelt setting that is silently ignored is how a
city ends up without backups. `python -m backend config` prints what is in force.
"""

import difflib
import ipaddress
import logging
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import limits
from sqlalchemy import make_url

from backend.core.channel_settings import (
    read_mail_from,
    read_region,
    read_sms_body,
    read_sms_url,
    read_smtp_url,
)

PREFIX = "EVENWARD_"


class ConfigError(Exception):
    """The environment cannot be right; the message says what to change."""


class Mode(StrEnum):
    """How careful the program is: `production` refuses every convenience that is not safe."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


def _positive(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _rate(text: str) -> str:
    limits.parse(text)
    return text


def _log_level(text: str) -> str:
    if text.upper() not in logging.getLevelNamesMapping():
        raise ValueError(text)
    return text.upper()


def _database_url(text: str) -> str:
    scheme = text.partition("://")[0]
    if scheme not in {"sqlite", "postgres", "postgresql", "postgresql+psycopg"}:
        raise ValueError(text)
    return text


def _networks(text: str) -> tuple[str, ...]:
    return tuple(str(ipaddress.ip_network(word)) for word in _words(text))


def _setting(
    default: Any, parse: Callable[[str], Any], sentence: str, *, is_secret: bool = False
) -> Any:
    metadata = {"parse": parse, "sentence": sentence, "is_secret": is_secret}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything one city's program needs to know before it meets its database."""

    mode: Mode = _setting(
        Mode.DEVELOPMENT,
        Mode,
        "development (loopback only, keys made for you) or production.",
    )
    data_dir: Path = _setting(
        Path("var"), Path, "Folder for the embedded database, media and development keys."
    )
    database_url: str = _setting(
        "",
        _database_url,
        "PostgreSQL URL; empty means SQLite in the data folder.",
        is_secret=True,
    )
    cities: Path | None = _setting(
        None, Path, "TOML file of cities by host name, each with its own database and keys."
    )
    host: str = _setting("127.0.0.1", str, "Address that `serve` listens on.")
    port: int = _setting(8000, _positive, "Port that `serve` listens on.")
    threads: int = _setting(8, _positive, "Threads that answer requests in one process.")
    proxy_hops: int = _setting(
        0, _positive, "Trusted reverse proxies in front; their X-Forwarded-* headers are believed."
    )
    public_url: str = _setting("", str, "Address residents use, such as https://reports.city.org.")
    secret_keys: tuple[str, ...] = _setting(
        (), _words, "Keys that sign sessions, newest first.", is_secret=True
    )
    field_keys: tuple[str, ...] = _setting(
        (), _words, "id:base64 keys that encrypt personal fields, newest first.", is_secret=True
    )
    hash_key: str = _setting(
        "", str, "Key that salts reporter hashes and seals the log; never changes.", is_secret=True
    )
    redis_url: str = _setting(
        "", str, "Redis for job nudges and rate limits; empty means embedded.", is_secret=True
    )
    firebase_project: str = _setting(
        "", str, "Firebase project whose ID tokens are accepted; empty turns Firebase off."
    )
    firebase_credentials: Path | None = _setting(
        None, Path, "Service account file for Firebase; not needed to verify ID tokens."
    )
    s3_bucket: str = _setting(
        "", str, "Bucket for photos in an S3-compatible store; empty means the data folder."
    )
    s3_endpoint: str = _setting(
        "", str, "Address of the S3-compatible store; empty means Amazon's own."
    )
    s3_region: str = _setting("", str, "Region of the bucket, where the store has regions.")
    s3_access_key: str = _setting(
        "", str, "Name of the key to the bucket; empty means the machine's own.", is_secret=True
    )
    s3_secret_key: str = _setting("", str, "The key to the bucket.", is_secret=True)
    sign_in_limit: str = _setting(
        "10 per minute", _rate, "How often one address may try to sign in, as N per minute or hour."
    )
    account_sign_in_limit: str = _setting(
        "30 per hour", _rate, "How often anybody may try to sign in to one staff account."
    )
    report_limit: str = _setting(
        "60 per minute", _rate, "How often one address may send a report, as N per minute or hour."
    )
    device_report_limit: str = _setting(
        "300 per hour", _rate, "How often one device or account may send a report."
    )
    device_limit: str = _setting(
        "60 per hour",
        _rate,
        "How many anonymous tokens for phones one address may be given; each can support every "
        "proposal once.",
    )
    offline_limit: str = _setting(
        "600 per 10 minute",
        _rate,
        "How many reports, photos or answers made offline the devices at one address may send in "
        "batches: a day's work at once, in the long run as many as report_limit.",
    )
    upload_limit: str = _setting(
        "1000 per hour", _rate, "How many MiB of photos one address may send."
    )
    alike_limit: str = _setting(
        "10 per 10 minute",
        _rate,
        "How many reports in nearly the same words one device, or address without one, may send.",
    )
    api_key_limit: str = _setting(
        "300 per minute",
        _rate,
        "How often the holder of one API key may send reports and updates.",
    )
    code_limit: str = _setting(
        "20 per hour", _rate, "How often one address may ask for a sign-in code."
    )
    device_code_limit: str = _setting(
        "5 per hour", _rate, "How often one device may ask for a sign-in code."
    )
    recipient_code_limit: str = _setting(
        "10 per day", _rate, "How many codes of each kind one mailbox or phone number may be sent."
    )
    session_limit: str = _setting(
        "60 per hour", _rate, "How often one address may send a sign-in code back."
    )
    device_session_limit: str = _setting(
        "20 per hour", _rate, "How often one device may send a sign-in code back."
    )
    vote_limit: str = _setting(
        "600 per minute",
        _rate,
        "How often one address may ask for a code to vote, enter one or send a ballot; a library "
        "or a mobile network is one address too.",
    )
    smtp_url: str = _setting(
        "",
        read_smtp_url,
        "Mail server for sign-in codes: smtp://user:password@host (STARTTLS), smtps:// (TLS) or "
        "smtp+plain:// (a relay that needs no password); empty means no codes by e-mail.",
        is_secret=True,
    )
    mail_from: str = _setting(
        "", read_mail_from, "Sender of mails, such as City <no-reply@city.org>."
    )
    sms_url: str = _setting(
        "",
        read_sms_url,
        "https:// address that takes text messages; empty means no codes by text message.",
        is_secret=True,
    )
    sms_token: str = _setting("", str, "Bearer token for the text messages.", is_secret=True)
    sms_body: str = _setting(
        '{"to": "{to}", "text": "{text}"}',
        read_sms_body,
        "JSON object posted for a text message; {to} and {text} stand for number and words.",
        is_secret=True,
    )
    open311_contact: str = _setting(
        "",
        str,
        "Whom developers ask about Open311, such as an e-mail address; public.",
    )
    phone_region: str = _setting(
        "",
        read_region,
        "Country (ISO 3166, such as PL) of phone numbers without +; empty means all need one.",
    )
    data_licence: str = _setting(
        "CC-BY-4.0", str, "Licence of the city's open data, as SPDX (https://spdx.org) names it."
    )
    data_licence_url: str = _setting(
        "https://creativecommons.org/licenses/by/4.0/", str, "Where that licence is read."
    )
    export_limit: str = _setting(
        "60 per hour", _rate, "How often one address may fetch a whole file of open data."
    )
    webhook_networks: tuple[str, ...] = _setting(
        (),
        _networks,
        "Private networks that webhooks may reach, such as 10.1.0.0/16; public ones they always "
        "may.",
    )
    log_level: str = _setting("INFO", _log_level, "DEBUG, INFO, WARNING or ERROR.")

    @property
    def is_production(self) -> bool:
        return self.mode is Mode.PRODUCTION

    @property
    def sqlalchemy_url(self) -> str:
        """The URL SQLAlchemy opens, with psycopg 3 as PostgreSQL's driver."""
        if not self.database_url:
            return f"sqlite:///{(self.data_dir / 'city.sqlite3').resolve()}"
        scheme, separator, rest = self.database_url.partition("://")
        is_postgres = scheme in {"postgres", "postgresql"}
        return f"postgresql+psycopg{separator}{rest}" if is_postgres else self.database_url


def environment_name(setting: str) -> str:
    """The variable that sets `setting`."""
    return PREFIX + setting.upper()


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `environ`; raises `ConfigError` on unknown names and unreadable values."""
    values = {
        name.removeprefix(PREFIX).lower(): text
        for name, text in environ.items()
        if name.startswith(PREFIX)
    }
    settings = _with_values(Settings(), values, environment_name)
    _refuse_unsafe(settings, environ)
    return settings


def read_cities(settings: Settings) -> dict[str, Settings]:
    """Settings per host name; `{}` where one city is served under any name.

    Every city names its hosts, data folder, database and keys; sharing any of them is refused,
    because a city's isolation is that nothing of it is anybody else's.
    """
    if settings.cities is None:
        return {}
    try:
        document = tomllib.loads(settings.cities.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            f"The file of cities {settings.cities} cannot be read: {error}."
        ) from error
    by_host: dict[str, Settings] = {}
    taken: dict[str, str] = {}
    for number, entry in enumerate(document.get("city", []), start=1):
        hosts, values = _split_city(entry, number)
        # The file and process settings are shared; what holds a city's data must be its own.
        own = replace(settings, database_url="", secret_keys=(), field_keys=(), hash_key="")
        city = _with_values(own, values, f"{{}} of city {number}".format)
        _refuse_shared(city, f"city {number}", taken)
        for host in hosts:
            if host in by_host:
                raise ConfigError(f"The host name {host} belongs to two cities.")
            by_host[host] = city
    if not by_host:
        raise ConfigError(f"The file {settings.cities} names no city; it needs [[city]] tables.")
    return by_host


# What one city of several may set for itself; everything else belongs to the process.
_OF_A_CITY = frozenset(
    {"data_dir", "database_url", "secret_keys", "field_keys", "hash_key", "public_url"}
    | {"s3_bucket", "s3_endpoint", "s3_region", "s3_access_key", "s3_secret_key"}
    | {"firebase_project", "firebase_credentials", "sign_in_limit", "account_sign_in_limit"}
    | {"report_limit", "device_report_limit", "alike_limit", "code_limit", "device_code_limit"}
    | {"offline_limit", "upload_limit", "api_key_limit", "open311_contact"}
    | {"recipient_code_limit", "session_limit", "device_session_limit", "smtp_url", "mail_from"}
    | {"sms_url", "sms_token", "sms_body", "phone_region", "data_licence", "data_licence_url"}
    | {"export_limit", "webhook_networks", "vote_limit", "device_limit"}
)


def _split_city(entry: dict[str, Any], number: int) -> tuple[list[str], dict[str, str]]:
    hosts = entry.get("hosts")
    if not isinstance(hosts, list) or not hosts or not entry.get("data_dir"):
        raise ConfigError(f'City {number} needs hosts = ["name"] and data_dir = "folder".')
    known = {item.name for item in fields(Settings)}
    foreign = sorted((entry.keys() & known) - _OF_A_CITY)
    if foreign:
        raise ConfigError(
            f"City {number} cannot set {', '.join(foreign)}: the whole installation shares it. "
            f"A city sets hosts, {', '.join(sorted(_OF_A_CITY))}."
        )
    values = {
        name: ",".join(value) if isinstance(value, list) else str(value)
        for name, value in entry.items()
        if name != "hosts"
    }
    return [str(host).lower() for host in hosts], values


def _refuse_shared(city: Settings, label: str, taken: dict[str, str]) -> None:
    own = [
        str(city.data_dir.resolve()),
        _database_place(city),
        f"{city.s3_endpoint}/{city.s3_bucket}" if city.s3_bucket else "",
        city.hash_key,
        *city.secret_keys,
        *(key.partition(":")[2] for key in city.field_keys),
    ]
    for item in filter(None, own):
        if taken.setdefault(item, label) != label:
            raise ConfigError(
                f"{label} and {taken[item]} share a data folder, database or key; "
                "give each its own."
            )


def _database_place(city: Settings) -> str:
    """Where a city's database is, whoever connects to it and however."""
    url = make_url(city.sqlalchemy_url)
    if url.drivername.startswith("sqlite"):
        return str(Path(url.database or "").resolve())
    return f"{url.host}:{url.port or 5432}/{url.database}"


def _with_values(
    settings: Settings, values: Mapping[str, str], label: Callable[[str], str]
) -> Settings:
    known = {item.name: item for item in fields(Settings)}
    changes: dict[str, Any] = {}
    for name, text in values.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {label(near[0])}?" if near else ""
            raise ConfigError(
                f"There is no setting {label(name)}.{hint} `python -m backend config` lists all."
            )
        if not text.strip():
            continue
        try:
            changes[name] = known[name].metadata["parse"](text.strip())
        except ValueError as error:
            metadata = known[name].metadata
            shown = "what it is" if metadata["is_secret"] else repr(text)
            raise ConfigError(f"{label(name)} cannot be {shown}: {metadata['sentence']}") from error
    return replace(settings, **changes)


def _refuse_unsafe(settings: Settings, environ: Mapping[str, str]) -> None:
    if not settings.is_production:
        return
    if environ.get("FIREBASE_AUTH_EMULATOR_HOST"):
        raise ConfigError(
            "FIREBASE_AUTH_EMULATOR_HOST is set: Firebase would accept unsigned tokens, so anybody "
            "could be anybody. Unset it, or set EVENWARD_MODE=development on a test machine."
        )
