"""The city's ground map for whoever draws it: one file of tiles, read in pieces."""

from flask import Response, request, send_file

from backend.core.access import access
from backend.core.errors import NotFound
from backend.core.runtime import current_runtime
from backend.exports.face import blueprint
from backend.places.basemap import current_basemap, tiles_of

PATH = "/basemap/city.pmtiles"
_YEAR_SECONDS = 31_536_000


@blueprint.get(PATH)
@access()
def city_basemap() -> Response:
    """The tiles, whole or the range that is asked for; with `v` of one version, kept for good."""
    data_dir = current_runtime().settings.data_dir.resolve()
    current = current_basemap(data_dir)
    asked = request.args.get("v")
    version = asked if asked is not None else current.version if current else ""
    tiles = tiles_of(data_dir, version)
    if not tiles.is_file():
        raise NotFound("basemap-missing")
    response = send_file(
        tiles, mimetype="application/vnd.pmtiles", conditional=True, etag=version, max_age=0
    )
    response.headers["Cache-Control"] = (
        "no-cache" if asked is None else f"public, max-age={_YEAR_SECONDS}, immutable"
    )
    return response
