"""What can be reported, and what each service asks besides."""

from typing import Any

from flask import Response

from backend.core.access import access
from backend.core.db import current_session
from backend.core.errors import NotFound
from backend.open311.documents import Document, answer
from backend.open311.face import blueprint, listing, parameters
from backend.places.locate import district_map
from backend.reports.catalogue import city_catalogue
from backend.reports.queries import active_services
from backend.reports.rules import MAX_REFERENCE, AttributeTerms

_LISTS = ("singlevaluelist", "multivaluelist")


@blueprint.get("/services.<string:form>")
@access()
def list_services(form: str) -> Response:
    """Every service; near a point outside the city there is none."""
    session = current_session()
    with parameters().reading() as asked:
        point = asked.point()
    districts = district_map(session)
    if point is not None and districts is not None and districts.find(*point)[0] is None:
        return listing("services", [], form)
    terms = city_catalogue(session).services
    services: list[dict[str, Any]] = [
        {
            "service_code": one.code,
            "service_name": one.name,
            "description": one.description or None,
            "metadata": bool(terms[one.code].attributes),
            "type": "realtime",
            "keywords": one.keywords or None,
            "group": one.group_name or None,
        }
        for one in active_services(session)
    ]
    return listing("services", services, form)


@blueprint.get("/services/<string:code>.<string:form>")
@access()
def define_service(code: str, form: str) -> Response:
    """The questions of one service; none where its metadata is false."""
    service = city_catalogue(current_session()).services.get(code)
    if service is None or not service.is_active:
        raise NotFound("service-unknown", service=code[:MAX_REFERENCE])
    content = {
        "service_code": service.code,
        "attributes": [
            _attribute(number, one) for number, one in enumerate(service.attributes, start=1)
        ],
    }
    return answer(Document("service_definition", content), form)


def _attribute(order: int, terms: AttributeTerms) -> dict[str, Any]:
    attribute: dict[str, Any] = {
        "variable": terms.is_question,
        "code": terms.code,
        "datatype": terms.datatype,
        "required": terms.is_required,
        "datatype_description": terms.datatype_description or None,
        "order": order,
        "description": terms.description,
    }
    if terms.datatype in _LISTS:
        attribute["values"] = [{"key": key, "name": name} for key, name in terms.choices.items()]
    return attribute
