"""Reading the incidents again under the boundaries in force; what was reported stays as it was."""

from typing import Any

import sqlalchemy as sa

from backend.core.errors import Conflict
from backend.core.uow import UnitOfWork
from backend.places.locate import district_map
from backend.reports.events import IncidentsReread
from backend.reports.models import Incident
from backend.reports.queries import lock_incidents


def reread_districts(work: UnitOfWork) -> int:
    """Give every incident its district under the current version; returns how many changed.

    The requests keep the district they were filed in. Nothing is decided in the transaction before,
    for the incidents come before the log's end.
    """
    districts = district_map(work.session)
    if districts is None:
        raise Conflict("no-boundaries")
    rows = work.session.execute(
        sa.select(
            Incident.id, Incident.lon, Incident.lat, Incident.district_id, Incident.is_outside
        ).order_by(Incident.id)
    ).all()
    found = districts.locate_many([row.lon for row in rows], [row.lat for row in rows])
    changes: list[dict[str, Any]] = [
        {"id": row.id, "district_id": district_id, "is_outside": district_id is None}
        for row, district_id in zip(rows, found, strict=True)
        if (row.district_id, row.is_outside) != (district_id, district_id is None)
    ]
    lock_incidents(work.session, [change["id"] for change in changes])
    sequence = work.decide(
        "incidents.reread", f"boundaries:{districts.boundary_set_id}", changed=len(changes)
    )
    if changes:
        new = [change | {"changed_sequence": sequence} for change in changes]
        work.session.execute(sa.update(Incident), new)
    work.emit(IncidentsReread(districts.boundary_set_id, len(changes)))
    return len(changes)
