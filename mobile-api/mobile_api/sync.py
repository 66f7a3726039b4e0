"""Commands made without a network, all at once: each with a result of its own, none done twice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from marshmallow import INCLUDE, Schema, ValidationError, fields, validate
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.core.access import access, current_actor
from backend.core.db import is_busy
from backend.core.errors import DomainError, NotFound, Unavailable
from backend.core.problems import Problem, describe, describe_fields, problem_document
from backend.core.uow import UnitOfWork, unit_of_work
from backend.reports.add_comment import add_comment
from backend.reports.answer_back import appeal, confirm_fix, reopen
from backend.reports.commands import AddComment, Appeal, Channel, ConfirmFix, MeToo, Reopen
from backend.reports.duplicates.me_too import me_too
from backend.reports.file_report import file_report
from backend.reports.models import Incident, ServiceRequest
from backend.reports.photos.open_upload import open_upload
from backend.reports.public_report import public_report
from backend.reports.queries import find_incident, find_request
from mobile_api.answer_back import ConfirmationSchema, NewCommentSchema, ObjectionSchema
from mobile_api.face import ProblemSchema, documents_problems, make_blueprint
from mobile_api.photo_schemas import PhotoSlotSchema
from mobile_api.repeats import MeTooSchema
from mobile_api.reports import report_document, slow_down_report
from mobile_api.schemas import NewReportSchema
from mobile_api.uploads import upload_document

blueprint = make_blueprint("sync", "Send what was written without a network.")
MOST = 100


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of command: its shape; `run` gives what to answer and whether it was done now."""

    schema: Schema
    run: Callable[[UnitOfWork, Any], tuple[dict[str, Any], bool]]


def _report(work: UnitOfWork, command: Any) -> tuple[dict[str, Any], bool]:
    slow_down_report(command)
    filed = file_report(work, command)
    return _report_now(work.session, filed.number), filed.is_new


def _photo(work: UnitOfWork, command: Any) -> tuple[dict[str, Any], bool]:
    opened = open_upload(work, command)
    return upload_document(opened.photo), opened.is_new


def _me_too(work: UnitOfWork, said: Any) -> tuple[dict[str, Any], bool]:
    number = _number_of(work.session, said.pop("report"))
    filed = me_too(work, MeToo(number=number, channel=Channel.APP, **said))
    return _report_now(work.session, filed.number), filed.is_new


def _comment(work: UnitOfWork, said: Any) -> tuple[dict[str, Any], bool]:
    number = _number_of(work.session, said.pop("report"))
    said_now = add_comment(work, AddComment(number=number, **said))
    return _report_now(work.session, number), said_now.is_new


def _act(command: type[Any], use_case: Callable[[UnitOfWork, Any], Incident]) -> Any:
    """A runner for what residents decide about a report."""

    def run(work: UnitOfWork, said: Any) -> tuple[dict[str, Any], bool]:
        number = _number_of(work.session, said.pop("report"))
        # The version counts the steps, so an act that was taken before leaves it as it is.
        version = find_incident(work.session, number, lock=True).version
        incident = use_case(work, command(number=number, **said))
        return _report_now(work.session, number), incident.version > version

    return run


def _number_of(session: Session, report: str) -> str:
    """The number of the report that goes by a number, or by the id its phone gave it."""
    try:
        id_ = UUID(report)
    except ValueError:
        return find_request(session, report).number
    number = session.scalar(sa.select(ServiceRequest.number).where(ServiceRequest.id == id_))
    if number is None:
        raise NotFound("report-not-found", number=report)
    return number


def _report_now(session: Session, number: str) -> dict[str, Any]:
    return report_document(public_report(session, number))


class _AboutReport(Schema):
    """A command about a report."""

    report = fields.String(
        required=True,
        metadata={"description": "Its number, or the id the phone gave it"},
    )


class _MeToo(_AboutReport, MeTooSchema):
    pass


class _Confirmation(_AboutReport, ConfirmationSchema):
    pass


class _Objection(_AboutReport, ObjectionSchema):
    pass


class _Comment(_AboutReport, NewCommentSchema):
    pass


# In the order they are done: what others refer to comes first, however the batch was ordered.
_KINDS: dict[str, _Kind] = {
    "report": _Kind(NewReportSchema(), _report),
    "me_too": _Kind(_MeToo(), _me_too),
    "photo": _Kind(PhotoSlotSchema(), _photo),
    "comment": _Kind(_Comment(), _comment),
    "confirmation": _Kind(_Confirmation(), _act(ConfirmFix, confirm_fix)),
    "reopening": _Kind(_Objection(), _act(Reopen, reopen)),
    "appeal": _Kind(_Objection(), _act(Appeal, appeal)),
}


class CommandSchema(Schema):
    """One command: its kind, the id the phone gave it, and what it takes beside them.

    The other members are those of the request body that does the same on its own.
    """

    class Meta:
        unknown = INCLUDE

    kind = fields.String(required=True, validate=validate.OneOf(sorted(_KINDS)))
    id = fields.UUID(required=True, metadata={"description": "UUID version 7 made on the phone"})


class BatchSchema(Schema):
    """What a phone wrote since it last had a network."""

    commands = fields.List(
        fields.Nested(CommandSchema), required=True, validate=validate.Length(1, MOST)
    )


class ResultSchema(Schema):
    """What became of one command."""

    id = fields.UUID(required=True)
    status = fields.Integer(
        required=True,
        metadata={"description": "201 done now, 200 done before, otherwise the problem's status"},
    )
    document = fields.Dict(metadata={"description": "What the request on its own would answer"})
    problem = fields.Nested(ProblemSchema)


class ResultsSchema(Schema):
    """Results in the order of the commands."""

    results = fields.List(fields.Nested(ResultSchema), required=True)


@blueprint.route("/sync", methods=["POST"])
@blueprint.arguments(BatchSchema())
@blueprint.response(200, ResultsSchema)
@documents_problems(blueprint, 400, 401, 413, 415, 422, 429, 503)
@access()
def sync(batch: dict[str, Any]) -> dict[str, Any]:
    """Do each command once, however often and in whatever order it is sent.

    A command that cannot be done does not hold up the others.
    """
    order = list(_KINDS)
    commands = batch["commands"]
    by_kind = sorted(range(len(commands)), key=lambda at: order.index(commands[at]["kind"]))
    results = {at: _result(commands[at]) for at in by_kind}
    return {"results": [results[at] for at in range(len(commands))]}


def _result(command: dict[str, Any]) -> dict[str, Any]:
    """Do one command in a transaction of its own.

    Of its own rather than a savepoint in a shared one: two phones that hold each other's rows while
    both go on to their next command would lock each other out.
    """
    kind = _KINDS[command.pop("kind")]
    id_: UUID = command["id"]
    try:
        loaded = kind.schema.load(command | {"id": str(id_)})
        with unit_of_work(current_actor()) as work:
            document, is_new = kind.run(work, loaded)
    except ValidationError as error:
        return _refused(id_, describe_fields(cast("dict[str, Any]", error.messages)))
    except DomainError as error:
        return _refused(id_, describe(error))
    except OperationalError as error:
        if not is_busy(error):
            raise
        return _refused(id_, describe(Unavailable("database-busy")))
    return {"id": id_, "status": 201 if is_new else 200, "document": document}


def _refused(id_: UUID, problem: Problem) -> dict[str, Any]:
    return {"id": id_, "status": problem.status, "problem": problem_document(problem)}
