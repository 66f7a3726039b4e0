"""What a notice says of a report: where it stands now, and the city's own public words."""

from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.i18n import marked
from backend.core.speak import speaker
from backend.delivery.notices.public_base import page_path
from backend.delivery.notices.words import Reader, Words, quoted
from backend.reports.duplicates.models import IncidentMerge, MergedRequest
from backend.reports.models import Comment, ServiceRequest
from backend.reports.public_report import PublicReport, public_report
from backend.reports.workflow import State

_TITLE = marked("%(service)s, report %(number)s")
_STEPS = MappingProxyType(
    {
        State.RECEIVED: marked("The city has it on its list."),
        State.TRIAGED: marked("The city has looked at it."),
        State.ASSIGNED: marked("Somebody has it in hand now."),
        State.SCHEDULED: marked("The work is planned."),
        State.IN_PROGRESS: marked("The work has begun."),
        State.WAITING_REPORTER: marked("The city has a question for you."),
        State.WAITING_CONTRACTOR: marked("The city waits for another firm."),
        State.REOPENED: marked("It is open again."),
        State.RESOLVED: marked("The city says that it is done. Is it? You can say yes or no."),
        State.CONFIRMED: marked("It is confirmed that it is done."),
        State.REFUSED: marked("The city will not do it. You can read why, and appeal."),
        State.DUPLICATE: marked("It is dealt with together with another report now."),
        State.HANDED_OVER: marked("It was passed on to others, who look after this place."),
        State.OUTSIDE: marked("The place is not one the city looks after."),
    }
)
_TYPED = marked("The city has your report. You agreed to be told here what becomes of it.")
_LINKED = _STEPS[State.DUPLICATE]
_REQUEST, _MERGED, _MERGE = map(table_of, (ServiceRequest, MergedRequest, IncidentMerge))
_IS_LINKED = sa.select(
    sa.exists()
    .where(_REQUEST.c.number == sa.bindparam("number"))
    .where(_MERGED.c.service_request_id == _REQUEST.c.id)
    .where(_MERGE.c.id == _MERGED.c.merge_id, _MERGE.c.undone_at.is_(None))
)
_SAID = MappingProxyType(
    {
        "answer": marked("The city has answered."),
        "question": _STEPS[State.WAITING_REPORTER],
    }
)


def report_words(
    session: Session, number: str, facts: dict[str, Any], reader: Reader
) -> Words | None:
    """The words, as the public may read them now; None where there is nothing to say any more."""
    report, say = public_report(session, number), speaker(reader.language)
    title = say(_TITLE) % {"service": report.service_in(reader.language), "number": number}
    path = page_path("web.report", number=number)
    if facts["what"] == "comment":
        said = session.get(Comment, UUID(facts["comment_id"]))
        if said is None or said.is_hidden:
            return None
        return Words(title, (say(_SAID[said.kind]), *quoted(said.text)), path)
    if facts["what"] == "typed":
        return Words(title, (say(_TYPED),), path)
    if facts["what"] == "linked":
        is_still = session.scalar(_IS_LINKED, {"number": number})
        return Words(title, (say(_LINKED),), path) if is_still else None
    if facts["after"] == State.WAITING_REPORTER and report.state is not State.WAITING_REPORTER:
        # They answered before they were told.
        return None
    return Words(title, (say(_STEPS[report.state]), *quoted(_reason_of(report))), path)


def _reason_of(report: PublicReport) -> str | None:
    """What the city said with the step by which it stands where it stands, unless it is hidden.

    Whoever has it opened again has a reason too, which is a resident's and not the city's.
    """
    if report.state is State.REOPENED:
        return None
    steps = (one for one in report.history if one.kind == "state" and one.to_state == report.state)
    return next((one.reason for one in reversed(tuple(steps))), None)
