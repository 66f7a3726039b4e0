"""Places by name, streets by place, and the ground of a map: whoever asks is never looked at."""

from typing import Any

from flask import url_for

from backend.core.access import access
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.places.basemap import Basemap, current_basemap
from backend.places.locate import district_map
from backend.places.nearest_streets import NearStreet, nearest_streets
from backend.places.place_map import NamedDistrict
from backend.places.queries import the_city
from backend.places.search_places import FoundPlace, search_places
from backend.reports.rules import check_place
from mobile_api.face import documents_problems, make_nobodys_blueprint
from mobile_api.place_schemas import (
    BasemapSchema,
    FoundPlacesSchema,
    NearQuerySchema,
    NearStreetsSchema,
    PlaceSearchSchema,
)

blueprint = make_nobodys_blueprint("place_search", "Find places by name, and streets by place.")


@blueprint.route("/places/search", methods=["GET"])
@blueprint.arguments(PlaceSearchSchema(), location="query")
@blueprint.response(200, FoundPlacesSchema)
@documents_problems(blueprint, 422, 503)
@access()
def search(asked: dict[str, Any]) -> dict[str, Any]:
    """Streets, addresses, landmarks and districts by what somebody types."""
    near = asked["near"] and _point(asked["near"])
    found = search_places(current_session(), asked["q"], near or None, asked["limit"])
    return {"places": [_place(one) for one in found]}


@blueprint.route("/places/streets", methods=["GET"])
@blueprint.arguments(NearQuerySchema(), location="query")
@blueprint.response(200, NearStreetsSchema)
@documents_problems(blueprint, 422, 503)
@access()
def streets(asked: dict[str, Any]) -> dict[str, Any]:
    """The streets around a point, so that a place can be picked without a map."""
    session, lon, lat = current_session(), asked["lon"], asked["lat"]
    districts = district_map(session)
    check_place(lon, lat, districts.extent if districts else None)
    return {"streets": [_street(one) for one in nearest_streets(session, lon, lat, asked["limit"])]}


@blueprint.route("/basemap", methods=["GET"])
@blueprint.response(200, BasemapSchema)
@documents_problems(blueprint, 503)
@access()
def basemap() -> dict[str, Any]:
    """Which ground the city's maps are drawn on, and whose it is."""
    session, settings = current_session(), current_runtime().settings
    choice, own = settings.basemap, current_basemap(settings.data_dir)
    own_url = own and url_for("api_exports.city_basemap", v=own.version)
    bounds = _bounds(own)
    return {
        "kind": choice.kind,
        "url": choice.url or own_url,
        "city_url": own_url,
        "attribution": choice.attribution or (own.attribution if own else the_city(session).name),
        "city_attribution": own and own.attribution,
        "version": own and own.version,
        "bounds": bounds,
        "center": bounds and [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2],
        "min_zoom": own and own.min_zoom,
        "max_zoom": own and own.max_zoom,
    }


def _bounds(own: Basemap | None) -> list[float] | None:
    if own is not None:
        return list(own.bounds)
    districts = district_map(current_session())
    if districts is None:
        return None
    extent = districts.extent
    return [extent.west, extent.south, extent.east, extent.north]


def _point(text: str) -> tuple[float, float]:
    """Longitude and latitude of `lat,lon`."""
    lat, _comma, lon = text.partition(",")
    try:
        place = float(lon), float(lat)
    except ValueError as error:
        raise Invalid("near-not-a-place", pointer="/near") from error
    check_place(*place, None)
    return place


def _place(found: FoundPlace) -> dict[str, Any]:
    return {
        "label": found.label,
        "kind": found.kind,
        "name": found.name,
        "number": found.number,
        "district": _district(found.district),
        "lat": found.lat,
        "lon": found.lon,
        "is_approximate": found.is_approximate,
    }


def _street(found: NearStreet) -> dict[str, Any]:
    crossing = found.crossings[0] if found.crossings else None
    return {
        "label": _("%(street)s, near %(crossing)s", street=found.name, crossing=crossing)
        if crossing
        else found.name,
        "name": found.name,
        "district": _district(found.district),
        "lat": found.lat,
        "lon": found.lon,
        "metres": found.metres,
        "crossings": list(found.crossings),
    }


def _district(district: NamedDistrict | None) -> dict[str, str] | None:
    return None if district is None else {"id": district.code, "name": district.name}
