"""What other programs are told of reports: that something happened, and what is public of it."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.addresses import public_address
from backend.core.db import table_of
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork
from backend.delivery.announce import Announcement, announce, listening
from backend.reports.events import (
    CommentAdded,
    RepeatLinked,
    RepeatUnlinked,
    ReportFiled,
    StatusChanged,
    StepUndone,
)
from backend.reports.models import Comment, Incident
from backend.reports.public_fields import PUBLIC_FIELDS, public_values
from backend.reports.public_requests import RequestFilter, public_requests

_INCIDENT = table_of(Incident)
_ABOUT = sa.select(_INCIDENT.c.number, _INCIDENT.c.changed_sequence, _INCIDENT.c.state).where(
    _INCIDENT.c.id == sa.bindparam("incident_id")
)
_STATUS_CHANGED = "report.status_changed"


def on_report_filed(work: UnitOfWork, event: ReportFiled) -> None:
    """Tell of a new report."""
    _tell(work, "report.filed", event.incident_id, event.number)


def on_status_changed(work: UnitOfWork, event: StatusChanged | StepUndone) -> None:
    """Tell of a step along the workflow."""
    _tell(work, _STATUS_CHANGED, event.incident_id, before=event.before.value)


def on_repeat_linked(work: UnitOfWork, event: RepeatLinked) -> None:
    """Tell that a report is now handled with another."""
    _tell(work, _STATUS_CHANGED, event.incident_id)


def on_repeat_unlinked(work: UnitOfWork, event: RepeatUnlinked) -> None:
    """Tell that it is not any more."""
    _tell(work, _STATUS_CHANGED, event.incident_id)


def on_comment_added(work: UnitOfWork, event: CommentAdded) -> None:
    """Tell of a word that anybody can read."""
    _tell(work, "report.commented", event.incident_id, comment_id=str(event.comment_id))


def webhook_document(session: Session, number: str, facts: dict[str, Any]) -> dict[str, Any]:
    """The report and the comment as anybody may know them now; None where they are gone."""
    found = public_requests(session, RequestFilter(numbers=(number,)), limit=1)
    names = [field.name for field in PUBLIC_FIELDS]
    report = dict(zip(names, public_values(found[0]), strict=True)) if found else None
    document: dict[str, Any] = {"report": report}
    if report is not None and current_runtime().settings.public_url:
        document["url"] = public_address("web.report", number=number)
    if "comment_id" in facts:
        document["comment"] = _comment(session, UUID(facts["comment_id"]))
    return document


def _comment(session: Session, id_: UUID) -> dict[str, Any] | None:
    said = session.get(Comment, id_)
    if said is None or said.is_hidden:
        return None
    return {"kind": said.kind, "text": said.text, "at": said.at}


def _tell(
    work: UnitOfWork, event: str, incident_id: int, number: str | None = None, **facts: str
) -> None:
    webhooks = listening(work.connection, event)
    if not webhooks:
        return
    incident = work.session.execute(_ABOUT, {"incident_id": incident_id}).one()
    if event == _STATUS_CHANGED:
        facts["after"] = incident.state
    announcement = Announcement(
        event=event,
        topic=f"incident:{incident_id}",
        subject=number or incident.number,
        sequence=incident.changed_sequence,
        facts=facts,
    )
    announce(work, webhooks, announcement)
