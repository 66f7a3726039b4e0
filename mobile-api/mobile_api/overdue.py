"""The public list of what the city has not answered in time."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from backend.core.access import access
from backend.core.addresses import public_address
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.reports.catalogue import city_catalogue
from backend.reports.overdue import OverdueIncident, overdue_incidents
from backend.reports.workflow import State
from mobile_api.face import documents_problems, make_blueprint
from mobile_api.languages import asked_language

blueprint = make_blueprint("overdue", "See what the city has not answered in time.")
_LAST_PAGE = 10_000


class PageQuerySchema(Schema):
    """Which part of a list."""

    class Meta:
        unknown = EXCLUDE

    page = fields.Integer(load_default=1, validate=validate.Range(1, _LAST_PAGE))
    page_size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class OverdueReportSchema(Schema):
    """A report without an answer beyond its date."""

    number = fields.String(required=True)
    service_code = fields.String(required=True)
    service_name = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf([state.value for state in State]))
    district = fields.String(required=True, allow_none=True)
    reports = fields.Integer(required=True)
    requested_datetime = fields.AwareDateTime(required=True)
    target_datetime = fields.AwareDateTime(required=True)
    paused_datetime = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Since when others are awaited: it was late by then"},
    )
    url = fields.Url(required=True)


class OverdueSchema(Schema):
    """One page, what was due first at its head."""

    total = fields.Integer(required=True)
    reports = fields.List(fields.Nested(OverdueReportSchema), required=True)


@blueprint.route("/overdue", methods=["GET"])
@blueprint.arguments(PageQuerySchema(), location="query")
@blueprint.response(200, OverdueSchema)
@documents_problems(blueprint, 401, 422, 503)
@access()
def list_overdue(query: dict[str, int]) -> dict[str, Any]:
    """What is open and has no public answer, beyond its date before anybody else was awaited."""
    session, size = current_session(), query["page_size"]
    page = overdue_incidents(
        session,
        current_runtime().clock.now(),
        limit=size,
        offset=(query["page"] - 1) * size,
    )
    services, language = city_catalogue(session).services, asked_language()
    return {
        "total": page.total,
        "reports": [
            _document(one, services[one.service_code].in_language(language).name)
            for one in page.incidents
        ],
    }


def _document(one: OverdueIncident, service_name: str) -> dict[str, Any]:
    return {
        "number": one.number,
        "service_code": one.service_code,
        "service_name": service_name,
        "state": one.state,
        "district": one.district_name,
        "reports": one.reports,
        "requested_datetime": one.opened_at,
        "target_datetime": one.due_at,
        "paused_datetime": one.paused_at,
        "url": public_address("web.report", number=one.number),
    }
