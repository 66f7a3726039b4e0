"""What residents left with the city goes; what the city did about it stays."""

from collections.abc import Sequence

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.uow import UnitOfWork
from backend.reports.models import (
    Comment,
    Contact,
    IncidentChange,
    ModeratedText,
    OutcomeRating,
    ServiceRequest,
)

ERASED = "erased"
_REQUEST, _COMMENT, _CHANGE, _RATING = map(
    table_of, (ServiceRequest, Comment, IncidentChange, OutcomeRating)
)


def erase_requests(work: UnitOfWork, are_meant: sa.ColumnElement[bool]) -> None:
    """Leave of some requests their service, place, moments and state, which are the city's work.

    Words, as they were said and as they were moderated, address, answers, contact and the
    reporter's hash go. Their incidents are locked.
    """
    meant = sa.select(_REQUEST.c.id).where(are_meant)
    for table in map(table_of, (Contact, ModeratedText)):
        work.session.execute(sa.delete(table).where(table.c.service_request_id.in_(meant)))
    work.session.execute(
        sa.update(_REQUEST)
        .where(are_meant)
        .values(
            description="",
            address=None,
            attributes=None,
            reporter_hash=None,
            language=None,
            suggested_service_code=None,
            # It would confirm a guess of what was said.
            fingerprint=ERASED,
        )
    )


def erase_comments(work: UnitOfWork, are_meant: sa.ColumnElement[bool]) -> Sequence[int]:
    """Empty comments and hide them; the incident of each. Those incidents are locked."""
    emptied = sa.update(_COMMENT).where(are_meant).values(text="", author_hash=None, is_hidden=True)
    return work.session.scalars(emptied.returning(_COMMENT.c.incident_id)).all()


def erase_reasons(work: UnitOfWork, are_meant: sa.ColumnElement[bool]) -> Sequence[int]:
    """The same for the reasons of steps; that they were taken stays."""
    emptied = sa.update(_CHANGE).where(are_meant).values(reason=None, author_hash=None)
    return work.session.scalars(emptied.returning(_CHANGE.c.incident_id)).all()


def erase_ratings(work: UnitOfWork, incidents: Sequence[int]) -> None:
    """Leave of the ratings of some incidents the answers, which are counted; they are locked."""
    emptied = sa.update(_RATING).where(_RATING.c.incident_id.in_(incidents))
    work.session.execute(emptied.values(rater_hash=None, sealed=None))
