"""Commands made without a network, all at once: each with a result of its own, none done twice."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias, cast
from uuid import UUID

import sqlalchemy as sa
import structlog
from marshmallow import Schema, ValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.core.access import access, current_actor
from backend.core.channels import Channel
from backend.core.db import is_busy
from backend.core.errors import DomainError, NotFound, Unavailable
from backend.core.problems import (
    Problem,
    describe,
    describe_crash,
    describe_fields,
    problem_document,
)
from backend.core.runtime import current_runtime
from backend.core.text_brake import hold_back_alike
from backend.core.uow import UnitOfWork, unit_of_work
from backend.reports.add_comment import add_comment
from backend.reports.answer_back import appeal, confirm_fix, reopen
from backend.reports.commands import (
    AddComment,
    Appeal,
    ConfirmFix,
    FileReport,
    Follow,
    MeToo,
    RateOutcome,
    Reopen,
    Unfollow,
)
from backend.reports.duplicates.me_too import me_too
from backend.reports.file_report import file_report
from backend.reports.follow import follow, unfollow
from backend.reports.models import Incident, ServiceRequest
from backend.reports.photos.open_upload import open_upload
from backend.reports.queries import find_incident, find_request
from backend.reports.rate_outcome import rate_outcome
from mobile_api.face import counted_as, documents_problems, make_blueprint
from mobile_api.photo_schemas import UploadSchema
from mobile_api.ratings import RatingSchema, rating_document
from mobile_api.reports import report_now
from mobile_api.schemas import ReportSchema
from mobile_api.sync_schemas import COMMANDS, BatchSchema, KindSchema, ResultsSchema
from mobile_api.uploads import upload_document

blueprint = make_blueprint("sync", "Send what was written without a network.")
_BUSY_SECONDS = 30
_log = structlog.get_logger()

_Run: TypeAlias = Callable[[UnitOfWork, Any], tuple[dict[str, Any] | None, bool]]


def _report(work: UnitOfWork, command: Any) -> tuple[dict[str, Any], bool]:
    filed = file_report(work, command)
    return report_now(work.session, filed.number), filed.is_new


def _photo(work: UnitOfWork, command: Any) -> tuple[dict[str, Any], bool]:
    opened = open_upload(work, command)
    return upload_document(opened.photo), opened.is_new


def _me_too(work: UnitOfWork, said: Any) -> tuple[dict[str, Any], bool]:
    number = _number_of(work.session, said.pop("report"))
    filed = me_too(work, MeToo(number=number, channel=Channel.APP, **said))
    return report_now(work.session, filed.number), filed.is_new


def _comment(work: UnitOfWork, said: Any) -> tuple[dict[str, Any], bool]:
    number = _number_of(work.session, said.pop("report"))
    said_now = add_comment(work, AddComment(number=number, **said))
    return report_now(work.session, number), said_now.is_new


def _rating(work: UnitOfWork, said: Any) -> tuple[dict[str, Any], bool]:
    number = _number_of(work.session, said["report"])
    rated = rate_outcome(work, RateOutcome(number, said["answer"], said["words"]))
    return rating_document(rated), rated.is_new


def _following(work: UnitOfWork, said: Any) -> tuple[None, bool]:
    return None, follow(work, Follow(_number_of(work.session, said["report"])))


def _unfollowing(work: UnitOfWork, said: Any) -> tuple[None, bool]:
    return None, unfollow(work, Unfollow(_number_of(work.session, said["report"])))


def _act(command: type[Any], use_case: Callable[[UnitOfWork, Any], Incident]) -> _Run:
    """A runner for what residents decide about a report."""

    def run(work: UnitOfWork, said: Any) -> tuple[dict[str, Any], bool]:
        number = _number_of(work.session, said.pop("report"))
        # The version counts the steps, so an act that was taken before leaves it as it is.
        version = find_incident(work.session, number, lock=True).version
        incident = use_case(work, command(number=number, **said))
        return report_now(work.session, number), incident.version > version

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


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of command: `run` gives what to answer, and whether it was done now.

    It is counted for the same `purpose` as the request that does it on its own, and answered in
    the same shape; where that has nothing to say, without one.
    """

    run: _Run
    purpose: str
    answer: Schema | None = None


