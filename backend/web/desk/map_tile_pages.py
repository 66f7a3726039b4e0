"""The map's tiles: of what staff see, and of what anybody may."""

import gzip
import hashlib
from http import HTTPStatus

from flask import Response, abort, request

from backend.core.access import access, current_actor
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.reports.catalogue import catalogue_version
from backend.reports.map_cells.counted_tile import Tile, count_tile
from backend.reports.map_cells.map_filter import MapFilter
from backend.reports.map_cells.map_tile import write_tile
from backend.web.desk.map_filter import public_filter, staff_filter
from backend.web.desk.queue_address import read_address
from backend.web.face import blueprint

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
# Of how a tile is written: tiles in browsers' stores are told apart by it.
_FORM = 2
_LEVEL = 5


@blueprint.get("/desk/tiles/<int:zoom>/<int:column>/<int:row>.mvt")
@access(*sorted(STAFF))
def desk_tile(zoom: int, column: int, row: int) -> Response:
    """Every incident where it is; a browser asks each time whether it is still so."""
    tile, now = _tile(zoom, column, row), current_runtime().clock.now()
    # Who asks for a saved view has its filters by name.
    address, list_name = read_address(request.args, (), ()), request.args.get("list", "")
    wanted = staff_filter(current_session(), address, list_name, current_actor(), now)
    return _answer(tile, wanted, "private, no-cache")


@blueprint.get("/map/tiles/<int:zoom>/<int:column>/<int:row>.mvt")
@access()
def public_tile(zoom: int, column: int, row: int) -> Response:
    """What the public may know, for a minute as it was."""
    tile = _tile(zoom, column, row)
    return _answer(tile, public_filter(request.args), "public, max-age=60")


def _tile(zoom: int, column: int, row: int) -> Tile:
    tile = Tile(zoom, column, row)
    if not tile.is_on_earth:
        abort(404)
    return tile


def _answer(tile: Tile, wanted: MapFilter, caching: str) -> Response:
    session = current_session()
    counted = count_tile(session, tile, wanted)
    written: bytes | None = None
    if wanted.is_counted:
        # Services' severities and rounded places are the catalogue's; districts are graded anew.
        version = catalogue_version(session)
        state = f"{_FORM} {counted.changed_sequence} {version} {wanted.area_ids}".encode()
    else:
        # Who has it, a photo, and the hour change what is shown, and no counter.
        state = written = write_tile(session, tile, wanted, counted)
    response = Response(content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = caching
    response.set_etag(hashlib.sha256(state).hexdigest()[:16], weak=True)
    response.vary.add("Accept-Encoding")
    response.make_conditional(request)
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return response
    if written is None:
        written = write_tile(session, tile, wanted, counted)
    if written and request.accept_encodings["gzip"]:
        written = gzip.compress(written, _LEVEL, mtime=0)
        response.content_encoding = "gzip"
    response.set_data(written)
    return response
