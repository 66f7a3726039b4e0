"""The shapes of places by name, and of the ground that maps are drawn on."""

from marshmallow import Schema, fields, validate

from backend.places.nearest_streets import MOST_STREETS
from backend.places.search_places import MOST_FOUND, MOST_TYPED
from mobile_api.schemas import DistrictSchema, PlaceQuerySchema


class PlaceSearchSchema(Schema):
    """What somebody types, and where they are."""

    q = fields.String(
        required=True,
        validate=validate.Length(min=1, max=MOST_TYPED),
        metadata={"description": "A street, an address, a landmark or a district, unfinished too"},
    )
    near = fields.String(
        load_default=None,
        metadata={"description": "latitude,longitude: of places alike, those near it come first"},
    )
    limit = fields.Integer(load_default=8, validate=validate.Range(1, MOST_FOUND))


class FoundPlaceSchema(Schema):
    """A place that may be meant."""

    label = fields.String(
        required=True, metadata={"description": "In words, fit for a report's address"}
    )
    kind = fields.String(
        required=True,
        metadata={"description": "street, address, district, or what kind of landmark it is"},
    )
    name = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    district = fields.Nested(DistrictSchema, required=True, allow_none=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    is_approximate = fields.Boolean(
        required=True,
        metadata={
            "description": "The point is about there only: a street or a district as a whole, or a "
            "number that is known by its neighbours"
        },
    )


class FoundPlacesSchema(Schema):
    """The places that may be meant, the likeliest first."""

    places = fields.List(fields.Nested(FoundPlaceSchema), required=True)


class NearQuerySchema(PlaceQuerySchema):
    """A point, and how many."""

    limit = fields.Integer(load_default=5, validate=validate.Range(1, MOST_STREETS))


class NearStreetSchema(Schema):
    """A street with its point nearest to where was asked."""

    label = fields.String(
        required=True, metadata={"description": "Such as “Mill Street, near Abbey Road”"}
    )
    name = fields.String(required=True)
    district = fields.Nested(DistrictSchema, required=True, allow_none=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    metres = fields.Float(required=True)
    crossings = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Streets that meet it near there, the nearest first"},
    )


class NearStreetsSchema(Schema):
    """The streets around a point, the nearest first."""

    streets = fields.List(fields.Nested(NearStreetSchema), required=True)


class BasemapSchema(Schema):
    """The ground to draw a map on; the city's own serves where another's fails."""

    kind = fields.String(required=True, validate=validate.OneOf(["city", "pmtiles", "raster"]))
    url = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Null while the city's own ground is not drawn yet"},
    )
    city_url = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Path of the city's own PMTiles: one layer “city” of features with a "
            "`kind` (boundary, green, water, street, arterial) and a `name`"
        },
    )
    attribution = fields.String(
        required=True, metadata={"description": "To be shown on the map, as text"}
    )
    city_attribution = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of the city's own ground, where that is what is drawn"},
    )
    version = fields.String(
        required=True, allow_none=True, metadata={"description": "Of the city's own ground"}
    )
    bounds = fields.List(
        fields.Float(),
        required=True,
        allow_none=True,
        metadata={"description": "West, south, east and north of the city"},
    )
    center = fields.List(
        fields.Float(), required=True, allow_none=True, metadata={"description": "lon, lat"}
    )
    min_zoom = fields.Integer(required=True, allow_none=True)
    max_zoom = fields.Integer(required=True, allow_none=True)
