"""The queue in order: severity band, then waiting time over target times weight."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.decision_log import Decision, end_of_log
from backend.places.models import District
from backend.reports.models import Incident, Service, ServiceRequest
from backend.triage.models import DistrictWeight, QueueEntry, QueueOverride, WeightSet
from backend.triage.queue_cursor import QueueCursor
from backend.triage.queue_filter import QueueFilter, Terms, asked, conditions, counted
from equity.levers.priority import Priority, priority_of

ROLLED_BACK = "weights.rolled_back"
_APPROVED = "weights.approved"
# Statements for as many combinations of filters.
_KEPT = 256
_ENTRY, _INCIDENT, _REQUEST = map(table_of, (QueueEntry, Incident, ServiceRequest))
_SERVICE, _DISTRICT, _OVERRIDE = map(table_of, (Service, District, QueueOverride))
_NOW = sa.bindparam("now", type_=sa.Float)
# While others are awaited the clock stands still, and stood still at no moment before that.
_STOPPED = sa.case((_ENTRY.c.paused_epoch < _NOW, _ENTRY.c.paused_epoch), else_=_NOW)
_AGE = _STOPPED - _ENTRY.c.opened_epoch
# What another system dates in the future has not waited yet, whatever its target.
_WAITING = sa.case((_AGE > 0, _AGE), else_=0.0)
# More than anything waits: what was put first or last by hand is so inside its band.
_BY_HAND = 1e6
_SCORE = _WAITING / _ENTRY.c.target_seconds * _ENTRY.c.weight + _ENTRY.c.raised * _BY_HAND
_KEYS = (_ENTRY.c.severity_band, _SCORE, _ENTRY.c.opened_epoch, _ENTRY.c.incident_id)
_ORDER = (_KEYS[0].asc(), _KEYS[1].desc(), _KEYS[2].asc(), _KEYS[3].asc())
_BACKWARDS = (_KEYS[0].desc(), _KEYS[1].asc(), _KEYS[2].desc(), _KEYS[3].desc())


@dataclass(frozen=True, slots=True)
class Queued:
    """One incident at its position, with everything its line shows.

    `stopped_at` is when the clock of its target stopped, None while it runs. `held_for` is the
    report whose target its weight fell back to 1 for. `raised` is 1 where it was put first of its
    band by hand and -1 where last, for `raised_because`. `cursor` is None for what is in no list.
    """

    position: int
    number: str
    service_name: str
    state: str
    district_name: str | None
    is_outside: bool
    opened_at: datetime
    request_count: int
    summary: str
    version: int
    due_at: datetime | None
    stopped_at: datetime | None
    appealed_against: str | None
    assignee: str | None
    team_code: str | None
    priority: Priority
    held_for: str | None
    raised: int = 0
    raised_because: str = ""
    cursor: QueueCursor | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A stretch of the filtered queue; `total` is how many there are in all as the reader counts.

    `moment` is what the order is that of. `began` stands where the list begins, and `arrived` is
    how many took another place since then and are not in it.
    """

    entries: tuple[Queued, ...]
    total: int
    moment: datetime
    began: QueueCursor
    arrived: int

    @property
    def first_position(self) -> int:
        return self.entries[0].position if self.entries else 0

    @property
    def left(self) -> int:
        """How many come after the last one here."""
        return self.total - self.entries[-1].position if self.entries else 0

    @property
    def before(self) -> QueueCursor | None:
        """Where the page before this one ends."""
        return self.entries[0].cursor if self.first_position > 1 else None

    @property
    def after(self) -> QueueCursor | None:
        """Where the next page begins."""
        return self.entries[-1].cursor if self.left > 0 else None


