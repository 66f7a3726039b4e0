"""An administrator adds a service or changes one: its words, target, questions, and whether it is
offered."""

from dataclasses import dataclass

import sqlalchemy as sa

from backend.core.errors import Conflict, NotFound
from backend.core.uow import UnitOfWork
from backend.reports.administration.record_change import record_change, wait_for_turn
from backend.reports.administration.standing import (
    Entry,
    Kind,
    check_seen,
    is_service_used,
    service_stands,
)
from backend.reports.events import ServicesSet
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import RoutingRule, Service, ServiceAttribute

# What places in the queue follow from.
MOVES_QUEUE = frozenset({"severity_band", "target_hours", "is_active"})
_IS_HEARD = MOVES_QUEUE | {"public_grid_metres"}


@dataclass(frozen=True, slots=True)
class SetService:
    """What a service is to be, by `read_entry` and `read_attributes`.

    `seen` is the mark of what stood there when the form was opened, empty for a new service.
    """

    entry: Entry
    attributes: tuple[Entry, ...]
    seen: str


def set_service(work: UnitOfWork, command: SetService) -> tuple[str, ...]:
    """Let the service be that; returns the names of what changed.

    Dates that were promised stay; places in the queue follow the new target and severity. Raises
    `Conflict` where the code is taken, or somebody else was faster.
    """
    session, code = work.session, command.entry["code"]
    wait_for_turn(work)
    stands = service_stands(session, code)
    check_seen(stands, command.seen)
    becomes = command.entry | {"attributes": list(command.attributes)}
    names = record_change(work, Kind.SERVICE, code, stands, becomes)
    if not names:
        return ()
    session.merge(Service(**command.entry))
    session.flush()
    if "attributes" in names:
        session.execute(sa.delete(ServiceAttribute).where(ServiceAttribute.service_code == code))
        session.add_all(
            ServiceAttribute(service_code=code, position=number, **one)
            for number, one in enumerate(command.attributes, 1)
        )
    _tell(work, code, names)
    return names


def remove_service(work: UnitOfWork, code: str, seen: str) -> None:
    """Take a service back that nobody ever reported anything under; raises `Conflict` otherwise.

    One with reports is switched off instead: what was reported keeps its name.
    """
    session = work.session
    wait_for_turn(work)
    stands = service_stands(session, code)
    if stands is None:
        raise NotFound("entry-unknown", code=code[:60])
    check_seen(stands, seen)
    if is_service_used(session, code):
        raise Conflict("service-in-use")
    if session.scalar(sa.select(RoutingRule.id).where(RoutingRule.service_code == code).limit(1)):
        raise Conflict("service-routed")
    names = record_change(work, Kind.SERVICE, code, stands, None)
    session.execute(sa.delete(ServiceAttribute).where(ServiceAttribute.service_code == code))
    session.execute(sa.delete(Service).where(Service.code == code))
    _tell(work, code, names)


def _tell(work: UnitOfWork, code: str, names: tuple[str, ...]) -> None:
    if _IS_HEARD.isdisjoint(names):
        work.session.flush()
        mark_catalogue(work)
    else:
        work.emit(ServicesSet((code,)))
