"""A submission becomes a report, or waits for somebody to find its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.api_keys import Client
from backend.core.db import table_of
from backend.core.errors import Conflict
from backend.core.uow import UnitOfWork
from backend.open311.models import KeyedRequest
from backend.open311.sent_pictures import KeptFile, take_up
from backend.open311.submission import Submission
from backend.open311.unplaced import forget_unplaced, keep_unplaced
from backend.reports.commands import FileReport
from backend.reports.file_report import Filed, file_report

_KEYED = table_of(KeyedRequest)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a submission: a report's number, or a token while its place is unknown."""

    number: str | None
    token: UUID | None = None


def file_submission(
    work: UnitOfWork, client: Client, submission: Submission, files: Sequence[KeptFile] = ()
) -> Taken:
    """Take a submission up; sending it again gives the same answer.

    Raises `Invalid`, `NotFound` and `Conflict` like filing a report or a photo.
    """
    report = submission.report
    if not submission.is_placed:
        if keep_unplaced(work, client, submission):
            take_up(work, report.id, files)
        return Taken(None, report.id)
    filed = _file(work, report)
    if filed.is_new:
        keyed = {
            "service_request_id": report.id,
            "api_key_id": client.id,
            "media_urls": list(submission.media_urls),
        }
        work.session.execute(sa.insert(_KEYED), keyed)
        forget_unplaced(work, report.id, filed.number)
        take_up(work, report.id, files)
    return Taken(filed.number)


def _file(work: UnitOfWork, report: FileReport) -> Filed:
    try:
        return file_report(work, report)
    except Conflict as error:
        if error.slug != "report-id-taken":
            raise
        raise Conflict("client-id-taken", pointer="/client_id", **error.facts) from error