def queue_page(
    session: Session,
    wanted: QueueFilter,
    now: datetime,
    *,
    limit: int,
    after: QueueCursor | None = None,
    before: QueueCursor | None = None,
) -> QueuePage:
    """The first entries, those `after` a cursor or those that end `before` one.

    Ties go to what was opened first, then to the lower id.

    Whoever follows the cursors reads the queue as it was ordered when they began, and reads each
    incident once that stays in it and keeps its place, whatever arrives, moves or closes meanwhile.
    What is given another place after the beginning (new, reopened, in another band, with another
    weight) is not shown any more, so nothing is shown twice; those are counted as `arrived` until
    the list is begun anew. What closes is left out from then on. Which of them match the filter is
    looked at when each page is read.

    It holds to the commit: places are given while the end of the log of decisions is held, and the
    list is of the places that were given before it.
    """
    since = after or before
    if since is None:
        since = QueueCursor(now.timestamp(), end_of_log(session))
    terms, parameters = asked(session, wanted, now)
    known = parameters | {"now": since.moment, "sequence": since.sequence}
    moment = datetime.fromtimestamp(since.moment, UTC)
    way = "after" if after else "before" if before else ""
    stretch = known | _key_parameters(since) | {"limit": limit}
    rows = list(session.execute(_page(terms, way), stretch))
    if before:
        rows.reverse()
    # Numbers go on where they stood, also where something closed in between.
    first = max(1, since.position - len(rows)) if before else since.position + 1
    entries = tuple(_queued(row, moment, n, since) for n, row in enumerate(rows, start=first))
    arrived = session.execute(_arrived(terms), known).scalar_one() if way else 0
    if not way:
        total = session.execute(_length(terms), known).scalar_one()
    else:
        last = entries[-1].cursor if entries else since
        rest = known | _key_parameters(last or since)
        total = first - 1 + len(rows) + session.execute(_rest(terms), rest).scalar_one()
    return QueuePage(entries, total, moment, QueueCursor(since.moment, since.sequence), arrived)


def queue_neighbour(
    session: Session, wanted: QueueFilter, now: datetime, at: QueueCursor, side: str
) -> Queued | None:
    """The entry next to a place, `after` or `before` it, in the order its list was begun with."""
    terms, parameters = asked(session, wanted, now)
    known = parameters | {"now": at.moment, "sequence": at.sequence, "limit": 1}
    row = session.execute(_page(terms, side), known | _key_parameters(at)).one_or_none()
    if row is None:
        return None
    position = at.position + (1 if side == "after" else -1)
    return _queued(row, datetime.fromtimestamp(at.moment, UTC), max(1, position), at)


def queue_length(session: Session, wanted: QueueFilter, now: datetime) -> int:
    """How many incidents the filtered queue has."""
    terms, parameters = asked(session, wanted, now)
    return session.execute(_length(terms), parameters).scalar_one()


def arrived_since(session: Session, wanted: QueueFilter, now: datetime, sequence: int) -> int:
    """How many of the filtered queue took their place after that decision: new, or moved."""
    terms, parameters = asked(session, wanted, now)
    return session.execute(_arrived(terms), parameters | {"sequence": sequence}).scalar_one()


def queued_numbers(session: Session, wanted: QueueFilter, now: datetime) -> list[str]:
    """The numbers of all incidents of the filtered queue, in order."""
    terms, parameters = asked(session, wanted, now)
    numbers = (
        sa.select(_INCIDENT.c.number)
        .join(_ENTRY, _ENTRY.c.incident_id == _INCIDENT.c.id)
        .where(*conditions(terms))
        .order_by(*_ORDER)
    )
    return list(session.scalars(numbers, parameters | {"now": now.timestamp()}))


def queued_incident(session: Session, incident_id: int, now: datetime) -> Queued | None:
    """One incident with its position in the whole queue, None when it is not in it."""
    moment = {"now": now.timestamp()}
    this = _columns(_ENTRY).where(_ENTRY.c.incident_id == incident_id)
    row = session.execute(this, moment).one_or_none()
    if row is None:
        return None
    terms, parameters = asked(session, QueueFilter(is_outside=row.is_outside), now)
    order = sa.func.row_number().over(order_by=_ORDER).label("position")
    places = sa.select(_ENTRY.c.incident_id, order).where(*conditions(terms)).subquery()
    position = session.execute(
        sa.select(places.c.position).where(places.c.incident_id == incident_id),
        parameters | moment,
    ).scalar_one_or_none()
    return _queued(row, now, position or 0, None)


