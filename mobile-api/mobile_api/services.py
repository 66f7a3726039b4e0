"""The kinds of problem one can report, and what each of them asks."""

from typing import Any

from marshmallow import Schema, fields, validate

from backend.core.access import access
from backend.core.db import current_session
from backend.core.errors import NotFound
from backend.reports.catalogue import ServiceTerms, city_catalogue
from backend.reports.rules import DATATYPES, AttributeTerms
from backend.reports.service_words import question_in
from mobile_api.face import documents_problems, make_blueprint, sent_once
from mobile_api.languages import asked_language

blueprint = make_blueprint("services", "What can be reported.")
blueprint.after_request(sent_once("no-cache"))


class ChoiceSchema(Schema):
    """One of a list."""

    key = fields.String(required=True)
    name = fields.String(required=True)


class AttributeSchema(Schema):
    """What a service asks besides, or says where `is_question` is false."""

    code = fields.String(required=True)
    datatype = fields.String(required=True, validate=validate.OneOf(DATATYPES))
    is_question = fields.Boolean(required=True)
    is_required = fields.Boolean(required=True)
    description = fields.String(required=True)
    datatype_description = fields.String(required=True)
    choices = fields.List(fields.Nested(ChoiceSchema), required=True)


class ServiceSchema(Schema):
    """A kind of problem one can report, with everything one needs for it."""

    service_code = fields.String(required=True)
    service_name = fields.String(required=True)
    description = fields.String(required=True)
    group = fields.String(required=True)
    keywords = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Words that suggest it, `*` standing for any letters"},
    )
    severity_band = fields.Integer(required=True)
    target_hours = fields.Integer(required=True)
    has_attributes = fields.Boolean(required=True)
    notice = fields.String(
        required=True, metadata={"description": "Said to whoever reports; may be empty"}
    )
    attributes = fields.List(fields.Nested(AttributeSchema), required=True)
    public_grid_metres = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "To how many metres its places are rounded in public; null: not"},
    )
    retention_days = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "After how many days from the closing words, photos and contact go; "
            "null where the city has not said"
        },
    )


@blueprint.route("/services", methods=["GET"])
@blueprint.response(200, ServiceSchema(many=True))
@blueprint.alt_response(304, description="As you have it")
@documents_problems(blueprint, 401, 503)
@access()
def list_services() -> list[dict[str, Any]]:
    """The kinds of problem the city takes reports of, most severe first.

    In the language asked for (Accept-Language) as far as the city has put them into it.
    """
    services = city_catalogue(current_session()).services.values()
    language = asked_language()
    taken = (one for one in services if one.is_active)
    order = sorted(taken, key=lambda one: (one.severity_band, one.name, one.code))
    return [_document(one, language) for one in order]


@blueprint.route("/services/<string:code>", methods=["GET"])
@blueprint.response(200, ServiceSchema)
@blueprint.alt_response(304, description="As you have it")
@documents_problems(blueprint, 401, 404, 503)
@access()
def get_service(code: str) -> dict[str, Any]:
    """One kind of problem."""
    service = city_catalogue(current_session()).services.get(code)
    if service is None or not service.is_active:
        raise NotFound("service-unknown", service=code)
    return _document(service, asked_language())


def _document(service: ServiceTerms, language: str) -> dict[str, Any]:
    words = service.in_language(language)
    return {
        "service_code": service.code,
        "service_name": words.name,
        "description": words.description,
        "group": service.group_name,
        "keywords": words.keywords,
        "severity_band": service.severity_band,
        "target_hours": round(service.target.total_seconds() / 3600),
        "has_attributes": bool(service.attributes),
        "notice": words.notice,
        "attributes": [_attribute(question_in(language, one)) for one in service.attributes],
        "public_grid_metres": service.public_grid_metres,
        "retention_days": service.retention_days,
    }


def _attribute(one: AttributeTerms) -> dict[str, Any]:
    return {
        "code": one.code,
        "datatype": one.datatype,
        "is_question": one.is_question,
        "is_required": one.is_required,
        "description": one.description,
        "datatype_description": one.datatype_description,
        "choices": [{"key": key, "name": name} for key, name in one.choices.items()],
    }
