"""Whether a city is run with the keys it was begun with."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.orm import Session

from backend.core.cities import place_in_server, read_cities
from backend.core.config import ConfigError, Settings, environment_name, read_settings
from backend.core.db import current_session
from backend.core.decision_log import is_sealed_with
from backend.core.keys import DEVELOPMENT_KEYS
from backend.core.runtime import current_runtime


class OtherKeyError(ConfigError):
    """The city was begun with other keys."""


def require_own_key() -> None:
    """Raise `OtherKeyError` unless the hash key is the one that sealed the log's last entry."""
    settings, session = current_runtime().settings, current_session()
    try:
        if not is_sealed_with(session, settings.hash_key):
            raise OtherKeyError(_refusal(session, settings))
    finally:
        # No change of the schema has to wait for this reading.
        session.rollback()


@contextmanager
def no_keys_beside_others(settings: Settings) -> Iterator[None]:
    """Take keys that were made on the way away again where the city was begun with others."""
    kept = settings.data_dir / DEVELOPMENT_KEYS
    is_kept = kept.exists()
    try:
        yield
    except OtherKeyError:
        if not is_kept:
            kept.unlink(missing_ok=True)
        raise


def _refusal(session: Session, settings: Settings) -> str:
    if neighbour := _city_in_same_database(settings):
        return (
            f"The database of this city is that of {neighbour} too, under another name of its "
            "server. Give each city a database of its own."
        )
    kept = settings.data_dir / DEVELOPMENT_KEYS
    fits = is_sealed_with(session, _kept_hash_key(kept))
    where = f" Those it made for itself are in {kept}: it needs all three." if fits else ""
    return (
        f"{environment_name('hash_key')} is not the key that sealed this city's decision log: "
        f"nothing could be added to it. Set the keys the city began with.{where} If the key is "
        "right, the log was changed: python -m backend log verify tells where."
    )


def _kept_hash_key(path: Path) -> str:
    with suppress(OSError, ValueError, KeyError):
        return str(json.loads(path.read_text())["hash_key"])
    return ""


def _city_in_same_database(own: Settings) -> str:
    """The host of another city of the installation that has `own`'s database; empty for none."""
    others = {
        host: city
        for host, city in read_cities(read_settings()).items()
        if city.data_dir != own.data_dir
    }
    place = place_in_server(own) if others else None
    hosts = (host for host, city in others.items() if place and place_in_server(city) == place)
    return next(hosts, "")
