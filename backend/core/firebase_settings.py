"""How settings of Firebase are read; raises `ValueError` on what Google never gives out."""

import json
import re

# An ID has 6 to 30 characters; very old ones name a domain first.
_PROJECT = re.compile(r"([a-z0-9-]+(\.[a-z0-9-]+)+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]")
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_WEB_KEYS = frozenset({"apiKey", "authDomain", "appId", "messagingSenderId"})


def read_firebase_project(text: str) -> str:
    """A project's ID, which is not the name that the console shows above it."""
    if not _PROJECT.fullmatch(text):
        raise ValueError(text)
    return text


def read_firebase_web(text: str) -> str:
    """The object that Firebase's console shows for a web app, as far as signing in needs it."""
    config = json.loads(text)
    if not isinstance(config, dict) or not {"apiKey", "authDomain"} <= config.keys() <= _WEB_KEYS:
        raise ValueError(text)
    if not all(isinstance(value, str) and value for value in config.values()):
        raise ValueError(text)
    if not _HOST.fullmatch(config["authDomain"]):
        raise ValueError(text)
    return json.dumps(config)
