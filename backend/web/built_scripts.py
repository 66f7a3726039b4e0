"""The modules and sheets built from `backend/web/client`, by the name a template asks for."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from flask import abort, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from backend.core.access import access
from backend.core.built_files import FOREVER, built_file
from backend.web.face import blueprint

_BUILT = files("backend.web").joinpath("built")
_LIST = "files.json"
_SCRIPT = Markup('<script type="module" src="{}"></script>')
_SHEET = Markup('<link rel="stylesheet" href="{}">')


@blueprint.get("/built/<name>")
@access()
def built(name: str) -> Response:
    """A module, a sheet or a font of this build."""
    if name == _LIST:
        abort(404)
    return built_file(_BUILT, name, FOREVER)


def script(name: str) -> Markup:
    """What loads `src/<name>.ts` and its sheets; nothing where nothing was built.

    Every page works without: an installation whose scripts were left out still serves the city.
    """
    entry = _files().get(f"src/{name}.ts")
    if entry is None:
        return Markup()
    return Markup().join((*map(_sheet, _sheets(entry)), _SCRIPT.format(_address(entry["file"]))))


def sheet(name: str) -> Markup:
    """What loads `src/<name>.css`; nothing where nothing was built."""
    entry = _files().get(f"src/{name}.css")
    return Markup() if entry is None else _sheet(entry["file"])


def _sheets(entry: dict[str, Any]) -> list[str]:
    """The sheets of a module and of what it imports, those of the imported first."""
    imported = [one for name in entry.get("imports", ()) for one in _sheets(_files()[name])]
    return list(dict.fromkeys([*imported, *entry.get("css", ())]))


def _sheet(file: str) -> Markup:
    return _SHEET.format(_address(file))


def _address(file: str) -> str:
    return url_for("web.built", name=file)


@cache
def _files() -> dict[str, Any]:
    """Vite's manifest."""
    listed = _BUILT.joinpath(_LIST)
    return json.loads(listed.read_text()) if listed.is_file() else {}
