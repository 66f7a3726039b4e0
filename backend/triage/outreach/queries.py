"""Which districts to reach out to, and which visits there were."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import shapely
import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from backend.core.channels import OWN_CHANNELS
from backend.core.db import table_of
from backend.places.locate import district_map
from backend.places.models import District
from backend.places.queries import census_of
from backend.reports.models import Incident, ServiceRequest
from backend.triage.impossible_figures import as_invalid
from backend.triage.outreach.models import OutreachOuting, OutreachVisit
from equity.errors import EquityError
from equity.levers.outreach import OutreachList, Residents, outreach_list
from equity.rates.reporting_rate import AreaRate

MIX_DAYS = 365
_REQUEST, _INCIDENT = table_of(ServiceRequest), table_of(Incident)
STANDS = OutreachVisit.taken_back_at.is_(None)
"""Of a visit: nobody took it back."""


def read_outreach(
    session: Session,
    boundary_set_id: int,
    rates: Sequence[AreaRate],
    mix: Mapping[int, Mapping[str, int]],
    today: date,
) -> OutreachList | None:
    """The list from `rates` (area = district row id in text) and the `mix` of channels; None where
    the census does not say how many people live in a district.

    A share that the census lacks is taken as alike everywhere, which leaves channels unchanged.
    """
    census = census_of(session, boundary_set_id)
    figures = [census.get(int(rate.area), {}) for rate in rates]
    if not rates or not all("population" in one for one in figures):
        return None
    last = last_visits(session)
    residents = [
        Residents(
            rate=rate,
            residents=one["population"],
            smartphone_share=1 - one.get("share_no_smartphone", 0.0),
            senior_share=one.get("share_65_plus", 0.0),
            reports=mix.get(int(rate.area), {}),
            visited_days_ago=_days_since(last.get(int(rate.area)), today),
        )
        for rate, one in zip(rates, figures, strict=True)
    ]
    try:
        return outreach_list(residents)
    except EquityError as error:
        raise as_invalid(error) from error


def reports_by_channel(session: Session, now: datetime) -> dict[int, dict[str, int]]:
    """How many reports of the last year came from each district, by row id and channel."""
    rows = session.execute(
        sa.select(_INCIDENT.c.district_id, _REQUEST.c.channel, sa.func.count())
        .join(_INCIDENT, _INCIDENT.c.id == _REQUEST.c.incident_id)
        .where(
            _REQUEST.c.requested_at > now - timedelta(days=MIX_DAYS),
            _REQUEST.c.channel.not_in(sorted(OWN_CHANNELS)),
            _INCIDENT.c.district_id.is_not(None),
        )
        .group_by(_INCIDENT.c.district_id, _REQUEST.c.channel)
        .order_by(_INCIDENT.c.district_id, _REQUEST.c.channel)
    )
    mix: dict[int, dict[str, int]] = {}
    for district, channel, count in rows:
        mix.setdefault(district, {})[channel] = count
    return mix


def last_visits(session: Session) -> dict[int, date]:
    """The day of the last visit, by district in force.

    A visit under earlier boundaries counts where the middle of the district of then lies now.
    """
    rows = session.execute(
        sa.select(District.shape, sa.func.max(OutreachVisit.visited_on))
        .join(District, District.id == OutreachVisit.district_id)
        .where(STANDS)
        .group_by(District.id)
        .order_by(District.id)
    ).all()
    in_force = district_map(session)
    last: dict[int, date] = {}
    if rows and in_force is not None:
        middles = shapely.point_on_surface(shapely.from_wkb([row[0] for row in rows]))
        found = in_force.locate_many(*shapely.get_coordinates(middles).T)
        for district, (_shape, day) in zip(found, rows, strict=True):
            if district is not None:
                last[district] = max(day, last.get(district, day))
    return last


def visits(session: Session, limit: int) -> list[tuple[OutreachVisit, str]]:
    """The newest visits with the districts' names."""
    rows = session.execute(
        sa.select(OutreachVisit, District.name)
        .join(District, District.id == OutreachVisit.district_id)
        .where(STANDS)
        .order_by(OutreachVisit.visited_on.desc(), OutreachVisit.id.desc())
        .limit(limit)
    )
    return [(row.OutreachVisit, row.name) for row in rows]


def meant_for(session: Session, on: date) -> list[tuple[District, bool]]:
    """The districts somebody means to visit on a day, and whether somebody has been there then."""
    was_there = sa.exists().where(
        OutreachVisit.district_id == District.id, OutreachVisit.visited_on == on, STANDS
    )
    rows = session.execute(
        sa.select(District, was_there)
        .join(OutreachOuting, OutreachOuting.district_id == District.id)
        .options(undefer(District.shape))
        .where(OutreachOuting.visit_on == on)
        .order_by(District.code)
    )
    return [(row[0], row[1]) for row in rows]


def _days_since(last: date | None, today: date) -> int | None:
    return None if last is None else max(0, (today - last).days)
