"""A phone announces a photo of a report that has come or will come."""

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.errors import Forbidden
from backend.core.uow import UnitOfWork
from backend.photos.commands import OpenSlot
from backend.photos.open_slot import Opened, Welcome, open_slot
from backend.photos.subject import Subject, SubjectKind
from backend.reports.models import ServiceRequest
from backend.reports.photos.commands import OpenUpload

_REQUEST = table_of(ServiceRequest)
_REPORT = sa.select(_REQUEST.c.number, _REQUEST.c.reporter_hash).where(
    _REQUEST.c.id == sa.bindparam("id")
)


def open_upload(work: UnitOfWork, command: OpenUpload) -> Opened:
    """Room for a photo of a report; raises like `open_slot`.

    Raises `Forbidden` for a report that another phone sent.
    """

    def welcome() -> Welcome:
        report = work.session.execute(_REPORT, {"id": command.report_id}).one_or_none()
        if report is None:
            return Welcome(None)
        # An anonymous report is that of whoever knows the id its phone made, which is never
        # published. Whoever may say something of a report may show it too.
        is_own = report.reporter_hash in {None, *work.actor.reporters}
        if not is_own and command.act_id is None:
            raise Forbidden("photo-report-of-another", pointer="/report")
        return Welcome(report.number)

    subject = Subject(SubjectKind.REPORT, command.report_id)
    slot = OpenSlot(command.id, subject, command.size_bytes, command.alt_text, command.act_id)
    return open_slot(work, slot, welcome)
