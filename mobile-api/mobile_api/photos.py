"""Photos anybody may see."""

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import Response, request

from backend.core.access import access
from backend.core.db import current_session
from backend.core.errors import NotFound
from backend.core.runtime import current_runtime
from backend.photos.queries import PublicPhoto, check_is_public
from backend.photos.stored_names import picture_name, thumbnail_name
from backend.reports.photos.queries import public_photos
from backend.reports.queries import find_request
from mobile_api.face import documents_problems, make_blueprint
from mobile_api.photo_schemas import PhotoSchema

blueprint = make_blueprint("photos", "Look at photos.")

JPEG = "image/jpeg"
PICTURE = {"type": "string", "format": "binary"}
# The bytes under an id never change; a day is as long as a cache may show what was taken down.
_CACHED = "public, max-age=86400, immutable"


@blueprint.route("/reports/<string:number>/photos", methods=["GET"])
@blueprint.response(200, PhotoSchema(many=True))
@documents_problems(blueprint, 401, 404, 503)
@access()
def list_photos(number: str) -> Sequence[PublicPhoto]:
    """The photos of a report that anybody may see."""
    session = current_session()
    request_id = find_request(session, number).id
    return public_photos(session, [request_id])[request_id]


@blueprint.route("/photos/<uuid:id>", methods=["GET"])
@blueprint.response(200, PICTURE, content_type=JPEG)
@blueprint.alt_response(304, description="As you have it")
@documents_problems(blueprint, 401, 404, 503)
@access()
def get_photo(id: UUID) -> Response:
    """A photo, at most 2,048 pixels a side."""
    return _picture(id, picture_name)


@blueprint.route("/photos/<uuid:id>/thumbnail", methods=["GET"])
@blueprint.response(200, PICTURE, content_type=JPEG)
@blueprint.alt_response(304, description="As you have it")
@documents_problems(blueprint, 401, 404, 503)
@access()
def get_thumbnail(id: UUID) -> Response:
    """A photo, at most 400 pixels a side."""
    return _picture(id, thumbnail_name)


def stored_picture(name: str) -> Response:
    """The JPEG the store keeps under `name`; raises `NotFound`."""
    data = current_runtime().media.get(name)
    if data is None:
        raise NotFound("photo-not-found")
    return Response(data, content_type=JPEG)


def _picture(rendering_id: UUID, name: Callable[[UUID], str]) -> Response:
    check_is_public(current_session(), rendering_id)
    response = stored_picture(name(rendering_id))
    response.headers["Cache-Control"] = _CACHED
    response.set_etag(str(rendering_id))
    response.make_conditional(request)
    return response
