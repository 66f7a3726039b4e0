"""What residents say about a report that is there: a word, a yes, a no, an appeal."""

from collections.abc import Callable
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from backend.core.access import access, current_actor
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork, unit_of_work
from backend.reports.add_comment import add_comment
from backend.reports.answer_back import appeal, confirm_fix, reopen
from backend.reports.commands import AddComment, Appeal, ConfirmFix, Follow, Reopen, Unfollow
from backend.reports.follow import follow, unfollow
from backend.reports.queries import comments_of, find_request
from mobile_api.face import documents_problems, make_blueprint, slow_down
from mobile_api.reports import comment_document, report_now
from mobile_api.schemas import CommentSchema, ReportSchema

blueprint = make_blueprint("answer_back", "Answer back: comment, confirm, reopen, appeal, follow.")
_FOLLOWING = "/reports/<string:number>/following"


class ConfirmationSchema(Schema):
    """It is done."""

    class Meta:
        unknown = RAISE

    id = fields.UUID(
        required=True,
        metadata={"description": "UUID version 7 made on the phone, so that sending twice is safe"},
    )


class ObjectionSchema(ConfirmationSchema):
    """It is not done, or somebody else should decide; everybody can read the reason."""

    reason = fields.String(required=True)


class NewCommentSchema(ConfirmationSchema):
    """A word everybody can read."""

    text = fields.String(required=True)


def _takes(what: str, schema: type[Schema], *, status: int = 200) -> Callable[[Any], Any]:
    """Decorator: what all the routes that take a word have in common."""

    def declare(view: Any) -> Any:
        for decorate in (
            access(),
            documents_problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
            blueprint.response(status, ReportSchema),
            blueprint.arguments(schema()),
            blueprint.route(f"/reports/<string:number>/{what}", methods=["POST"]),
        ):
            view = decorate(view)
        return view

    return declare


class CommentsQuerySchema(Schema):
    """How many of the newest to pass over."""

    offset = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))


@blueprint.route("/reports/<string:number>/comments", methods=["GET"])
@blueprint.arguments(CommentsQuerySchema, location="query")
@blueprint.response(200, CommentSchema(many=True))
@documents_problems(blueprint, 401, 404, 422, 503)
@access()
def list_comments(asked: dict[str, int], number: str) -> list[dict[str, Any]]:
    """The newest comments but `offset`, oldest of them first, as the report has them."""
    session = current_session()
    request = find_request(session, number)
    found = comments_of(session, request.number, request.incident_id, asked["offset"])
    return [comment_document(one) for one in found]


@_takes("comments", NewCommentSchema, status=201)
@blueprint.alt_response(200, schema=ReportSchema, description="Sent before; nothing was added")
def create_comment(said: dict[str, Any], number: str) -> tuple[dict[str, Any], int]:
    """Add a comment. From whoever was asked a question it is the answer."""
    return _done(number, lambda work: add_comment(work, AddComment(number=number, **said)).is_new)


@_takes("confirmation", ConfirmationSchema)
def create_confirmation(said: dict[str, Any], number: str) -> tuple[dict[str, Any], int]:
    """Confirm that it is done; for whoever reported or follows it."""
    return _done(number, lambda work: confirm_fix(work, ConfirmFix(number=number, **said)))


@_takes("reopening", ObjectionSchema)
def create_reopening(said: dict[str, Any], number: str) -> tuple[dict[str, Any], int]:
    """Say that it is not done; for whoever reported or follows it, for some days."""
    return _done(number, lambda work: reopen(work, Reopen(number=number, **said)))


@_takes("appeal", ObjectionSchema)
def create_appeal(said: dict[str, Any], number: str) -> tuple[dict[str, Any], int]:
    """Appeal against a refusal, a hand-over, a merge or a downgrade: another person decides."""
    return _done(number, lambda work: appeal(work, Appeal(number=number, **said)))


@blueprint.route(_FOLLOWING, methods=["PUT"])
@blueprint.response(204, description="You follow it")
@documents_problems(blueprint, 401, 403, 404, 429, 503)
@access()
def start_following(number: str) -> None:
    """Follow a report; needs a token."""
    _slow_down()
    with unit_of_work(current_actor()) as work:
        follow(work, Follow(number))


@blueprint.route(_FOLLOWING, methods=["DELETE"])
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
        document = report_now(work.session, found.number)
    return document, 201 if result is True else 200


def _slow_down() -> None:
    settings = current_runtime().settings
    slow_down("answer", settings.report_limit, settings.device_report_limit)
