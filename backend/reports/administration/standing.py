"""What stands in the catalogue now, by the names of its columns, and a mark of it.

Two people may edit at once. Whoever opens a form takes the mark of what it shows along; where
something else stands when the form comes back, the second is told instead of undoing the first.
"""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import Base
from backend.core.errors import Conflict
from backend.reports.catalogue_fields import ATTRIBUTE, BODY, POLICY, SERVICE, TEAM, Fields
from backend.reports.models import (
    Body,
    HazardWord,
    Incident,
    ReportPolicy,
    RoutingRule,
    Service,
    ServiceAttribute,
    ServiceRequest,
    Team,
)
from backend.reports.workflow import State

Entry: TypeAlias = dict[str, Any]


class Kind(StrEnum):
    """Kinds of entries, as the log names them."""

    SERVICE = "service"
    TEAM = "team"
    BODY = "body"
    ROUTE = "route"
    HOLIDAY = "holiday"
    HAZARD_WORDS = "hazard_words"
    POLICY = "policy"
    TEMPLATE = "template"


TAKERS: dict[Kind, tuple[type[Team] | type[Body], Fields]] = {
    Kind.TEAM: (Team, TEAM),
    Kind.BODY: (Body, BODY),
}


def mark_of(entry: object) -> str:
    """A mark of what stands there, empty for nothing; the same for the same."""
    if entry is None:
        return ""
    text = json.dumps(entry, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def check_seen(stands: object, seen: str) -> None:
    """Raise `Conflict` unless what was `seen` in the form still stands."""
    if mark_of(stands) == seen:
        return
    raise Conflict("changed-meanwhile" if seen else "entry-there")


def entry_of(row: Base | None, fields: Fields) -> Entry | None:
    """A row as an entry of the catalogue."""
    return (
        None if row is None else {one.column: getattr(row, one.column) for one in fields.values()}
    )


def service_stands(session: Session, code: str) -> Entry | None:
    """A service with what it asks, under `attributes`."""
    entry = entry_of(session.get(Service, code), SERVICE)
    if entry is None:
        return None
    asked = sa.select(ServiceAttribute).where(ServiceAttribute.service_code == code)
    rows = session.scalars(asked.order_by(ServiceAttribute.position))
    return entry | {"attributes": [entry_of(row, ATTRIBUTE) for row in rows]}


def taker_stands(session: Session, kind: Kind, code: str) -> Entry | None:
    """A team or another body."""
    model, fields = TAKERS[kind]
    return entry_of(session.get(model, code), fields)


@dataclass(frozen=True, slots=True)
class StandingTaker:
    """A team or a body with how many open reports it has, and how many routes lead to it."""

    entry: Entry
    open_reports: int
    routes: int


def every_taker(session: Session, kind: Kind) -> list[StandingTaker]:
    """Those that take anything new first, by name."""
    model, fields = TAKERS[kind]
    rows = session.scalars(sa.select(model).order_by(model.is_active.desc(), model.name))
    entries = [entry_of(row, fields) or {} for row in rows]
    reports = _by_taker(session, Incident, kind, Incident.closed_at.is_(None))
    routes = _by_taker(session, RoutingRule, kind)
    return [
        StandingTaker(one, reports.get(one["code"], 0), routes.get(one["code"], 0))
        for one in entries
    ]


def policy_stands(session: Session) -> Entry:
    """What the city decided; what holds by itself where it has not."""
    row = session.get(ReportPolicy, 1)
    return entry_of(row, POLICY) or {one.column: one.default for one in POLICY.values()}


def hazard_words_stand(session: Session, language: str) -> list[str]:
    """The words of danger of a language, in order."""
    words = sa.select(HazardWord.word).where(HazardWord.language == language)
    return list(session.scalars(words.order_by(HazardWord.word)))


def reports_of_service(session: Session, code: str) -> int:
    """How many problems are or were dealt with under a service."""
    # By the index, which begins with the state.
    is_its = Incident.service_code == code
    return _count(session, Incident, Incident.state.in_(list(State)), is_its)


def is_service_used(session: Session, code: str) -> bool:
    """Whether anything ever came in under it, whatever became of that."""
    is_its = ServiceRequest.service_code == code
    used = sa.exists().where(is_its) | sa.exists().where(Incident.service_code == code)
    return bool(session.scalar(sa.select(used)))


def is_taker_used(session: Session, kind: Kind, code: str) -> bool:
    """Whether a team or a body has or had a report."""
    return bool(session.scalar(sa.select(sa.exists().where(_its(Incident, kind) == code))))


def routes_to(session: Session, kind: Kind, code: str) -> int:
    """How many routes lead to a team or a body."""
    return _count(session, RoutingRule, _its(RoutingRule, kind) == code)


def _its(model: type[Incident] | type[RoutingRule], kind: Kind) -> Any:
    return model.team_code if kind is Kind.TEAM else model.body_code


def _by_taker(
    session: Session,
    model: type[Incident] | type[RoutingRule],
    kind: Kind,
    *which: sa.ColumnElement[bool],
) -> dict[str, int]:
    column = _its(model, kind)
    counted = sa.select(column, sa.func.count()).where(column.is_not(None), *which)
    return {row[0]: row[1] for row in session.execute(counted.group_by(column))}


def _count(session: Session, model: type[Base], *which: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*which)) or 0
