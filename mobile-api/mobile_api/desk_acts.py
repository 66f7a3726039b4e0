"""How staff act on a report: one shape for every route that takes a command."""

from collections.abc import Callable
from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema

from backend.core.access import access, current_actor
from backend.core.db import current_session
from backend.core.uow import UnitOfWork, unit_of_work
from backend.reports.workflow import DESK
from mobile_api.desk_reports import report_for_staff
from mobile_api.desk_schemas import DeskReportSchema
from mobile_api.face import documents_desk


def act(blueprint: Blueprint, method: str, what: str, schema: type[Schema]) -> Any:
    """Decorator: a route of the desk alone that changes a report and answers with it."""

    def declare(view: Any) -> Any:
        for decorator in (
            access(*DESK),
            documents_desk(blueprint, 400, 404, 409, 413, 415, 422),
            blueprint.response(200, DeskReportSchema),
            blueprint.arguments(schema()),
            blueprint.route(f"/reports/<string:number>/{what}", methods=[method]),
        ):
            view = decorator(view)
        return view

    return declare


def done(number: str, use_case: Callable[[UnitOfWork, Any], Any], command: Any) -> dict[str, Any]:
    """Do it, and give the report as it is then."""
    with unit_of_work(current_actor()) as work:
        use_case(work, command)
    # Not while others wait to write: it is far more reading than the act was.
    return report_for_staff(current_session(), number)
