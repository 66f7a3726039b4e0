"""What the city's budgets spent and who voted, as columns by district."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.findings.columns import Column
from backend.audits.findings.period import Period
from backend.audits.findings.read_geography import Geography
from backend.ballots.cycle.models import CITYWIDE, Cycle, CycleProject
from backend.ballots.delivery.models import ProjectSpending
from backend.ballots.voting.turnout import turnout_of
from backend.core.db import table_of

_CYCLE, _PROJECT = table_of(Cycle), table_of(CycleProject)
_SPENDING = table_of(ProjectSpending)
_SPENT = (
    sa.select(
        _PROJECT.c.part_code,
        _PROJECT.c.lon,
        _PROJECT.c.lat,
        _CYCLE.c.money_scale,
        sa.func.sum(_SPENDING.c.amount).label("amount"),
    )
    .join(_SPENDING, _SPENDING.c.project_id == _PROJECT.c.id)
    .join(_CYCLE, _CYCLE.c.id == _PROJECT.c.cycle_id)
    .where(
        _SPENDING.c.spent_on >= sa.bindparam("starts_on"),
        _SPENDING.c.spent_on <= sa.bindparam("ends_on"),
        _CYCLE.c.currency == sa.bindparam("currency"),
    )
    .group_by(
        _PROJECT.c.id, _PROJECT.c.part_code, _PROJECT.c.lon, _PROJECT.c.lat, _CYCLE.c.money_scale
    )
    .having(sa.func.sum(_SPENDING.c.amount) > 0)
    .order_by(_PROJECT.c.id)
)


@dataclass(frozen=True, slots=True, eq=False)
class Spent:
    """Of each project: the part of the budget, its place (NaN: none) and what it cost so far."""

    parts: tuple[str, ...]
    lons: Column
    lats: Column
    amounts: Column

    def area(self, geography: Geography) -> Column:
        """The district (n,) by the project's place, else by its part; -1 for the whole city."""
        by_place = geography.locate(self.lons, self.lats)
        place = {code: position for position, code in enumerate(geography.codes)}
        of_part = [-1 if part == CITYWIDE else place.get(part, -1) for part in self.parts]
        return np.where(by_place >= 0, by_place, np.array(of_part, np.int32)).astype(np.int32)


def read_spending(session: Session, period: Period, currency: str) -> Spent:
    """What projects spent in the period, in units of `currency`; other currencies are left out."""
    asked = {"starts_on": period.starts_on, "ends_on": period.ends_on, "currency": currency}
    rows = session.execute(_SPENT, asked).all()
    lons, lats = (
        np.array([np.nan if getattr(row, name) is None else getattr(row, name) for row in rows])
        for name in ("lon", "lat")
    )
    amounts = np.array([float(row.amount) / row.money_scale for row in rows])
    return Spent(tuple(row.part_code for row in rows), lons, lats, amounts)


@dataclass(frozen=True, slots=True, eq=False)
class Vote:
    """One vote: its facts, and people entitled and voting by district.

    `is_withheld` is where too few voted to say how many.
    """

    facts: dict[str, Any]
    columns: dict[str, Column]


def read_vote(
    session: Session, start: datetime, end: datetime, geography: Geography
) -> Vote | None:
    """The last vote counted in [start, end); None without one."""
    cycle = session.scalar(
        sa.select(Cycle)
        .where(Cycle.counted_at >= start, Cycle.counted_at < end, Cycle.published_at.is_not(None))
        .order_by(Cycle.counted_at.desc(), Cycle.id.desc())
        .limit(1)
    )
    if cycle is None:
        return None
    rows = {one.code: one for one in turnout_of(session, cycle).districts}
    here = [rows.get(code) for code in geography.codes]
    return Vote(
        {"title": cycle.title, "slug": cycle.slug},
        {
            "vote.ballots": np.array([float(one.used or 0) if one else 0.0 for one in here]),
            "vote.eligible": np.array([float(one.entitled) if one else 0.0 for one in here]),
            "vote.is_withheld": np.array(
                [one is not None and one.used is None for one in here], np.int8
            ),
        },
    )
