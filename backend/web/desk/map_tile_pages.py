"""The map's tiles: of what staff see, and of what anybody may."""

import gzip
import hashlib
from http import HTTPStatus

from flask import Response, abort, request

from backend.core.access import access
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.reports.catalogue import catalogue_version
from backend.reports.map_cells.map_tile import Tile, count_tile, write_tile
from backend.web.desk.map_filter import read_map_filter
from backend.web.face import blueprint

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
# Of how a tile is written: tiles in browsers' stores are told apart by it.
_FORM = 1
_LEVEL = 5


@blueprint.get("/desk/tiles/<int:zoom>/<int:column>/<int:row>.mvt")
@access(*sorted(STAFF))
def desk_tile(zoom: int, column: int, row: int) -> Response:
    """Every incident where it is; a browser asks each time whether it is still so."""
    return _answer(Tile(zoom, column, row), "private, no-cache", is_public=False)


@blueprint.get("/map/tiles/<int:zoom>/<int:column>/<int:row>.mvt")
@access()
def public_tile(zoom: int, column: int, row: int) -> Response:
    """What the public may know, for a minute as it was."""
    return _answer(Tile(zoom, column, row), "public, max-age=60", is_public=True)


def _answer(tile: Tile, caching: str, *, is_public: bool) -> Response:
    if not tile.is_on_earth:
        abort(404)
    session, wanted = current_session(), read_map_filter(request.args, is_public=is_public)
    counted = count_tile(session, tile, wanted)
    # Services' severities and rounded places are the catalogue's.
    state = f"{_FORM} {counted.changed_sequence} {catalogue_version(session)}"
    response = Response(content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = caching
    response.set_etag(hashlib.sha256(state.encode()).hexdigest()[:16], weak=True)
    response.vary.add("Accept-Encoding")
    response.make_conditional(request)
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return response
    written = write_tile(session, tile, wanted, counted)
    if written and request.accept_encodings["gzip"]:
        written = gzip.compress(written, _LEVEL, mtime=0)
        response.content_encoding = "gzip"
    response.set_data(written)
    return response
