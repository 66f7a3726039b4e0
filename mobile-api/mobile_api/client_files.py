"""The phone client itself: one page under `/app/`, its modules, its worker and its manifest."""

import json
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from backend.core.access import access, guard
from backend.core.actors import ANONYMOUS
from backend.core.built_files import ASK_AGAIN, FOREVER, KINDS, built_file
from backend.core.content_policy import content_policy
from backend.core.db import current_session
from backend.core.errors import Unavailable
from backend.core.i18n import marked
from backend.core.runtime import current_runtime
from backend.core.speak import speaker, text_direction
from backend.places.queries import the_city
from mobile_api.languages import asked_language
from mobile_api.mark import mark_as_png, mark_as_svg

PREFIX = "/app"
_BUILT = files("mobile_api").joinpath("client")
_FIREBASE = "https://identitytoolkit.googleapis.com"
_ICON_SIZES = (192, 512)
_OWN_COLOUR = "#0b5c62"
# What a long press on the installed icon offers.
_SHORTCUTS = ((marked("Report a problem"), "/report"), (marked("Your reports"), "/reports"))

blueprint = Blueprint("client", __name__, url_prefix=PREFIX)
guard(blueprint, lambda: ANONYMOUS)


@blueprint.get("/")
@blueprint.get("/<path:path>")
@access()
def shell(path: str = "") -> BaseResponse:  # noqa: ARG001
    """The page that shows every screen; what the address says is read by the client."""
    response = _file("index.html", ASK_AGAIN)
    settings = current_runtime().settings
    # The one host that signing in through Firebase asks: its token is renewed nowhere.
    sign_in = (_FIREBASE,) if settings.firebase_project and settings.firebase_web else ()
    response.headers["Content-Security-Policy"] = content_policy(
        settings.basemap, connections=sign_in
    )
    return response


@blueprint.get("/service-worker.js")
@access()
def service_worker() -> BaseResponse:
    """The script that keeps the client on the phone."""
    response = _file("service-worker.js", ASK_AGAIN)
    response.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    return response


@blueprint.get("/assets/<name>")
@access()
def asset(name: str) -> BaseResponse:
    """A module, a sheet, a font or a picture of this build."""
    return _file(f"assets/{name}", FOREVER)


@blueprint.get("/manifest.webmanifest")
@access()
def manifest() -> BaseResponse:
    """What a phone shows of the client once it is installed (W3C Web Application Manifest)."""
    city, language = the_city(current_session()), asked_language()
    say = speaker(language)
    document: dict[str, Any] = {
        "id": f"{PREFIX}/",
        "lang": language,
        "dir": text_direction(language),
        "name": city.name,
        "short_name": city.name,
        "start_url": f"{PREFIX}/",
        "scope": f"{PREFIX}/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": _accent(),
        "icons": [
            {"src": f"{PREFIX}/icon.svg", "type": "image/svg+xml", "sizes": "any"},
            *(
                {
                    "src": f"{PREFIX}/icon-{size}.png",
                    "type": "image/png",
                    "sizes": f"{size}x{size}",
                    "purpose": purpose,
                }
                for size in _ICON_SIZES
                for purpose in ("any", "maskable")
            ),
        ],
        "shortcuts": [{"name": say(name), "url": PREFIX + path} for name, path in _SHORTCUTS],
    }
    return _made(json.dumps(document).encode(), "application/manifest+json")


@blueprint.get("/icon.svg")
@access()
def icon() -> BaseResponse:
    """The mark in the city's colour, as a drawing."""
    return _made(mark_as_svg(_accent()), KINDS["svg"])


@blueprint.get("/icon-<int:size>.png")
@access()
def icon_of_size(size: int) -> BaseResponse:
    """The mark in the city's colour, as a picture of `size` pixels a side."""
    if size not in _ICON_SIZES:
        abort(404)
    return _made(mark_as_png(size, _accent()), "image/png")


def _accent() -> str:
    return current_runtime().settings.accent_colour or _OWN_COLOUR


def _made(content: bytes, kind: str) -> BaseResponse:
    """What is made for this city: asked for again, and sent again only when it has changed."""
    response = Response(content, content_type=kind)
    response.headers["Cache-Control"] = ASK_AGAIN
    response.add_etag()
    return response.make_conditional(request)


def _file(name: str, caching: str) -> BaseResponse:
    if not _BUILT.joinpath("index.html").is_file():
        raise Unavailable("client-not-built")
    return built_file(_BUILT, name, caching)
