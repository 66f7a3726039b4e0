"""Incidents that came in from another system get the moment the city means to have acted by."""

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.events import Event
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import city_catalogue
from backend.reports.models import Incident
from backend.reports.workflow import OPEN_STATES

_INCIDENT = table_of(Incident)
_WITHOUT = (
    sa.select(_INCIDENT.c.id, _INCIDENT.c.service_code, _INCIDENT.c.opened_at)
    .where(_INCIDENT.c.due_at.is_(None), _INCIDENT.c.state.in_(OPEN_STATES))
    .order_by(_INCIDENT.c.id)
)
_GIVE = (
    sa.update(_INCIDENT)
    .where(_INCIDENT.c.id == sa.bindparam("incident_id"))
    .values(due_at=sa.bindparam("due"))
)


def on_reports_imported(work: UnitOfWork, _event: Event) -> None:
    """What is still open is owed an answer like what is reported here."""
    catalogue = city_catalogue(work.session)
    owed = [
        {
            "incident_id": row.id,
            "due": catalogue.due_at(catalogue.services[row.service_code], row.opened_at),
        }
        for row in work.session.execute(_WITHOUT)
    ]
    if owed:
        work.session.execute(_GIVE, owed)
