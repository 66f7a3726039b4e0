"""What a crew found becomes a report of the sweep, or a look at one that is open."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import shapely

from backend.core.channels import Channel
from backend.core.errors import Conflict, Invalid
from backend.core.uow import UnitOfWork
from backend.reports.commands import FileReport, InspectionOutcome, RecordInspection
from backend.reports.file_report import file_report
from backend.reports.models import Incident
from backend.reports.queries import find_incident, lock_incidents
from backend.reports.record_inspection import record_inspection
from backend.reports.rules import FARTHEST_METRES, check_apart
from backend.reports.workflow import OPEN_STATES, State
from backend.triage.sweeps.commands import Find
from backend.triage.sweeps.models import SweepStop


def check_find(find: Find) -> None:
    """It is either a known problem or a new one: nothing that was noted is left out silently."""
    is_new = find.service_code or find.description or find.address or find.answers
    if find.number.strip() and is_new:
        raise Invalid("sweep-find-known-and-new", pointer="/finds", number=find.number[:20])
    if not find.number.strip() and not find.service_code:
        raise Invalid("sweep-find-of-no-kind", pointer="/finds", stop=find.place)


def see_again(
    work: UnitOfWork, finds: Sequence[tuple[Find, SweepStop]], at: datetime
) -> list[Incident]:
    """The open incidents with these numbers, each at most once: somebody looked."""
    incidents = [find_incident(work.session, find.number) for find, _stop in finds]
    if len({incident.id for incident in incidents}) < len(incidents):
        raise Invalid("sweep-find-twice", pointer="/finds")
    lock_incidents(work.session, [incident.id for incident in incidents])
    for incident, (_find, stop) in zip(incidents, finds, strict=True):
        _check_open_and_near(incident, stop)
        record_inspection(work, RecordInspection(incident.number, InspectionOutcome.FOUND, at))
    return incidents


def file_find(work: UnitOfWork, id: UUID, find: Find, stop: SweepStop, at: datetime) -> Incident:
    """A find that nobody has on a list yet, under the `id` of its report."""
    lon, lat = _middle(stop)
    report = FileReport(
        id=id,
        service_code=find.service_code,
        description=find.description,
        lon=lon,
        lat=lat,
        channel=Channel.SWEEP,
        address=find.address.strip() or stop.name or None,
        requested_at=at,
        attributes=find.answers,
    )
    return find_incident(work.session, file_report(work, report).number)


def _check_open_and_near(incident: Incident, stop: SweepStop) -> None:
    if State(incident.state) not in OPEN_STATES:
        raise Conflict("sweep-find-closed", pointer="/finds", number=incident.number)
    most = FARTHEST_METRES + round(stop.metres)
    check_apart(_middle(stop), incident.number, (incident.lon, incident.lat), most)


def _middle(stop: SweepStop) -> tuple[float, float]:
    middle = shapely.centroid(shapely.from_wkb(stop.shape))
    return middle.x, middle.y
