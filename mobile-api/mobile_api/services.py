"""The kinds of problem one can report, and what each of them asks."""

from typing import Any

from marshmallow import Schema, fields, validate

from backend.core.access import access
from backend.core.db import current_session
from backend.core.errors import NotFound
from backend.reports.catalogue import city_catalogue
from backend.reports.models import Service
from backend.reports.queries import active_services
from backend.reports.rules import DATATYPES, AttributeTerms
from mobile_api.face import documents_problems, make_blueprint

blueprint = make_blueprint("services", "What can be reported.")


class ServiceSchema(Schema):
    """A kind of problem one can report."""

    service_code = fields.String(required=True)
    service_name = fields.String(required=True)
    description = fields.String(required=True)
    group = fields.String(required=True)
    keywords = fields.List(fields.String(), required=True)
    severity_band = fields.Integer(required=True)
    target_hours = fields.Integer(required=True)
    has_attributes = fields.Boolean(
        required=True, metadata={"description": "Ask for the definition before reporting"}
    )


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


class ServiceDefinitionSchema(ServiceSchema):
    """A kind of problem with everything one needs to report it."""

    notice = fields.String(
        required=True, metadata={"description": "Said to whoever reports; may be empty"}
    )
    attributes = fields.List(fields.Nested(AttributeSchema), required=True)


@blueprint.route("/services", methods=["GET"])
@blueprint.response(200, ServiceSchema(many=True))
@documents_problems(blueprint, 401, 503)
@access()
def list_services() -> list[dict[str, Any]]:
    """The kinds of problem the city takes reports of, most severe first."""
    terms = city_catalogue(current_session()).services
    return [
        _document(service, terms[service.code].attributes)
        for service in active_services(current_session())
    ]


@blueprint.route("/services/<string:code>", methods=["GET"])
@blueprint.response(200, ServiceDefinitionSchema)
@documents_problems(blueprint, 401, 404, 503)
@access()
def get_service(code: str) -> dict[str, Any]:
    """One kind of problem, with the questions a report of it answers."""
    session = current_session()
    terms = city_catalogue(session).services.get(code)
    if terms is None or not terms.is_active:
        raise NotFound("service-unknown", service=code)
    return _document(session.get_one(Service, code), terms.attributes) | {
        "notice": terms.notice,
        "attributes": [_attribute(one) for one in terms.attributes],
    }


def _document(service: Service, attributes: tuple[AttributeTerms, ...]) -> dict[str, Any]:
    return {
        "service_code": service.code,
        "service_name": service.name,
        "description": service.description,
        "group": service.group_name,
        "keywords": [word.strip() for word in service.keywords.split(",") if word.strip()],
        "severity_band": service.severity_band,
        "target_hours": service.target_hours,
        "has_attributes": bool(attributes),
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