def approved_set(session: Session) -> WeightSet | None:
    """The weight set in force."""
    return session.scalar(sa.select(WeightSet).where(WeightSet.state == "approved"))


def version_in_force(session: Session) -> int | None:
    """The version of the weight set in force, None without one."""
    return session.execute(_VERSION_IN_FORCE).scalar_one_or_none()


_VERSION_IN_FORCE = sa.select(table_of(WeightSet).c.version).where(
    table_of(WeightSet).c.state == "approved"
)


def weight_sets(session: Session) -> list[WeightSet]:
    """All weight sets, newest first."""
    return list(session.scalars(sa.select(WeightSet).order_by(WeightSet.version.desc())))


def versions_once_in_force(session: Session) -> frozenset[int]:
    """The versions that the decision log says were approved or gone back to."""
    named = {f"weights:{one.version}": one.version for one in weight_sets(session)}
    subjects = session.scalars(
        sa.select(Decision.subject).where(
            Decision.subject.in_(named), Decision.action.in_((_APPROVED, ROLLED_BACK))
        )
    )
    return frozenset(named[subject] for subject in subjects)


def weights_of(session: Session, weight_set: WeightSet) -> list[tuple[DistrictWeight, str]]:
    """The weights of one set with the districts' names, heaviest first."""
    rows = session.execute(
        sa.select(DistrictWeight, District.name)
        .join(District, District.id == DistrictWeight.district_id)
        .where(DistrictWeight.weight_set_id == weight_set.id)
        .order_by(DistrictWeight.weight.desc(), District.name)
    )
    return [(row.DistrictWeight, row.name) for row in rows]


@lru_cache(_KEPT)
def _page(terms: Terms, way: str) -> sa.Select[*tuple[Any, ...]]:
    """The whole list is sorted with nothing but its keys; the rest is fetched for one page.

    The page comes first in the join, whatever a planner thinks of it: it is the shortest.
    """
    order = _BACKWARDS if way == "before" else _ORDER
    beyond = {"": (), "after": _BEYOND, "before": _SHORT_OF}[way]
    page = (
        sa.select(_ENTRY.c.incident_id)
        .where(*conditions(terms), _STOOD, *beyond)
        .order_by(*order)
        .limit(sa.bindparam("limit"))
        .subquery()
    )
    own = page.join(_ENTRY, _ENTRY.c.incident_id == page.c.incident_id)
    return _columns(own).order_by(*order)


@lru_cache(_KEPT)
def _length(terms: Terms) -> sa.Select[int]:
    return counted(terms)


@lru_cache(_KEPT)
def _rest(terms: Terms) -> sa.Select[int]:
    return counted(terms, _STOOD, *_BEYOND)


@lru_cache(_KEPT)
def _arrived(terms: Terms) -> sa.Select[int]:
    return counted(terms, _ENTRY.c.placed_sequence > _SEQUENCE)


# Whether it had its place when the list was begun. Nearly all did: SQLite is to go by the order,
# and not by the index of what came last.
_SEQUENCE = sa.bindparam("sequence", type_=sa.BigInteger)
_STOOD = _ENTRY.c.placed_sequence + 0 <= _SEQUENCE


def _key_parameters(cursor: QueueCursor) -> dict[str, float]:
    return {
        "at_band": cursor.severity_band,
        "at_score": cursor.score,
        "at_opened": cursor.opened_epoch,
        "at_id": cursor.incident_id,
    }


