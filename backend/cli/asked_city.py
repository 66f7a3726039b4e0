"""Which city a command is for, and whether there is one."""

from pathlib import Path

from sqlalchemy import make_url

from backend.core.cities import read_cities
from backend.core.config import ConfigError, Settings, environment_name, read_settings


def city_settings(host: str) -> Settings:
    """The settings of the city the command is for."""
    settings = read_settings()
    cities = read_cities(settings)
    if not cities:
        return settings
    if host.lower() not in cities:
        hosts = ", ".join(sorted(cities))
        raise ConfigError(f"Say which city: python -m backend --host NAME ..., one of {hosts}.")
    return cities[host.lower()]


def require_city(settings: Settings) -> None:
    """Raise `ConfigError` where an embedded database is not there, before one is made.

    A folder that is mistyped would be a second city, and whoever is told to upgrade it would go on
    in that one.
    """
    url = make_url(settings.sqlalchemy_url)
    path = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or url.query:
        return
    try:
        path.stat()
        return
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError:
        # There may be one, and the database says what is the matter.
        return
    name = environment_name("database_url" if settings.database_url else "data_dir")
    raise ConfigError(
        f"There is no city in {path.parent} ({name}). If the path is right and the city is new: "
        "python -m backend db upgrade"
    )
