"""Somebody means to visit districts on a day: that makes them that day's."""

from backend.core.errors import NotFound
from backend.core.uow import UnitOfWork
from backend.places.queries import current_districts
from backend.triage.may import require_person
from backend.triage.outreach.commands import TakeDistricts
from backend.triage.outreach.models import OutreachOuting


def take_districts(work: UnitOfWork, command: TakeDistricts) -> None:
    """Those that were taken before stay as they are; raises `NotFound`."""
    require_person(work)
    known = {one.code: one.id for one in current_districts(work.session)}
    for code in sorted(set(command.district_codes)):
        if code not in known:
            raise NotFound("visit-district-unknown", district=code[:60])
        if work.session.get(OutreachOuting, (command.visit_on, known[code])) is None:
            work.session.add(
                OutreachOuting(
                    visit_on=command.visit_on,
                    district_id=known[code],
                    taken_at=work.now,
                    taken_by=work.actor.key,
                )
            )
            on = command.visit_on.isoformat()
            work.decide("outreach.planned", f"district:{code}", on=on)
