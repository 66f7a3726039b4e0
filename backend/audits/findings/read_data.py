"""Everything one audit reads, once: afterwards nothing is asked of the database any more."""

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.findings.columns import AuditData, Column
from backend.audits.findings.period import Period
from backend.audits.findings.read_budgets import read_spending, read_vote
from backend.audits.findings.read_cases import read_cases
from backend.audits.findings.read_geography import read_geographies
from backend.audits.observe import as_ticks
from backend.places.models import BoundarySet
from backend.places.queries import the_city
from backend.reports.models import Service


def read_data(session: Session, period: Period, boundary_set: BoundarySet) -> AuditData:
    """What had happened by the end of the period."""
    city = the_city(session)
    start, end = period.moments(city.time_zone)
    geographies = read_geographies(session, boundary_set)
    cases = read_cases(session, start, end)
    spent = read_spending(session, period, city.currency)
    vote = read_vote(session, start, end, geographies[0])
    columns: dict[str, Column] = {**cases.columns, "project.amount": spent.amounts}
    for number, geography in enumerate(geographies):
        columns |= {
            f"problem.area.{number}": geography.locate(cases.lons, cases.lats),
            f"project.area.{number}": spent.area(geography),
            **{f"area.{number}.{name}": one for name, one in geography.columns().items()},
        }
    by_code = sa.select(Service).order_by(Service.code)
    services = {one.code: one for one in session.scalars(by_code)}
    starts_at, ends_at = as_ticks([start, end]).astype(np.int64).tolist()
    facts = {
        "starts_on": period.starts_on.isoformat(),
        "ends_on": period.ends_on.isoformat(),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "quarters": as_ticks([one.moments(city.time_zone)[0] for one in period.quarters])
        .astype(np.int64)
        .tolist(),
        "currency": city.currency,
        "channels": list(cases.channels),
        "services": [
            {"code": code, "name": services[code].name, "band": services[code].severity_band}
            for code in cases.services
        ],
        "geographies": [geography.facts() for geography in geographies],
        "vote": vote and vote.facts,
    }
    return AuditData(facts, columns | (vote.columns if vote else {}))