def _beyond() -> tuple[tuple[sa.ColumnElement[bool], ...], tuple[sa.ColumnElement[bool], ...]]:
    """What comes after a cursor, and what comes before it; the band again, for its index."""
    band = sa.bindparam("at_band", type_=sa.Integer)
    score, opened = (sa.bindparam(name, type_=sa.Float) for name in ("at_score", "at_opened"))
    id_ = sa.bindparam("at_id", type_=sa.BigInteger)
    keys = _KEYS
    ties_after = (keys[2] > opened) | ((keys[2] == opened) & (keys[3] > id_))
    ties_before = (keys[2] < opened) | ((keys[2] == opened) & (keys[3] < id_))
    after = (keys[1] < score) | ((keys[1] == score) & ties_after)
    before = (keys[1] > score) | ((keys[1] == score) & ties_before)
    return (
        (keys[0] >= band, (keys[0] > band) | after),
        (keys[0] <= band, (keys[0] < band) | before),
    )


_BEYOND, _SHORT_OF = _beyond()


def _columns(entries: sa.FromClause) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            _INCIDENT.c.number,
            _INCIDENT.c.state,
            _INCIDENT.c.is_outside,
            _INCIDENT.c.opened_at,
            _ENTRY.c.opened_epoch,
            _ENTRY.c.paused_epoch,
            _INCIDENT.c.request_count,
            _INCIDENT.c.version,
            _INCIDENT.c.due_at,
            _INCIDENT.c.appealed_against,
            _ENTRY.c.severity_band,
            _ENTRY.c.target_seconds,
            _ENTRY.c.weight,
            _ENTRY.c.held_for,
            _ENTRY.c.incident_id,
            _SCORE.label("score"),
            _ENTRY.c.raised,
            _OVERRIDE.c.reason.label("raised_because"),
            _INCIDENT.c.assignee,
            _INCIDENT.c.team_code,
            _SERVICE.c.name.label("service_name"),
            _DISTRICT.c.name.label("district_name"),
            _REQUEST.c.description,
        )
        .select_from(entries)
        .join(_INCIDENT, _INCIDENT.c.id == _ENTRY.c.incident_id)
        .join(_SERVICE, _SERVICE.c.code == _INCIDENT.c.service_code)
        .join(_REQUEST, _REQUEST.c.number == _INCIDENT.c.number)
        .outerjoin(_DISTRICT, _DISTRICT.c.id == _INCIDENT.c.district_id)
        .outerjoin(_OVERRIDE, _OVERRIDE.c.incident_id == _ENTRY.c.incident_id)
    )


def _queued(
    row: sa.Row[*tuple[Any, ...]], now: datetime, position: int, since: QueueCursor | None
) -> Queued:
    is_running = row.paused_epoch is None
    stopped_at = None if is_running else datetime.fromtimestamp(row.paused_epoch, UTC)
    cursor = since and QueueCursor(
        moment=since.moment,
        sequence=since.sequence,
        position=position,
        severity_band=row.severity_band,
        score=row.score,
        opened_epoch=row.opened_epoch,
        incident_id=row.incident_id,
    )
    return Queued(
        position=position,
        number=row.number,
        service_name=row.service_name,
        state=row.state,
        district_name=row.district_name,
        is_outside=row.is_outside,
        opened_at=row.opened_at,
        request_count=row.request_count,
        summary=row.description,
        version=row.version,
        due_at=row.due_at,
        stopped_at=stopped_at,
        appealed_against=row.appealed_against,
        assignee=row.assignee,
        team_code=row.team_code,
        priority=priority_of(
            row.number,
            severity_band=row.severity_band,
            opened_at=datetime.fromtimestamp(row.opened_epoch, UTC),
            now=min(stopped_at, now) if stopped_at else now,
            target_hours=row.target_seconds / 3600,
            area_weight=row.weight,
        ),
        held_for=row.held_for,
        raised=row.raised,
        raised_because=row.raised_because or "",
        cursor=cursor,
    )
