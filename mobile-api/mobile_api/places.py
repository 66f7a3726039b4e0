"""Which district a point lies in."""

from typing import Any

from backend.core.access import access
from backend.core.db import current_session
from backend.places.locate import district_map
from backend.places.models import District
from backend.reports.rules import check_place
from mobile_api.face import documents_problems, make_blueprint
from mobile_api.schemas import PlaceQuerySchema, PlaceSchema

blueprint = make_blueprint("places", "Find the district of a place.")


@blueprint.route("/places/at", methods=["GET"])
@blueprint.arguments(PlaceQuerySchema(), location="query")
@blueprint.response(200, PlaceSchema)
@documents_problems(blueprint, 401, 422, 503)
@access()
def place_at(point: dict[str, float]) -> dict[str, Any]:
    """The district of a point; none where the point lies outside the jurisdiction."""
    session = current_session()
    districts = district_map(session)
    check_place(point["lon"], point["lat"], districts.extent if districts else None)
    row_id = districts.locate(point["lon"], point["lat"]) if districts else None
    district = None if row_id is None else session.get_one(District, row_id)
    return {
        **point,
        "district": district and {"id": district.code, "name": district.name},
        "is_outside_jurisdiction": districts is not None and district is None,
    }
