"""Which acts, and what can be taken back: every read of them, always ordered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.actors import Actor, Role
from backend.core.db import table_of
from backend.core.errors import NotFound
from backend.reports.desk_acts.models import DeskAct, DeskActItem
from backend.reports.desk_acts.rules import UNDO_WITHIN
from backend.reports.models import Incident, Service

_MOST_LISTED = 50
_INCIDENT = table_of(Incident)
_UNDOABLE = (
    sa.select(DeskAct)
    .join(DeskActItem, DeskActItem.act_id == DeskAct.id)
    .where(
        DeskActItem.incident_id == sa.bindparam("incident_id"),
        DeskActItem.version == sa.bindparam("version"),
        sa.not_(DeskAct.is_bulk),
        sa.bindparam("is_admin", type_=sa.Boolean) | (DeskAct.actor == sa.bindparam("actor")),
        DeskAct.at > sa.bindparam("since", type_=DeskAct.at.type),
        DeskAct.undone_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class ItemOfAct:
    """A report of an act: where it stood, where it stands, and whether it was changed since."""

    number: str
    service_name: str
    stood: str
    state: str
    is_undone: bool
    has_moved_on: bool


def find_act(session: Session, act_id: UUID, *, lock: bool = False) -> DeskAct:
    """The act; raises `NotFound`."""
    act = session.get(DeskAct, act_id, with_for_update=lock)
    if act is None:
        raise NotFound("act-not-found")
    return act


def undoable_act(
    session: Session, incident: Incident, actor: Actor, now: datetime
) -> DeskAct | None:
    """The step of this incident alone that the actor can still take back.

    That is their own; an administrator's also anybody else's.
    """
    known = {
        "incident_id": incident.id,
        "version": incident.version,
        "actor": actor.key,
        "is_admin": actor.role is Role.ADMIN,
    }
    return session.scalar(_UNDOABLE, known | {"since": now - UNDO_WITHIN})


def bulk_acts(session: Session) -> list[DeskAct]:
    """What was done to many at once, newest first."""
    acts = sa.select(DeskAct).where(DeskAct.is_bulk).order_by(DeskAct.at.desc(), DeskAct.id)
    return list(session.scalars(acts.limit(_MOST_LISTED)))


def items_of(session: Session, act_id: UUID) -> list[ItemOfAct]:
    """The reports of an act, by number."""
    rows = session.execute(
        sa.select(DeskActItem, Incident.number, Incident.state, Incident.version, Service.name)
        .join(Incident, Incident.id == DeskActItem.incident_id)
        .join(Service, Service.code == Incident.service_code)
        .where(DeskActItem.act_id == act_id)
        .order_by(Incident.number)
    )
    return [
        ItemOfAct(
            number,
            name,
            item.stood["state"],
            state,
            item.is_undone,
            not item.is_undone and version != item.version,
        )
        for item, number, state, version, name in rows
    ]


def incidents_of(session: Session, numbers: Iterable[str]) -> Sequence[Incident]:
    """The incidents with these numbers, with their services, by number; unknown ones are left.

    They are as they are now, whatever of them was read before.
    """
    query = (
        sa.select(Incident)
        .options(sa.orm.joinedload(Incident.service, innerjoin=True))
        .where(Incident.number.in_(sorted(set(numbers))))
        .order_by(Incident.number)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()
