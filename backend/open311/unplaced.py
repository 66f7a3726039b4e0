"""Reports with an address and no coordinates, which wait for somebody to find their place."""

from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.accounts.api_keys import Client
from backend.core.channels import Channel
from backend.core.db import lock_id, table_of
from backend.core.errors import Conflict, Gone, NotFound
from backend.core.keys import KeyRing
from backend.core.uow import UnitOfWork
from backend.open311.models import UnplacedReport
from backend.open311.submission import Submission
from backend.reports.commands import FileReport

_UNPLACED = table_of(UnplacedReport)
_WAITING = (
    sa.select(UnplacedReport)
    .where(UnplacedReport.sealed.is_not(None))
    .order_by(UnplacedReport.received_at, UnplacedReport.id)
)
# Whose photos are kept until then.
WAITING_TOKENS = sa.select(_UNPLACED.c.id).where(_UNPLACED.c.sealed.is_not(None))


def keep_unplaced(work: UnitOfWork, client: Client, submission: Submission) -> bool:
    """Seal a submission until its place is found; says whether it was not here before."""
    id_ = submission.report.id
    lock_id(work.session, id_)
    if work.session.get(UnplacedReport, id_) is not None:
        return False
    row = {
        "id": id_,
        "api_key_id": client.id,
        "received_at": work.now,
        "sealed": work.runtime.keyring.seal(_words(submission), id_.bytes),
    }
    work.session.execute(sa.insert(_UNPLACED), row)
    return True


def waiting_submission(session: Session, keyring: KeyRing, token: UUID) -> tuple[UUID, Submission]:
    """The key and the words of what waits under a token; raises `NotFound` where none ever did.

    Raises `Conflict` where it has its place by now, `Gone` where it never found one.
    """
    row = session.scalar(_WAITING.where(UnplacedReport.id == token).with_for_update())
    if row is None or row.sealed is None:
        number = number_of_token(session, token)
        raise Conflict("token-placed", token=str(token), number=number or "")
    return row.api_key_id, _submission(keyring.open(row.sealed, row.id.bytes))


def unplaced_reports(session: Session, keyring: KeyRing) -> list[FileReport]:
    """What waits, longest first; only for staff, for nobody has moderated it."""
    return [
        _submission(keyring.open(row.sealed or b"", row.id.bytes)).report
        for row in session.scalars(_WAITING)
    ]


def forget_unplaced(work: UnitOfWork, id_: UUID, number: str) -> None:
    """The place was found and the report is `number`; its sealed words are gone."""
    found = sa.update(_UNPLACED).where(_UNPLACED.c.id == id_)
    work.session.execute(found.values(number=number, sealed=None))


def number_of_token(session: Session, token: UUID) -> str | None:
    """The report's number, None while it waits.

    Raises `NotFound` for a token nobody gave out, `Gone` where the place was never found.
    """
    row = session.get(UnplacedReport, token)
    if row is None:
        raise NotFound("token-unknown", token=str(token))
    if row.number is None and row.sealed is None:
        raise Gone("unplaced-forgotten", token=str(token))
    return row.number


def _words(submission: Submission) -> dict[str, str]:
    return {"submission": orjson.dumps(submission).decode()}


def _submission(words: dict[str, str]) -> Submission:
    known = orjson.loads(words["submission"])
    report = known.pop("report")
    as_typed = {"id": UUID(report["id"]), "channel": Channel(report["channel"])}
    return Submission(FileReport(**(report | as_typed)), **known)
