"""An administrator sets what the city decided: its working days, holidays, deadlines and rules."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, NotFound
from backend.core.uow import UnitOfWork
from backend.reports.administration.record_change import record_change, wait_for_turn
from backend.reports.administration.standing import Entry, Kind, check_seen, policy_stands
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Holiday, ReportPolicy


@dataclass(frozen=True, slots=True)
class SetPolicy:
    """Some of the policy's columns; `seen` is the mark of those columns as the form showed them."""

    columns: Entry
    seen: str


@dataclass(frozen=True, slots=True)
class SetHoliday:
    """A day on which the city does not work, by its name."""

    day: date
    name: str


def set_policy(work: UnitOfWork, command: SetPolicy) -> tuple[str, ...]:
    """Let it hold from now on; dates that were promised stay."""
    wait_for_turn(work)
    stands = policy_stands(work.session)
    check_seen({name: stands[name] for name in command.columns}, command.seen)
    becomes = stands | command.columns
    names = record_change(work, Kind.POLICY, "reports", stands, becomes)
    if names:
        work.session.merge(ReportPolicy(id=1, **becomes))
        work.session.flush()
        mark_catalogue(work)
    return names


def holidays(session: Session) -> list[Holiday]:
    """Every one, in order."""
    return list(session.scalars(sa.select(Holiday).order_by(Holiday.day)))


def add_holiday(work: UnitOfWork, command: SetHoliday) -> None:
    """Count the day no more; raises `Conflict` where it is one already."""
    wait_for_turn(work)
    if work.session.get(Holiday, command.day) is not None:
        raise Conflict("holiday-there", day=command.day.isoformat())
    entry = {"day": command.day, "name": command.name}
    record_change(work, Kind.HOLIDAY, command.day.isoformat(), None, entry)
    work.session.add(Holiday(**entry))
    work.session.flush()
    mark_catalogue(work)


def remove_holiday(work: UnitOfWork, day: date) -> None:
    """Count the day again; raises `NotFound`."""
    wait_for_turn(work)
    row = work.session.get(Holiday, day)
    if row is None:
        raise NotFound("entry-unknown", code=day.isoformat())
    record_change(work, Kind.HOLIDAY, day.isoformat(), {"day": day, "name": row.name}, None)
    work.session.delete(row)
    work.session.flush()
    mark_catalogue(work)
