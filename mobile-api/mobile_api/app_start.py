"""What the app needs to know of the city before its first screen."""

import json
from typing import Any

from marshmallow import Schema, fields

from backend.core.access import access
from backend.core.actors import ANONYMOUS
from backend.core.config import Settings
from backend.core.contact import CONTACT_FIELDS
from backend.core.db import current_session
from backend.core.public_words import MAX_COMMENT, MAX_REASON
from backend.core.runtime import Runtime, current_runtime
from backend.photos.rules import MAX_BYTES, MAX_PHOTOS
from backend.places.locate import district_map
from backend.places.queries import the_city
from backend.reports.catalogue import ServiceTerms, city_catalogue
from backend.reports.rules import MAX_ADDRESS, MAX_ATTRIBUTE, MAX_DESCRIPTION
from mobile_api.face import documents_problems, make_blueprint, sent_once
from mobile_api.sync_schemas import MOST

blueprint = make_blueprint("app_start", "What the app needs to begin.", lambda: ANONYMOUS)
blueprint.after_request(sent_once("public, max-age=300"))


class EmergencySchema(Schema):
    """Said at once where something is about danger."""

    number = fields.String(required=True)
    sentence = fields.String(
        required=True, allow_none=True, metadata={"description": "The city's own words, if any"}
    )
    words = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "Words that mean danger, of every language, `*` standing for any letters"
        },
    )


class ThemeSchema(Schema):
    """How the city looks; null leaves the app as it is."""

    accent_colour = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "At least 4.5 to 1 against the app's light surfaces"},
    )
    logo = fields.String(
        required=True, allow_none=True, metadata={"description": "A data: address"}
    )


class PrivacySchema(Schema):
    """What the app says of privacy, over all kinds of problem; each says its own in `services`."""

    public_grid_metres = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The coarsest rounding of public places; null: none is rounded"},
    )
    retention_days = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "After how many days from the closing contacts are gone at the latest; "
            "null where the city has not said so for every kind"
        },
    )
    url = fields.Url(required=True, allow_none=True)


class SignInSchema(Schema):
    """How one can sign in; nobody has to."""

    email = fields.Boolean(required=True, metadata={"description": "By a code in a mail"})
    phone = fields.Boolean(required=True, metadata={"description": "By a code in a text message"})
    phone_region = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Country of phone numbers without a plus"},
    )
    firebase = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        allow_none=True,
        metadata={"description": "What its `initializeApp` takes; public"},
    )


class LimitsSchema(Schema):
    """The most that is taken: photos of a report, bytes, characters, commands of a batch."""

    photos = fields.Integer(required=True)
    photo_bytes = fields.Integer(required=True)
    description = fields.Integer(required=True)
    address = fields.Integer(required=True)
    answer = fields.Integer(required=True)
    comment = fields.Integer(required=True)
    reason = fields.Integer(required=True)
    contact = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    batch = fields.Integer(required=True)


class StartSchema(Schema):
    """The city, for the app."""

    city = fields.String(required=True)
    jurisdiction_id = fields.String(required=True)
    country = fields.String(required=True, allow_none=True)
    languages = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Spoken to residents; that of the catalogue first"},
    )
    time_zone = fields.String(required=True)
    currency = fields.String(required=True)
    extent = fields.List(
        fields.Float(),
        required=True,
        allow_none=True,
        metadata={"description": "West, south, east and north of the districts, in degrees"},
    )
    emergency = fields.Nested(EmergencySchema, required=True)
    theme = fields.Nested(ThemeSchema, required=True)
    privacy = fields.Nested(PrivacySchema, required=True)
    terms_url = fields.Url(required=True, allow_none=True)
    sign_in = fields.Nested(SignInSchema, required=True)
    limits = fields.Nested(LimitsSchema, required=True)
    confirm_days = fields.Integer(
        required=True,
        metadata={"description": "How long after a closing one can answer back and rate"},
    )


@blueprint.route("/app", methods=["GET"])
@blueprint.response(200, StartSchema)
@blueprint.alt_response(304, description="As you have it")
@documents_problems(blueprint, 503)
@access()
def get_app_start() -> dict[str, Any]:
    """Name, languages, looks, what to say of danger and privacy, how to sign in, and limits."""
    session, runtime = current_session(), current_runtime()
    settings, city, catalogue = runtime.settings, the_city(session), city_catalogue(session)
    districts = district_map(session)
    extent = districts.extent if districts else None
    taken = [one for one in catalogue.services.values() if one.is_active]
    return {
        "city": city.name,
        "jurisdiction_id": city.jurisdiction_id,
        "country": city.country,
        "languages": settings.languages,
        "time_zone": city.time_zone,
        "currency": city.currency,
        "extent": extent and [extent.west, extent.south, extent.east, extent.north],
        "emergency": {
            "number": city.emergency_number,
            "sentence": settings.emergency_sentence or None,
            "words": catalogue.hazard_words,
        },
        "theme": {
            "accent_colour": settings.accent_colour or None,
            "logo": settings.logo or None,
        },
        "privacy": _privacy(taken, settings),
        "terms_url": settings.terms_url or None,
        "sign_in": _sign_in(runtime),
        "limits": _LIMITS,
        "confirm_days": catalogue.policy.confirm_days,
    }


_LIMITS = {
    "photos": MAX_PHOTOS,
    "photo_bytes": MAX_BYTES,
    "description": MAX_DESCRIPTION,
    "address": MAX_ADDRESS,
    "answer": MAX_ATTRIBUTE,
    "comment": MAX_COMMENT,
    "reason": MAX_REASON,
    "contact": CONTACT_FIELDS,
    "batch": MOST,
}


def _privacy(services: list[ServiceTerms], settings: Settings) -> dict[str, Any]:
    grids = [one.public_grid_metres for one in services if one.public_grid_metres is not None]
    days = [one.retention_days for one in services if one.retention_days is not None]
    is_said = bool(services) and len(days) == len(services)
    return {
        "public_grid_metres": max(grids, default=None),
        "retention_days": max(days) if is_said else None,
        "url": settings.privacy_url or None,
    }


def _sign_in(runtime: Runtime) -> dict[str, Any]:
    settings = runtime.settings
    firebase = None
    if settings.firebase_project and settings.firebase_web:
        firebase = {**json.loads(settings.firebase_web), "projectId": settings.firebase_project}
    return {
        "email": "email" in runtime.messages,
        "phone": "phone" in runtime.messages,
        "phone_region": settings.phone_region or None,
        "firebase": firebase,
    }
