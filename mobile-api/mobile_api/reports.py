"""Filing a report, and what has become of it."""

from typing import Any

from sqlalchemy.orm import Session

from backend.core.access import access, current_actor
from backend.core.actors import ANONYMOUS
from backend.core.addresses import public_address
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.text_brake import hold_back_alike
from backend.core.uow import unit_of_work
from backend.reports.commands import FileReport
from backend.reports.file_report import file_report
from backend.reports.models import Comment
from backend.reports.public_report import PublicReport, PublicStep, public_report
from backend.reports.queries import find_request
from backend.reports.workflow import CLOSED_STATES
from mobile_api.face import documents_problems, make_blueprint, slow_down
from mobile_api.languages import asked_language
from mobile_api.schemas import STEP_KINDS, NewReportSchema, ReportSchema

blueprint = make_blueprint("reports", "Report a problem and follow it.")


@blueprint.route("/reports", methods=["POST"])
@blueprint.arguments(NewReportSchema())
@blueprint.response(201, ReportSchema)
@blueprint.alt_response(200, schema=ReportSchema, description="Sent before; nothing was added")
@documents_problems(blueprint, 400, 401, 404, 409, 413, 415, 422, 429, 503)
@access()
def create_report(command: FileReport) -> tuple[dict[str, Any], int]:
    """File a report. Sending it again with the same id gives the same report."""
    slow_down_report(command)
    with unit_of_work(current_actor()) as work:
        filed = file_report(work, command)
        # Read before the commit, which sends the connection back and forgets what was loaded.
        document = report_now(work.session, filed.number)
    return document, 201 if filed.is_new else 200


def slow_down_report(command: FileReport) -> None:
    """Raise `TooManyRequests` where the sender files too much, or nearly the same too often."""
    runtime = current_runtime()
    settings = runtime.settings
    sender = slow_down("report", settings.report_limit, settings.device_report_limit)
    hold_back_alike(runtime.limits, settings.alike_limit, sender, command.id, command.description)


@blueprint.route("/reports/<string:number>", methods=["GET"])
@blueprint.response(200, ReportSchema)
@documents_problems(blueprint, 401, 404, 503)
@access()
def get_report(number: str) -> dict[str, Any]:
    """What has become of a report."""
    session = current_session()
    return report_now(session, find_request(session, number).number)


def report_now(session: Session, number: str) -> dict[str, Any]:
    """The members of `ReportSchema` for the report with exactly this number."""
    return report_document(public_report(session, number))


def report_document(report: PublicReport) -> dict[str, Any]:
    """The members of `ReportSchema`, not yet turned into JSON's types."""
    is_closed = report.state in CLOSED_STATES
    return {
        "number": report.number,
        "service_code": report.service_code,
        "service_name": report.service_in(asked_language()),
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
        "opened_datetime": report.opened_at,
        "updated_datetime": report.changed_at,
        "target_datetime": report.target_at,
        "expected_datetime": report.expected_at,
        "expected_low_datetime": report.expected_low_at,
        "expected_high_datetime": report.expected_high_at,
        "agency": report.agency,
        "agency_contact": report.agency_contact,
        "emergency_number": report.emergency_number,
        "history": [_step(step) for step in report.history if step.kind in STEP_KINDS],
        "comment_count": report.comment_count,
        "comments": [comment_document(comment) for comment in report.comments],
        "url": public_address("web.report", number=report.number),
    }


def comment_document(comment: Comment) -> dict[str, Any]:
    """A comment as its schema has it."""
    return {
        "id": comment.id,
        "at": comment.at,
        "kind": comment.kind,
        "by": "resident" if comment.actor == ANONYMOUS.key else "city",
        "text": comment.text,
    }


def _step(step: PublicStep) -> dict[str, Any]:
    return {
        "id": step.id,
        "at": step.at,
        "kind": step.kind,
        "state": step.to_state,
        "before": step.from_value or step.from_state,
        "after": step.to_value or step.to_state,
        "by": "resident" if step.actor == ANONYMOUS.key else "city",
        "reason": step.reason,
        "is_reason_hidden": step.is_reason_hidden,
    }
