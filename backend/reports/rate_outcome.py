"""Whoever reported or follows it says whether it was dealt with well, once for each closing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from backend.core.errors import Conflict, Forbidden
from backend.core.public_words import MAX_COMMENT, check_text, without_blank
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import city_catalogue
from backend.reports.commands import RateOutcome
from backend.reports.involved import is_involved
from backend.reports.models import Incident, OutcomeRating
from backend.reports.outcome_ratings import words_in
from backend.reports.queries import find_incident


@dataclass(frozen=True, slots=True)
class Rated:
    """What somebody says by now; `is_new` unless they had said just that of this closing."""

    rating: OutcomeRating
    is_new: bool


def rate_outcome(work: UnitOfWork, command: RateOutcome) -> Rated:
    """Keep what the actor says; saying it again, within the time for answers, changes it.

    Nobody outside is told: the words are for staff, and the answers are counted. Nobody says it for
    somebody else, not even the desk. Raises `Forbidden` and `Conflict`.
    """
    check_text(command.words.strip(), "/words", MAX_COMMENT)
    incident = find_incident(work.session, command.number, lock=True)
    if work.actor.reporter is None or not is_involved(work.session, incident.id, work.actor):
        raise Forbidden("report-not-yours", number=incident.number)
    closed_at = _check_in_time(work, incident)
    rating = work.session.scalar(
        sa.select(OutcomeRating)
        .where(
            OutcomeRating.incident_id == incident.id,
            OutcomeRating.rater_hash.in_(work.actor.reporters),
        )
        .order_by(OutcomeRating.rated_at.desc())
        .limit(1)
    )
    words = without_blank(command.words)
    if rating is None:
        rating = OutcomeRating(
            id=work.runtime.ids.uuid(), incident_id=incident.id, rater_hash=work.actor.reporter
        )
        work.session.add(rating)
    elif (rating.answer, rating.closed_at) == (command.answer.value, closed_at) and (
        _words_of(work, rating) == words
    ):
        return Rated(rating, is_new=False)
    rating.answer = command.answer.value
    rating.sealed = work.runtime.keyring.seal({"words": words}, rating.id.bytes) if words else None
    rating.closed_at = closed_at
    rating.rated_at = work.now
    return Rated(rating, is_new=True)


def _words_of(work: UnitOfWork, rating: OutcomeRating) -> str | None:
    return "" if rating.sealed is None else words_in(work.runtime.keyring, rating)


def _check_in_time(work: UnitOfWork, incident: Incident) -> datetime:
    """The closing that is rated; raises `Conflict` where there is none, or it is long ago."""
    if incident.closed_at is None:
        raise Conflict("outcome-not-there", number=incident.number)
    days = city_catalogue(work.session).policy.confirm_days
    if incident.closed_at + timedelta(days=days) < work.now:
        raise Conflict("answer-too-late", number=incident.number, days=days)
    return incident.closed_at
