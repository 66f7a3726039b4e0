"""Several cities in one installation: each with settings of its own, told by its host names."""

import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError

from backend.core.config import ConfigError, Settings, with_values


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
        city = with_values(own, values, f"{{}} of city {number}".format)
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
    | {"languages", "accent_colour", "logo", "emergency_sentence", "terms_url", "privacy_url"}
    | {"firebase_web", "basemap", "push_contact", "push_networks"}
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


_LONGEST_CONNECTING = 5
_PLACE = sa.text(
    "SELECT system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "FROM pg_control_system()"
)


def place_in_server(city: Settings) -> tuple[int, int] | None:
    """Which PostgreSQL server a city's database is in, and which one there, as it says itself.

    The names in two URLs do not tell: a host has several. None where it cannot be asked.
    """
    url = make_url(city.sqlalchemy_url)
    if url.drivername.startswith("sqlite"):
        return None
    options = {"connect_timeout": _LONGEST_CONNECTING}
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=options)
    try:
        with engine.connect() as connection:
            server, database = connection.execute(_PLACE).one()
    except DatabaseError:
        return None
    return int(server), int(database)
