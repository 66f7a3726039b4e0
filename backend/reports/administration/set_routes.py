"""An administrator says who takes reports of a service, of a district, or of both."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.errors import Invalid, NotFound
from backend.core.uow import UnitOfWork
from backend.places.queries import current_districts
from backend.reports.administration.record_change import record_change, wait_for_turn
from backend.reports.administration.standing import Entry, Kind, check_seen, entry_of
from backend.reports.catalogue_fields import ROUTE
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Body, RoutingRule, Service, Team


@dataclass(frozen=True, slots=True)
class SetRoute:
    """Who takes what; the service and the district are what a route is known by."""

    entry: Entry
    seen: str


def routes(session: Session) -> list[RoutingRule]:
    """Every route, those for one service and one district first, as they are looked at."""
    rule = RoutingRule
    order = (rule.service_code.is_(None), rule.district_code.is_(None))
    return list(
        session.scalars(sa.select(rule).order_by(*order, rule.service_code, rule.district_code))
    )


def route_stands(session: Session, service: str | None, district: str | None) -> Entry | None:
    """The route of both, of one of them, or of neither."""
    return entry_of(_row(session, service, district), ROUTE)


def set_route(work: UnitOfWork, command: SetRoute) -> tuple[str, ...]:
    """Lead those reports there from now on; those that came in stay where they are."""
    session, entry = work.session, command.entry
    wait_for_turn(work)
    service, district = entry["service_code"], entry["district_code"]
    check_seen(route_stands(session, service, district), command.seen)
    _check(session, entry)
    row = _row(session, service, district)
    names = record_change(work, Kind.ROUTE, _key(service, district), entry_of(row, ROUTE), entry)
    if names:
        if row is None:
            session.add(RoutingRule(**entry))
        else:
            row.team_code, row.body_code = entry["team_code"], entry["body_code"]
        session.flush()
        mark_catalogue(work)
    return names


def remove_route(work: UnitOfWork, service: str | None, district: str | None, seen: str) -> None:
    """Let the less special route hold, or nobody."""
    wait_for_turn(work)
    row = _row(work.session, service, district)
    if row is None:
        raise NotFound("entry-unknown", code=_key(service, district))
    stands = entry_of(row, ROUTE)
    check_seen(stands, seen)
    record_change(work, Kind.ROUTE, _key(service, district), stands, None)
    work.session.delete(row)
    work.session.flush()
    mark_catalogue(work)


def _check(session: Session, entry: Entry) -> None:
    if (entry["team_code"] is None) == (entry["body_code"] is None):
        raise Invalid("route-without-taker", pointer="/taker")
    known = {
        "service_code": set(session.scalars(sa.select(Service.code))),
        "district_code": {one.code for one in current_districts(session)},
        "team_code": set(session.scalars(sa.select(Team.code).where(Team.is_active))),
        "body_code": set(session.scalars(sa.select(Body.code).where(Body.is_active))),
    }
    for column, codes in known.items():
        if entry[column] is not None and entry[column] not in codes:
            raise Invalid("entry-unknown", pointer=f"/{column}", code=entry[column][:60])


def _row(session: Session, service: str | None, district: str | None) -> RoutingRule | None:
    return session.scalar(
        sa.select(RoutingRule).where(
            RoutingRule.service_code.is_not_distinct_from(service),
            RoutingRule.district_code.is_not_distinct_from(district),
        )
    )


def _key(service: str | None, district: str | None) -> str:
    return f"{service or 'any'}/{district or 'any'}"[:80]
