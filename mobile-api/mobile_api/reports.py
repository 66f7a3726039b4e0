"""Reports and the services they are about."""

from typing import Any

from flask import request

from backend.core.access import access, current_actor
from backend.core.addresses import public_address
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.commands import FileReport
from backend.reports.file_report import file_report
from backend.reports.public_report import PublicReport, public_report
from backend.reports.queries import active_services, find_request
from backend.reports.workflow import CLOSED_STATES, State
from mobile_api.face import documents_problems, make_blueprint
from mobile_api.schemas import NewReportSchema, ReportSchema, ServiceSchema

blueprint = make_blueprint("reports", "Report a problem and follow it.")


@blueprint.route("/reports", methods=["POST"])
@blueprint.arguments(NewReportSchema())
@blueprint.response(201, ReportSchema)
@blueprint.alt_response(200, schema=ReportSchema, description="Sent before; nothing was added")
@documents_problems(blueprint, 400, 401, 404, 409, 413, 415, 422, 429, 503)
@access()
def create_report(command: FileReport) -> tuple[dict[str, Any], int]:
    """File a report. Sending it again with the same id gives the same report."""
    runtime = current_runtime()
    runtime.limits.check(runtime.settings.report_limit, "report", request.remote_addr or "")
    with unit_of_work(current_actor()) as work:
        filed = file_report(work, command)
        # Read before the commit, which sends the connection back and forgets what was loaded.
        document = _document(public_report(work.session, filed.number))
    return document, 201 if filed.is_new else 200


@blueprint.route("/reports/<string:number>", methods=["GET"])
@blueprint.response(200, ReportSchema)
@documents_problems(blueprint, 401, 404, 503)
@access()
def get_report(number: str) -> dict[str, Any]:
    """What has become of a report."""
    session = current_session()
    return _document(public_report(session, find_request(session, number).number))


@blueprint.route("/services", methods=["GET"])
@blueprint.response(200, ServiceSchema(many=True))
@documents_problems(blueprint, 401, 503)
@access()
def list_services() -> list[dict[str, Any]]:
    """The kinds of problem the city takes reports of, most severe first."""
    return [
        {
            "service_code": service.code,
            "service_name": service.name,
            "description": service.description,
            "group": service.group_name,
            "keywords": [word.strip() for word in service.keywords.split(",") if word.strip()],
            "severity_band": service.severity_band,
            "target_hours": service.target_hours,
        }
        for service in active_services(current_session())
    ]


def _document(report: PublicReport) -> dict[str, Any]:
    is_closed = report.state in CLOSED_STATES
    return {
        "number": report.number,
        "service_code": report.service_code,
        "service_name": report.service_name,
        "description": report.description,
        "status": "closed" if is_closed else "open",
        "state": report.state.value,
        "lat": report.lat,
        "lon": report.lon,
        "address": report.address,
        "district": report.district_name,
        "is_outside_jurisdiction": report.is_outside,
        "reports": report.reports,
        "requested_datetime": report.requested_at,
        "updated_datetime": report.changed_at,
        "target_datetime": report.target_at,
        "emergency_number": report.emergency_number,
        "history": [
            {"at": step.at, "state": State(step.to_state).value, "reason": step.reason}
            for step in report.history
            if step.kind != "inspection" and step.to_state
        ],
        "url": public_address("web.report", number=report.number),
    }
