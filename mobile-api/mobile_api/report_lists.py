"""Reports as a phone lists them: those of whoever asks, and those around a place."""

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from backend.core.access import access, current_actor
from backend.core.addresses import public_address
from backend.core.db import current_session
from backend.core.errors import Invalid, Unauthenticated
from backend.core.runtime import current_runtime
from backend.photos.queries import PublicPhoto
from backend.places.locate import district_map
from backend.reports.catalogue import city_catalogue
from backend.reports.changes import read_cursor
from backend.reports.commands import RatingAnswer
from backend.reports.own_reports import OwnEntry, own_reports
from backend.reports.photos.queries import public_photos
from backend.reports.public_requests import PublicRequest
from backend.reports.reports_around import LATELY, reports_around
from backend.reports.rules import check_place
from mobile_api.changes import ChangedReportSchema, listed_request
from mobile_api.face import documents_problems, keep_out_of_caches, make_blueprint
from mobile_api.languages import asked_language

blueprint = make_blueprint("report_lists", "Your reports, and those around you.")
blueprint.after_request(keep_out_of_caches)
MOST = 100
FARTHEST = 2000


class CardPhotoSchema(Schema):
    """A small picture, and what it shows in words."""

    thumbnail_url = fields.Url(required=True)
    alt = fields.String(required=True, allow_none=True)


class CardSchema(ChangedReportSchema):
    """A report as a line of a list."""

    service_name = fields.String(required=True)
    photo = fields.Nested(CardPhotoSchema, required=True, allow_none=True)
    photos = fields.Integer(required=True)


class CardAroundSchema(CardSchema):
    """One that is near."""

    metres = fields.Integer(
        required=True, metadata={"description": "To its place as the public knows it"}
    )


class OwnCardSchema(CardSchema):
    """One of yours, or one you follow."""

    part = fields.String(
        required=True,
        validate=validate.OneOf(["reported", "follows"]),
        metadata={"description": "What you are to it"},
    )
    numbers = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Your reports of the same thing; none where you only follow it"},
    )
    has_question = fields.Boolean(
        required=True, metadata={"description": "The city asked and waits for your answer"}
    )
    answer_until_datetime = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Until when you can say that it is not done, and rate it"},
    )
    rating = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([*RatingAnswer, None])
    )


class AroundSchema(Schema):
    """Nearest first."""

    reports = fields.List(fields.Nested(CardAroundSchema), required=True)
    closed_days = fields.Integer(
        required=True, metadata={"description": "What was closed in as many days is here too"}
    )


class OwnListSchema(Schema):
    """The newest change first."""

    reports = fields.List(fields.Nested(OwnCardSchema), required=True)
    cursor = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Send it as `before` for the next page; null at the end"},
    )


class AroundQuerySchema(Schema):
    """A place, and how far around it."""

    class Meta:
        unknown = EXCLUDE

    near = fields.String(required=True, metadata={"description": "`lat,lon` in degrees, WGS84"})
    radius_m = fields.Integer(load_default=500, validate=validate.Range(1, FARTHEST))
    limit = fields.Integer(load_default=30, validate=validate.Range(1, MOST))


class OwnQuerySchema(Schema):
    """Where to go on."""

    class Meta:
        unknown = EXCLUDE

    before = fields.String(load_default=None)
    limit = fields.Integer(load_default=30, validate=validate.Range(1, MOST))


@blueprint.route("/reports", methods=["GET"])
@blueprint.arguments(AroundQuerySchema(), location="query")
@blueprint.response(200, AroundSchema)
@documents_problems(blueprint, 401, 422, 503)
@access()
def list_reports_around(query: dict[str, Any]) -> dict[str, Any]:
    """What is reported near a place: what is open, and what was closed lately."""
    session, now = current_session(), current_runtime().clock.now()
    lat, lon = _read_place(query["near"])
    districts = district_map(session)
    check_place(lon, lat, districts.extent if districts else None)
    found = reports_around(session, lon, lat, query["radius_m"], now=now, limit=query["limit"])
    cards = _cards(one.request for one in found)
    return {
        "reports": [cards[one.request.number] | {"metres": round(one.metres)} for one in found],
        "closed_days": LATELY.days,
    }


@blueprint.route("/me/reports", methods=["GET"])
@blueprint.arguments(OwnQuerySchema(), location="query")
@blueprint.response(200, OwnListSchema)
@documents_problems(blueprint, 401, 422, 503)
@access()
def list_own_reports(query: dict[str, Any]) -> dict[str, Any]:
    """What you reported and what you follow; needs a token."""
    actor = current_actor()
    if not actor.reporters:
        raise Unauthenticated("token-needed")
    before = query["before"] and read_cursor(query["before"])
    found, more = own_reports(current_session(), actor, before=before, limit=query["limit"])
    cards = _cards(one.request for one in found)
    return {
        "reports": [cards[one.request.number] | _own(one) for one in found],
        "cursor": None if more is None else str(more),
    }


def _read_place(text: str) -> tuple[float, float]:
    parts = text.split(",")
    try:
        lat, lon = map(float, parts)
    except ValueError as error:
        raise Invalid("place-not-readable", pointer="/near") from error
    return lat, lon


def _cards(requests: Iterable[PublicRequest]) -> Mapping[str, dict[str, Any]]:
    """The members of `CardSchema` by number."""
    listed = list(requests)
    session, language = current_session(), asked_language()
    services = city_catalogue(session).services
    photos = public_photos(session, [one.id for one in listed])
    return {
        one.number: listed_request(one)
        | {
            "service_name": services[one.service_code].in_language(language).name,
            "photo": _photo(photos[one.id][0]) if photos[one.id] else None,
            "photos": len(photos[one.id]),
        }
        for one in listed
    }


def _photo(one: PublicPhoto) -> dict[str, Any]:
    return {
        "thumbnail_url": public_address("api_photos.get_thumbnail", id=one.id),
        "alt": one.alt_text,
    }


def _own(one: OwnEntry) -> dict[str, Any]:
    return {
        "part": "reported" if one.is_reported else "follows",
        "numbers": one.numbers,
        "has_question": one.is_asked,
        "answer_until_datetime": one.answer_until,
        "rating": one.rating,
    }
