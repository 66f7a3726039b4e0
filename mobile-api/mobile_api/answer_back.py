"""What residents say about a report that is there: a word, a yes, a no, an appeal."""

from collections.abc import Callable
from typing import Any

from marshmallow import RAISE, Schema, fields

from backend.core.access import access, current_actor
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork, unit_of_work
from backend.reports.add_comment import add_comment
from backend.reports.answer_back import appeal, confirm_fix, reopen
from backend.reports.commands import AddComment, Appeal, ConfirmFix, Follow, Reopen, Unfollow
from backend.reports.follow import follow, unfollow
from backend.reports.public_report import public_report
from backend.reports.queries import find_request
from mobile_api.face import documents_problems, make_blueprint, slow_down
from mobile_api.reports import report_document
from mobile_api.schemas import ReportSchema

blueprint = make_blueprint("answer_back", "Answer back: comment, confirm, reopen, appeal, follow.")
_REFUSALS = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
_ID = {"description": "UUID version 7 made on the phone, so that sending twice is safe"}


class ConfirmationSchema(Schema):
    """It is done."""

    class Meta:
        unknown = RAISE

    id = fields.UUID(required=True, metadata=_ID)


class ObjectionSchema(Schema):
    """It is not done, or somebody else should decide; everybody can read the reason."""

    class Meta:
        unknown = RAISE

    id = fields.UUID(required=True, metadata=_ID)
    reason = fields.String(required=True)


class NewCommentSchema(Schema):
    """A word everybody can read."""

    class Meta:
        unknown = RAISE

    id = fields.UUID(required=True, metadata=_ID)
    text = fields.String(required=True)


@blueprint.route("/reports/<string:number>/comments", methods=["POST"])
@blueprint.arguments(NewCommentSchema())
@blueprint.response(201, ReportSchema)
@blueprint.alt_response(200, schema=ReportSchema, description="Sent before; nothing was added")
@documents_problems(blueprint, *_REFUSALS)
@access()
def create_comment(said: dict[str, Any], number: str) -> tuple[dict[str, Any], int]:
    """Add a comment. From whoever was asked a question it is the answer."""
    command = AddComment(number=number, **said)
    return _done(number, lambda work: add_comment(work, command).is_new)


@blueprint.route("/reports/<string:number>/confirmation", methods=["POST"])
@blueprint.arguments(ConfirmationSchema())
@blueprint.response(200, ReportSchema)
@documents_problems(blueprint, *_REFUSALS)
@access()
def create_confirmation(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Confirm that it is done; for whoever reported or follows it."""
    command = ConfirmFix(number=number, **said)
    return _done(number, lambda work: confirm_fix(work, command))[0]


@blueprint.route("/reports/<string:number>/reopening", methods=["POST"])
@blueprint.arguments(ObjectionSchema())
@blueprint.response(200, ReportSchema)
@documents_problems(blueprint, *_REFUSALS)
@access()
def create_reopening(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Say that it is not done; for whoever reported or follows it, for some days."""
    command = Reopen(number=number, **said)
    return _done(number, lambda work: reopen(work, command))[0]


@blueprint.route("/reports/<string:number>/appeal", methods=["POST"])
@blueprint.arguments(ObjectionSchema())
@blueprint.response(200, ReportSchema)
@documents_problems(blueprint, *_REFUSALS)
@access()
def create_appeal(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Appeal against a refusal, a hand-over, a merge or a downgrade: another person decides."""
    command = Appeal(number=number, **said)
    return _done(number, lambda work: appeal(work, command))[0]


@blueprint.route("/reports/<string:number>/following", methods=["PUT"])
@blueprint.response(204, description="You follow it")
@documents_problems(blueprint, 401, 403, 404, 429, 503)
@access()
def start_following(number: str) -> None:
    """Follow a report; needs a token."""
    _slow_down()
    with unit_of_work(current_actor()) as work:
        follow(work, Follow(number))


@blueprint.route("/reports/<string:number>/following", methods=["DELETE"])
@blueprint.response(204, description="You do not follow it")
@documents_problems(blueprint, 401, 404, 429, 503)
@access()
def stop_following(number: str) -> None:
    """Follow a report no longer."""
    _slow_down()
    with unit_of_work(current_actor()) as work:
        unfollow(work, Unfollow(number))


def _done(number: str, act: Callable[[UnitOfWork], Any]) -> tuple[dict[str, Any], int]:
    """The report after `act`, and 201 where that gave True: something new is there."""
    _slow_down()
    with unit_of_work(current_actor()) as work:
        result = act(work)
        found = find_request(work.session, number)
        document = report_document(public_report(work.session, found.number))
    return document, 201 if result is True else 200


def _slow_down() -> None:
    settings = current_runtime().settings
    slow_down("answer", settings.report_limit, settings.device_report_limit)
