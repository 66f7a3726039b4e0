"""What those concerned said of how something was dealt with: for staff, and counted for anybody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.keys import KeyRing
from backend.reports.catalogue import city_catalogue
from backend.reports.commands import RatingAnswer
from backend.reports.models import Incident, OutcomeRating

ALL, EVERY = "*", "*"
"""Every service, every answer."""
_RATING, _INCIDENT = table_of(OutcomeRating), table_of(Incident)
_OF_INCIDENT = (
    sa.select(_RATING)
    .join(_INCIDENT, _INCIDENT.c.id == _RATING.c.incident_id)
    .where(
        _INCIDENT.c.id == sa.bindparam("incident_id"), _RATING.c.closed_at == _INCIDENT.c.closed_at
    )
    .order_by(_RATING.c.rated_at, _RATING.c.id)
)
_RATED = (
    sa.select(
        _INCIDENT.c.service_code,
        _RATING.c.answer,
        _RATING.c.rater_hash,
    )
    .join(_INCIDENT, _INCIDENT.c.id == _RATING.c.incident_id)
    .where(
        _RATING.c.closed_at == _INCIDENT.c.closed_at,
        _RATING.c.closed_at >= sa.bindparam("since"),
        _RATING.c.closed_at < sa.bindparam("until"),
    )
    .order_by(_INCIDENT.c.service_code, _RATING.c.id)
)


@dataclass(frozen=True, slots=True)
class RatedWords:
    """What one of them said, with the answer it came with."""

    at: datetime
    answer: str
    text: str | None


@dataclass(frozen=True, slots=True)
class OutcomeRatings:
    """How many gave each answer to the closing that stands, and what they said besides."""

    counts: dict[str, int]
    words: tuple[RatedWords, ...]


def ratings_of(session: Session, keyring: KeyRing, incident_id: int) -> OutcomeRatings:
    """Of one incident, for staff; an incident that is open has none."""
    rows = session.execute(_OF_INCIDENT, {"incident_id": incident_id}).all()
    counts = Counter(row.answer for row in rows)
    words = (
        RatedWords(row.rated_at, row.answer, words_in(keyring, row))
        for row in rows
        if row.sealed is not None
    )
    return OutcomeRatings({one.value: counts[one.value] for one in RatingAnswer}, tuple(words))


def words_in(keyring: KeyRing, row: Any) -> str | None:
    """What a rating says in words; None where it cannot be opened."""
    fields = keyring.open_if_possible(row.sealed, row.id.bytes)
    return fields["words"] if fields else None


@dataclass(frozen=True, slots=True)
class RatingFigure:
    """How many gave an answer for a service, None where it is hidden; `*` is all of them."""

    service_code: str
    answer: str
    count: int | None


@dataclass(frozen=True, slots=True)
class RatingFigures:
    """Of everything closed from `since` until before `until`."""

    since: datetime
    until: datetime
    figures: tuple[RatingFigure, ...]


def rating_figures(session: Session, now: datetime) -> RatingFigures:
    """Of the last four quarters that nobody can rate any more; a quarter at a time, so that no day
    tells two apart.

    Services by answers with their sums. Cells of few are hidden together with enough others that no
    sum gives them away (`equity.measures.suppression`).
    """
    until = _quarter_before(now - timedelta(days=city_catalogue(session).policy.confirm_days))
    since = until.replace(year=until.year - 1)
    rows = session.execute(_RATED, {"since": since, "until": until}).all()
    return RatingFigures(since, until, tuple(_figures(rows)))


def _quarter_before(now: datetime) -> datetime:
    """The first moment of the quarter `now` lies in."""
    return datetime(now.year, 3 * ((now.month - 1) // 3) + 1, 1, tzinfo=UTC)


def _figures(rows: Sequence[sa.Row[*tuple[Any, ...]]]) -> list[RatingFigure]:
    # They bring a solver along, which nothing else of the web program needs.
    import numpy as np

    from equity.measures.linked_tables import Dimension, Leaves, count_cells, table_keys
    from equity.measures.suppression import protect

    services = tuple(sorted({row.service_code for row in rows}))
    answers = tuple(RatingAnswer)
    if not services:
        return []
    dimensions = (
        Dimension("service", {ALL: services}),
        Dimension("answer", {EVERY: answers}),
    )
    leaves = (
        Leaves(services, np.array([services.index(row.service_code) for row in rows])),
        Leaves(answers, np.array([answers.index(RatingAnswer(row.answer)) for row in rows])),
    )
    # A rating is counted, and not an incident: two people may say two things of one.
    rating = np.arange(len(rows))
    people = {hash_: at for at, hash_ in enumerate(sorted({row.rater_hash or "" for row in rows}))}
    person = np.array([people[row.rater_hash or ""] for row in rows])
    keys = table_keys((ALL, *services), (EVERY, *answers))
    cells = count_cells(keys, dimensions, leaves, rating, person)
    shown = protect(cells, dimensions).shown
    return [RatingFigure(service, answer, shown[service, answer]) for service, answer in keys]
