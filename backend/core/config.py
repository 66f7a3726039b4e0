"""Settings: read once from the environment, frozen, every one explained.

An unknown `EVENWARD_*` variable is refused: a misspelt setting that is silently ignored is how a
city ends up without backups. `python -m backend config` prints what is in force.
"""

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from backend.core.app_settings import (
    read_accent,
    read_https_url,
    read_languages,
    read_logo,
    read_origins,
    read_site,
)
from backend.core.basemap_setting import BasemapChoice, read_basemap
from backend.core.channel_settings import (
    read_addresses,
    read_hosts,
    read_login,
    read_mail_from,
    read_push_contact,
    read_region,
    read_sms_body,
    read_sms_url,
    read_smtp_url,
)
from backend.core.firebase_settings import read_firebase_project, read_firebase_web
from backend.core.plain_settings import (
    read_count,
    read_database_url,
    read_log_level,
    read_networks,
    read_port,
    read_positive,
    read_rate,
    read_redis_url,
    read_words,
)

PREFIX = "EVENWARD_"


class ConfigError(Exception):
    """The environment cannot be right; the message says what to change."""


class Mode(StrEnum):
    """How careful the program is: `production` refuses every convenience that is not safe."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


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
        read_database_url,
        "PostgreSQL, such as postgresql://user:password@host/name; empty means SQLite.",
        is_secret=True,
    )
    cities: Path | None = _setting(
        None, Path, "TOML file of cities by host name, each with its own database and keys."
    )
    host: str = _setting("127.0.0.1", str, "Address that `serve` listens on.")
    port: int = _setting(8000, read_port, "Port that `serve` listens on, up to 65535.")
    threads: int = _setting(8, read_count, "Threads of a process that answer requests: 1 or more.")
    proxy_hops: int = _setting(
        0,
        read_positive,
        "Trusted reverse proxies in front; their X-Forwarded-For and -Proto are believed.",
    )
    public_url: str = _setting("", read_site, "Address residents use: https://reports.city.org.")
    secret_keys: tuple[str, ...] = _setting(
        (), read_words, "Keys that sign sessions, newest first.", is_secret=True
    )
    field_keys: tuple[str, ...] = _setting(
        (), read_words, "id:base64 keys that encrypt personal fields, newest first.", is_secret=True
    )
    hash_key: str = _setting(
        "", str, "Key that salts reporter hashes and seals the log; never changes.", is_secret=True
    )
    redis_url: str = _setting(
        "",
        read_redis_url,
        "Redis for job nudges and rate limits, as redis://host:6379/0; empty means embedded.",
        is_secret=True,
    )
    firebase_project: str = _setting(
        "",
        read_firebase_project,
        "ID of the Firebase project whose ID tokens are accepted, such as our-city-1f2e3; empty "
        "turns Firebase off.",
    )
    firebase_credentials: Path | None = _setting(
        None, Path, "Service account's file with which FCM pushes notices; signing in needs none."
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
        "10 per minute",
        read_rate,
        "How many wrong passwords one address may send, as N per minute or hour.",
    )
    account_sign_in_limit: str = _setting(
        "30 per hour",
        read_rate,
        "How often all browsers that are new to a staff account may try to sign in to it.",
    )
    report_limit: str = _setting(
        "60 per minute",
        read_rate,
        "How often one address may send a report, as N per minute or hour.",
    )
    device_report_limit: str = _setting(
        "300 per hour", read_rate, "How often one device or account may send a report."
    )
    device_limit: str = _setting(
        "60 per hour",
        read_rate,
        "How many anonymous tokens for phones one address may be given; each can support every "
        "proposal once.",
    )
    offline_limit: str = _setting(
        "600 per 10 minute",
        read_rate,
        "How many reports, photos or answers made offline the devices at one address may send in "
        "batches: a day's work at once, in the long run as many as report_limit.",
    )
    upload_limit: str = _setting(
        "1000 per hour", read_rate, "How many MiB of photos one address may send."
    )
    alike_limit: str = _setting(
        "10 per 10 minute",
        read_rate,
        "How many reports in nearly the same words one device, or address without one, may send.",
    )
    api_key_limit: str = _setting(
        "300 per minute",
        read_rate,
        "How often the holder of one API key may send reports and updates.",
    )
    code_limit: str = _setting(
        "20 per hour", read_rate, "How often one address may ask for a sign-in code."
    )
    device_code_limit: str = _setting(
        "5 per hour", read_rate, "How often one device may ask for a sign-in code."
    )
    recipient_code_limit: str = _setting(
        "10 per day",
        read_rate,
        "How many codes of each kind one mailbox or phone number may be sent.",
    )
    session_limit: str = _setting(
        "60 per hour", read_rate, "How often one address may send a sign-in code back."
    )
    device_session_limit: str = _setting(
        "20 per hour", read_rate, "How often one device may send a sign-in code back."
    )
    vote_limit: str = _setting(
        "600 per minute",
        read_rate,
        "How often one address may ask for a code to vote, enter one or send a ballot; a library "
        "or a mobile network is one address too.",
    )
    smtp_url: str = _setting(
        "",
        read_smtp_url,
        "Mail server for sign-in codes and notices: smtp://user:password@host (STARTTLS), smtps:// "
        "(TLS) or smtp+plain:// (a relay that needs no password); empty means no mail.",
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
    inbound_text_url: str = _setting(
        "",
        read_https_url,
        "Address that a provider of text messages posts what comes in to, exactly as it is set up "
        "there, such as https://reports.city.org/inbound/text; empty means none are taken.",
    )
    inbound_text_token: str = _setting(
        "",
        str,
        "The provider's secret that signs what it posts (Twilio's auth token).",
        is_secret=True,
    )
    inbound_text_hosts: tuple[str, ...] = _setting(
        (),
        read_hosts,
        "Hosts that pictures of text messages are fetched from, the one in the provider's posts "
        "first, such as api.twilio.com,mms.twiliocdn.com; empty means pictures are only counted.",
    )
    inbound_text_login: str = _setting(
        "",
        read_login,
        "user:password that the first of these hosts asks for (Twilio's account SID and auth "
        "token); empty means it asks for none.",
        is_secret=True,
    )
    inbound_mail: tuple[str, ...] = _setting(
        (),
        read_addresses,
        "Addresses that `mail-in` takes mail for, such as reports@city.org; empty means none.",
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
    languages: tuple[str, ...] = _setting(
        ("en", "es", "pl", "ar"),
        read_languages,
        "Languages spoken to residents (BCP 47), that of the catalogue first.",
    )
    accent_colour: str = _setting(
        "",
        read_accent,
        "Colour of the city in the app, such as #0b5c62; at least 4.5 to 1 against #f1f5f3. Empty "
        "means the app's own.",
    )
    logo: str = _setting(
        "", read_logo, "SVG or PNG file of the city's arms for the app, at most 16 KiB."
    )
    emergency_sentence: str = _setting(
        "",
        str,
        "What the app says about danger beside the emergency number, in the first language; empty "
        "means the app's own words.",
    )
    terms_url: str = _setting(
        "", read_https_url, "Page of the terms of use; empty means there are none."
    )
    privacy_url: str = _setting(
        "", read_https_url, "Page on privacy; empty means the app's own sentences alone."
    )
    firebase_web: str = _setting(
        "",
        read_firebase_web,
        "JSON object of Firebase's web app (apiKey, authDomain: a host name) with which the app "
        "offers Firebase's sign-in; public; empty means it does not.",
    )
    basemap: BasemapChoice = _setting(
        BasemapChoice(),
        read_basemap,
        "Ground of the maps: city (its own, see `city basemap`), pmtiles URL [ATTRIBUTION], or "
        "raster URL ATTRIBUTION with {z}, {x} and {y} in an https:// URL.",
    )
    data_licence: str = _setting(
        "CC-BY-4.0", str, "Licence of the city's open data, as SPDX (https://spdx.org) names it."
    )
    data_licence_url: str = _setting(
        "https://creativecommons.org/licenses/by/4.0/", str, "Where that licence is read."
    )
    export_limit: str = _setting(
        "60 per hour", read_rate, "How often one address may fetch a whole file of open data."
    )
    open_page_seconds: int = _setting(
        15,
        read_positive,
        "For how many seconds a page that anybody may read is given again as it was made.",
    )
    embed_origins: tuple[str, ...] = _setting(
        (),
        read_origins,
        "Sites that may show the city's reports in a frame, such as https://news.example; empty "
        "means none.",
    )
    webhook_networks: tuple[str, ...] = _setting(
        (),
        read_networks,
        "Private networks that webhooks may reach besides all public ones, as 10.1.0.0/16.",
    )
    push_contact: str = _setting(
        "",
        read_push_contact,
        "Whom push services ask about the city's notices: mailto: and an e-mail address, or an "
        "https:// address; empty means EVENWARD_PUBLIC_URL.",
    )
    push_networks: tuple[str, ...] = _setting(
        (),
        read_networks,
        "Private networks that web push services may lie in, such as 10.1.0.0/16; public ones they "
        "always may.",
    )
    log_level: str = _setting("INFO", read_log_level, "DEBUG, INFO, WARNING or ERROR.")

    def __post_init__(self) -> None:
        # What it is handed to, such as a program that draws, may work in a folder of its own.
        object.__setattr__(self, "data_dir", self.data_dir.absolute())

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
    settings = with_values(Settings(), values, environment_name)
    if settings.is_production and environ.get("FIREBASE_AUTH_EMULATOR_HOST"):
        raise ConfigError(
            "FIREBASE_AUTH_EMULATOR_HOST is set: Firebase would accept unsigned tokens, so anybody "
            "could be anybody. Unset it, or set EVENWARD_MODE=development on a test machine."
        )
    return settings


def with_values(
    settings: Settings, values: Mapping[str, str], label: Callable[[str], str]
) -> Settings:
    """`settings` with `values` read; raises `ConfigError`, calling a setting what `label` does."""
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
