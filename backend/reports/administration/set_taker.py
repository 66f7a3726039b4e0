"""An administrator adds a team or another body, renames one, or gives it nothing new any more."""

from dataclasses import dataclass

import sqlalchemy as sa

from backend.core.errors import Conflict, NotFound
from backend.core.uow import UnitOfWork
from backend.reports.administration.record_change import record_change, wait_for_turn
from backend.reports.administration.standing import (
    TAKERS,
    Entry,
    Kind,
    check_seen,
    is_taker_used,
    routes_to,
    taker_stands,
)
from backend.reports.mark_catalogue import mark_catalogue


@dataclass(frozen=True, slots=True)
class SetTaker:
    """What a team or a body is to be; `seen` as in `SetService`."""

    kind: Kind
    entry: Entry
    seen: str


def set_taker(work: UnitOfWork, command: SetTaker) -> tuple[str, ...]:
    """Let it be that; raises `Conflict` where a route leads to what is to take nothing new."""
    kind, code = command.kind, command.entry["code"]
    wait_for_turn(work)
    stands = taker_stands(work.session, kind, code)
    check_seen(stands, command.seen)
    if not command.entry["is_active"] and (routes := routes_to(work.session, kind, code)):
        raise Conflict("taker-routed", routes=routes)
    names = record_change(work, kind, code, stands, command.entry)
    if names:
        model, _fields = TAKERS[kind]
        work.session.merge(model(**command.entry))
        work.session.flush()
        mark_catalogue(work)
    return names


def remove_taker(work: UnitOfWork, kind: Kind, code: str, seen: str) -> None:
    """Take it back where no report and no route ever led to it; raises `Conflict` otherwise."""
    wait_for_turn(work)
    stands = taker_stands(work.session, kind, code)
    if stands is None:
        raise NotFound("entry-unknown", code=code[:60])
    check_seen(stands, seen)
    if is_taker_used(work.session, kind, code):
        raise Conflict("taker-in-use")
    if routes := routes_to(work.session, kind, code):
        raise Conflict("taker-routed", routes=routes)
    record_change(work, kind, code, stands, None)
    model, _fields = TAKERS[kind]
    work.session.execute(sa.delete(model).where(model.code == code))
    mark_catalogue(work)
