"""Keeping the counters of the map true: handlers that follow what happens to incidents.

They run after the decision that they follow from, so one at a time, whatever the database.
"""

from typing import Any

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.decision_log import log_end
from backend.core.uow import UnitOfWork
from backend.reports.events import (
    IncidentsReread,
    OpenedIncident,
    RepeatLinked,
    RepeatUnlinked,
    ReportFiled,
    ReportsImported,
    ServiceChanged,
    ServicesSet,
    SeverityChanged,
    StatusChanged,
    StepUndone,
)
from backend.reports.map_cells.count_cells import (
    COUNTED,
    add_to_cells,
    cells_of,
    count_incidents,
    miscounted,
)
from backend.reports.models import Incident, Service
from backend.reports.workflow import State

_INCIDENT, _SERVICE = table_of(Incident), table_of(Service)
_COUNTED_ONE = COUNTED.where(_INCIDENT.c.id == sa.bindparam("incident_id"))
_GRID = sa.select(_SERVICE.c.public_grid_metres).where(_SERVICE.c.code == sa.bindparam("code"))


def on_report_filed(work: UnitOfWork, event: ReportFiled) -> None:
    """A new incident is counted; one that is reported again has only changed."""
    if event.opened is None:
        _mark(work, event.incident_id)
    else:
        _add(work, event.opened, 1)


def on_status_changed(work: UnitOfWork, event: StatusChanged | StepUndone) -> None:
    """It is counted under its new state."""
    _recount(work, event.incident_id, state=event.before.value)


def on_severity_changed(work: UnitOfWork, event: SeverityChanged) -> None:
    """It is drawn otherwise where single incidents are shown."""
    _mark(work, event.incident_id)


def on_service_changed(work: UnitOfWork, event: ServiceChanged) -> None:
    """It is counted under its new service, whose places may be rounded otherwise."""
    _recount(work, event.incident_id, service_code=event.before)


def on_repeat_linked(work: UnitOfWork, event: RepeatLinked) -> None:
    """It lies under another now, which may be more urgent by that."""
    _recount(work, event.incident_id, state=event.before.value)
    _mark(work, event.target_id)


def on_repeat_unlinked(work: UnitOfWork, event: RepeatUnlinked) -> None:
    """It stands by itself again."""
    _recount(work, event.incident_id, state=State.DUPLICATE.value)
    _mark(work, event.target_id)


def on_reports_imported(work: UnitOfWork, event: ReportsImported) -> None:
    """All that came in is counted at once."""
    new = count_incidents(work.session, _INCIDENT.c.id > event.after_incident)
    add_to_cells(work.connection, new, log_end(work.session)[0])


def on_services_set(work: UnitOfWork, event: ServicesSet) -> None:
    """The places of a service may be rounded otherwise than before."""
    _correct(work, *event.codes)


def on_incidents_reread(work: UnitOfWork, _event: IncidentsReread) -> None:
    """Incidents may lie in other districts now."""
    _correct(work)


def _correct(work: UnitOfWork, *service_codes: str) -> None:
    lacking = miscounted(work.session, *service_codes)
    add_to_cells(work.connection, lacking, log_end(work.session)[0])


def _mark(work: UnitOfWork, incident_id: int) -> None:
    """Only say that an incident changed: it is counted where it was."""
    row = work.connection.execute(_COUNTED_ONE, {"incident_id": incident_id}).one()
    _add(work, row, 0)


def _add(work: UnitOfWork, one: sa.Row[*tuple[Any, ...]] | OpenedIncident, incidents: int) -> None:
    kind = (one.service_code, one.state, one.district_id or 0)
    cells = cells_of((one.lon, one.lat), one.public_grid_metres, kind, incidents)
    add_to_cells(work.connection, cells, one.changed_sequence)


def _recount(
    work: UnitOfWork,
    incident_id: int,
    *,
    state: str | None = None,
    service_code: str | None = None,
) -> None:
    """Count an incident as what it is, and no longer as what it was."""
    row = work.connection.execute(_COUNTED_ONE, {"incident_id": incident_id}).one()
    place, now = (row.lon, row.lat), (row.service_code, row.state, row.district_id)
    before = (service_code or row.service_code, state or row.state, row.district_id)
    grid = row.public_grid_metres
    if service_code is not None:
        grid = work.connection.scalar(_GRID, {"code": service_code})
    cells = cells_of(place, grid, before, -1)
    cells |= cells_of(place, row.public_grid_metres, now, 1)
    add_to_cells(work.connection, cells, row.changed_sequence)
