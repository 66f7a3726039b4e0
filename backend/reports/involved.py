"""Whose report it is: whoever reported what lies under an incident, or follows it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.actors import Actor
from backend.core.db import table_of
from backend.core.errors import Forbidden
from backend.reports.models import Follower, Incident, ServiceRequest
from backend.reports.workflow import DESK

_REQUEST, _FOLLOWER = table_of(ServiceRequest), table_of(Follower)
_HASHES: sa.BindParameter[str] = sa.bindparam("hashes", expanding=True)
_IS_INVOLVED = sa.select(
    sa.exists()
    .where(_REQUEST.c.incident_id == sa.bindparam("incident_id"))
    .where(
        sa.or_(
            _REQUEST.c.reporter_hash.in_(_HASHES),
            sa.exists().where(
                _FOLLOWER.c.service_request_id == _REQUEST.c.id,
                _FOLLOWER.c.follower_hash.in_(_HASHES),
            ),
        )
    )
)


def is_involved(session: Session, incident_id: int, actor: Actor) -> bool:
    """Whether the actor reported or follows any request under the incident."""
    if not actor.reporters:
        return False
    known = {"incident_id": incident_id, "hashes": sorted(actor.reporters)}
    return bool(session.scalar(_IS_INVOLVED, known))


def check_involved(session: Session, incident: Incident, actor: Actor) -> None:
    """Raise `Forbidden` unless it is theirs; the desk acts for people who cannot."""
    if actor.role not in DESK and not is_involved(session, incident.id, actor):
        raise Forbidden("report-not-yours", number=incident.number)


def is_own(actor: Actor, author_hash: str | None) -> bool:
    """Whether the actor wrote what carries this hash; what carries none is anybody's."""
    return author_hash is None or author_hash in actor.reporters
