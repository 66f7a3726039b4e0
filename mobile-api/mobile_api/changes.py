"""What has changed since a client last asked."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from backend.core.access import access
from backend.core.addresses import public_address
from backend.core.db import current_session
from backend.reports.changes import Cursor, changes_since, read_cursor
from backend.reports.public_requests import PublicRequest
from backend.reports.workflow import State
from mobile_api.face import documents_problems, make_blueprint

blueprint = make_blueprint("changes", "Keep a copy of the city's reports up to date.")
MOST = 500


class ChangesQuerySchema(Schema):
    """Where to go on."""

    class Meta:
        unknown = EXCLUDE

    since = fields.String(
        load_default=str(Cursor()),
        metadata={"description": "The cursor of the answer before; without it, from the start"},
    )
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST))


class ChangedReportSchema(Schema):
    """A report as it is now."""

    number = fields.String(required=True)
    incident = fields.String(
        required=True, metadata={"description": "The same for reports of the same thing"}
    )
    service_code = fields.String(required=True)
    description = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["open", "closed"]))
    state = fields.String(required=True, validate=validate.OneOf([state.value for state in State]))
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    address = fields.String(required=True, allow_none=True)
    district = fields.String(required=True, allow_none=True)
    reports = fields.Integer(required=True)
    requested_datetime = fields.AwareDateTime(required=True)
    updated_datetime = fields.AwareDateTime(required=True)
    url = fields.Url(required=True)


class ChangesSchema(Schema):
    """Changes in the order they were made; a report that changes again comes again."""

    changes = fields.List(fields.Nested(ChangedReportSchema), required=True)
    cursor = fields.String(required=True, metadata={"description": "Send it as `since` next time"})
    has_more = fields.Boolean(required=True, metadata={"description": "Ask again at once"})


@blueprint.route("/changes", methods=["GET"])
@blueprint.arguments(ChangesQuerySchema(), location="query")
@blueprint.response(200, ChangesSchema)
@documents_problems(blueprint, 401, 422, 503)
@access()
def list_changes(query: dict[str, Any]) -> dict[str, Any]:
    """Reports that changed after the cursor. Following the cursor misses none."""
    since, limit = read_cursor(query["since"]), query["limit"]
    found, cursor = changes_since(current_session(), since, limit)
    return {
        "changes": [listed_request(one) for one in found],
        "cursor": str(cursor),
        "has_more": len(found) == limit,
    }


def listed_request(one: PublicRequest) -> dict[str, Any]:
    """The members of `ChangedReportSchema`."""
    return {
        "number": one.number,
        "incident": one.incident_number,
        "service_code": one.service_code,
        "description": one.description,
        "status": "open" if one.is_open else "closed",
        "state": one.state,
        "lat": one.lat,
        "lon": one.lon,
        "address": one.address,
        "district": one.district_name,
        "reports": one.reports,
        "requested_datetime": one.requested_at,
        "updated_datetime": one.updated_at,
        "url": public_address("web.report", number=one.number),
    }