_NOW = ReportSchema()
_KINDS = {
    "report": _Kind(_report, "report", _NOW),
    "me_too": _Kind(_me_too, "report", _NOW),
    "following": _Kind(_following, "answer"),
    "photo": _Kind(_photo, "photo", UploadSchema()),
    "comment": _Kind(_comment, "answer", _NOW),
    "rating": _Kind(_rating, "answer", RatingSchema()),
    "confirmation": _Kind(_act(ConfirmFix, confirm_fix), "answer", _NOW),
    "reopening": _Kind(_act(Reopen, reopen), "answer", _NOW),
    "appeal": _Kind(_act(Appeal, appeal), "answer", _NOW),
    "unfollowing": _Kind(_unfollowing, "answer"),
}
_ORDER = [*COMMANDS]
_READERS = {kind: schema(exclude=("kind",)) for kind, schema in COMMANDS.items()}
_KIND = KindSchema()


@blueprint.route("/sync", methods=["POST"])
@blueprint.arguments(BatchSchema())
@blueprint.response(200, ResultsSchema)
@documents_problems(blueprint, 400, 401, 413, 415, 422, 429, 503)
@access()
def sync(batch: dict[str, Any]) -> dict[str, Any]:
    """Do each command once, however often and in whatever order it is sent.

    A command that cannot be done, or not even be read, does not hold up the others.
    """
    in_turn = sorted(enumerate(batch["commands"]), key=lambda one: _turn(one[1]))
    results = [_result(index, command) for index, command in in_turn]
    return {"results": sorted(results, key=itemgetter("index"))}


def _turn(command: Any) -> int:
    """When a command is done; what is none is refused first."""
    kind = command.get("kind") if isinstance(command, dict) else None
    return _ORDER.index(kind) if kind in _ORDER else -1


def _result(index: int, command: Any) -> dict[str, Any]:
    """Do one command, or say why not."""
    try:
        outcome = _done(command)
    except ValidationError as error:
        outcome = _refused(describe_fields(cast("dict[str, Any]", error.messages)))
    except DomainError as error:
        outcome = _refused(describe(error), error.headers.get("Retry-After"))
    except OperationalError as error:
        if not is_busy(error):
            raise
        outcome = _refused(describe(Unavailable("database-busy")), _BUSY_SECONDS)
    except Exception as error:
        # Or this command would keep every batch it is in from being answered.
        _log.error("command crashed", exc_info=error)
        outcome = _refused(describe_crash())
    return {"index": index, "id": _id_of(command), **outcome}


def _done(command: Any) -> dict[str, Any]:
    """Do one command in a transaction of its own.

    Of its own rather than a savepoint in a shared one: two phones that hold each other's rows while
    both go on to their next command would lock each other out.
    """
    name = _KIND.load(command)["kind"]
    said = _READERS[name].load({key: value for key, value in command.items() if key != "kind"})
    kind = _KINDS[name]
    uses = _check_room(kind.purpose, said)
    is_new = True
    try:
        with unit_of_work(current_actor()) as work:
            document, is_new = kind.run(work, said)
    finally:
        # What was done before counts for nothing: without an answer one sends it again.
        if is_new:
            for use in uses:
                current_runtime().limits.use(*use)
    done: dict[str, Any] = {"status": 201 if is_new else 200}
    return done if kind.answer is None else done | {"document": kind.answer.dump(document)}


def _check_room(purpose: str, said: Any) -> tuple[tuple[str, str, str], ...]:
    """What the command will count against; raises `TooManyRequests` where there is no room."""
    settings, limits = current_runtime().settings, current_runtime().limits
    # A known device brings a day's work at once; what is as good as nobody does not.
    per_address = settings.offline_limit if current_actor().reporter else settings.report_limit
    uses = counted_as(purpose, per_address, settings.device_report_limit)
    for use in uses:
        if not limits.has_room(*use):
            limits.check(*use)
    if isinstance(said, FileReport):
        hold_back_alike(limits, settings.alike_limit, uses[-1][-1], said.id, said.description)
    return uses


def _id_of(command: Any) -> UUID | None:
    try:
        return UUID(command["id"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _refused(problem: Problem, retry_after: str | int | None = None) -> dict[str, Any]:
    document = problem_document(problem)
    if retry_after is not None:
        document["retry_after"] = int(retry_after)
    return {"status": problem.status, "problem": document}
