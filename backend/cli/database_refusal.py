"""What the database's driver says, as sentences that tell what to do."""

import sqlite3

from sqlalchemy.exc import DatabaseError, OperationalError

from backend.cli.asked_city import city_settings
from backend.core.config import ConfigError, environment_name
from backend.core.db import is_away, is_busy

_NO_EXTENSION = ("create extension", "extension control file", 'extension "postgis" is not')


def database_refusal(error: DatabaseError, host: str) -> str:
    """Without the statement: it may hold what a person wrote. `host` names the city."""
    words = " ".join(str(error.orig).split())
    said = words if words.endswith((".", "?", "!")) else f"{words}."
    return f"The database cannot be used: {said} {_remedy(error, words, host)}".rstrip()


def _remedy(error: DatabaseError, words: str, host: str) -> str:
    url = environment_name("database_url")
    if any(sign in words for sign in _NO_EXTENSION):
        return (
            "A superuser of PostgreSQL puts PostGIS into it once: "
            'sudo -u postgres psql --dbname=NAME --command="CREATE EXTENSION postgis", with the '
            f"database's name in {url}; PostGIS has to be installed on its server."
        )
    if not isinstance(error, OperationalError):
        return ""
    if is_busy(error):
        return "Somebody else is using it: try again in a minute."
    if isinstance(error.orig, sqlite3.Error):
        return (
            f"It lies in {_folder(host)}: see whether this is the right folder, whether you may "
            "write there, and whether its disk is full."
        )
    if is_away(error):
        return (
            f"See whether {url} has the right user, password, host and name of the database, and "
            "whether its server runs."
        )
    return ""


def _folder(host: str) -> str:
    setting = environment_name("data_dir")
    try:
        return f"{city_settings(host).data_dir} ({setting})"
    except ConfigError:
        # One of several cities, and nobody said which.
        return f"the folder of {setting}"
