"""What the queue can be filtered by in this city, read at once for every page of it."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.accounts.models import StaffAccount
from backend.core.actors import Role
from backend.core.db import table_of
from backend.places.models import BoundarySet, District
from backend.reports.models import Incident, Service, Team
from backend.reports.workflow import DESK

Named = tuple[str, str]
"""A code or key, and what it is called."""

_ACCOUNT, _SERVICE, _TEAM, _INCIDENT = map(table_of, (StaffAccount, Service, Team, Incident))
_DISTRICT, _BOUNDARIES = map(table_of, (District, BoundarySet))
_NAMED = sa.union_all(
    sa.select(sa.literal_column("'service'").label("kind"), _SERVICE.c.code, _SERVICE.c.name).where(
        _SERVICE.c.is_active
    ),
    sa.select(sa.literal_column("'team'"), _TEAM.c.code, _TEAM.c.name).where(_TEAM.c.is_active),
    sa.select(sa.literal_column("'district'"), _DISTRICT.c.code, _DISTRICT.c.name)
    .join(_BOUNDARIES, _BOUNDARIES.c.id == _DISTRICT.c.boundary_set_id)
    .where(_BOUNDARIES.c.is_current),
)
_PEOPLE = sa.select(_ACCOUNT.c.id, _ACCOUNT.c.display_name, _ACCOUNT.c.role, _ACCOUNT.c.is_active)

_HELD = (
    sa.select(_INCIDENT.c.assignee)
    .where(_INCIDENT.c.closed_at.is_(None), _INCIDENT.c.assignee.is_not(None))
    .distinct()
)
_GIVEN: sa.BindParameter[Collection[str]] = sa.bindparam("given", expanding=True)
# Also those not offered any more: reports may still have them.
_CODES = {
    name: sa.select(table.c.code).where(table.c.code.in_(_GIVEN))
    for name, table in (("service", _SERVICE), ("team", _TEAM), ("district", _DISTRICT))
}


@dataclass(frozen=True, slots=True)
class QueueOptions:
    """Each by name; `colleagues` work the queue now, `holders` no more but have open reports of it,
    `names` are those of all who ever did."""

    services: tuple[Named, ...]
    teams: tuple[Named, ...]
    districts: tuple[Named, ...]
    colleagues: tuple[Named, ...]
    holders: tuple[Named, ...]
    names: dict[str, str]


def queue_options(session: Session) -> QueueOptions:
    """What there is to choose from now."""
    found: dict[str, list[Named]] = {"service": [], "team": [], "district": []}
    for kind, code, name in session.execute(_NAMED):
        found[kind].append((code, name))
    people = [
        (f"staff:{row.id}", row.display_name, row.is_active and Role(row.role) in DESK)
        for row in session.execute(_PEOPLE)
    ]
    left = [(key, name) for key, name, works in people if not works]
    held = set(session.scalars(_HELD)) if left else set()
    return QueueOptions(
        services=_by_name(found["service"]),
        teams=_by_name(found["team"]),
        districts=_by_name(found["district"]),
        colleagues=_by_name([(key, name) for key, name, works in people if works]),
        holders=_by_name([one for one in left if one[0] in held]),
        names={key: name for key, name, _works in people} | dict(found["team"]),
    )


def code_of_nothing(session: Session, name: str, codes: Collection[str]) -> str | None:
    """The first of `codes` that no service, team or district (`name`) of the city ever had."""
    if not codes:
        return None
    known = set(session.scalars(_CODES[name], {"given": codes}))
    return next((code for code in codes if code not in known), None)


def key_of_nobody(session: Session, key: str) -> bool:
    """Whether no member of staff has or had this key, and nothing open is with it."""
    if key in {f"staff:{row.id}" for row in session.execute(_PEOPLE)}:
        return False
    return key not in set(session.scalars(_HELD))


def _by_name(named: list[Named]) -> tuple[Named, ...]:
    return tuple(sorted(named, key=lambda one: (one[1], one[0])))
