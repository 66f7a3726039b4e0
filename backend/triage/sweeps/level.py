"""What share of the problems was ever reported: the level, which only sweeps can tell.

Only stops drawn by lot count: the others are chosen where much is thought to be hidden, and would
make every district look quieter than it is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.places.models import District
from backend.places.queries import census_of
from backend.triage.impossible_figures import as_invalid
from backend.triage.sweeps.models import Sweep, SweepFind, SweepStop, SweptStop
from equity.errors import EquityError
from equity.levers.sweep_plan import RANDOM
from equity.rates.capture_recapture import ReportedShare, reported_shares
from equity.rates.capture_recapture import Sweep as Swept

LEVEL_DAYS = 365
# The first that the census has orders the districts into fifths.
RANKS = ("median_income", "share_65_plus", "population")


@dataclass(frozen=True, slots=True)
class SweptDistrict:
    """What sweeps of the last year did in a district: `found`, `known` and `reported` at stops
    drawn by lot, `metres` and `all_found` at all stops."""

    district_id: int
    name: str
    metres: float
    all_found: int
    found: int
    known: int
    reported: int


@dataclass(frozen=True, slots=True)
class Level:
    """Shares reported: of the city, and of each district or of fifths of residents by `rank`.

    `rank` is None where the census has nothing to order districts by; then there is the city's
    alone. Sweeps lie between `first_at` and `last_at`.
    """

    first_at: datetime
    last_at: datetime
    city: ReportedShare
    parts: tuple[ReportedShare, ...]
    rank: str | None
    districts: tuple[SweptDistrict, ...]


def reported_level(session: Session, boundary_set_id: int, now: datetime) -> Level | None:
    """From the sweeps of the last year in the districts of one version; None without any."""
    moments = sa.select(sa.func.min(Sweep.started_at), sa.func.max(Sweep.started_at))
    first, last = session.execute(moments.where(_is_recent(now))).one()
    if first is None:
        return None
    districts = _districts(session, boundary_set_id, now)
    swept = [Swept(str(one.district_id), one.found, one.known, one.reported) for one in districts]
    census = census_of(session, boundary_set_id)
    rank = next((name for name in RANKS if all(name in census.get(one.district_id, {})
                                               for one in districts)), None)  # fmt: skip
    whole = Swept(
        "",
        sum(one.swept for one in swept),
        sum(one.swept_reported for one in swept),
        sum(one.reported for one in swept),
    )
    try:
        (city,) = reported_shares([whole], np.zeros(1), np.ones(1))
        parts: tuple[ReportedShare, ...] = ()
        if rank is not None:
            figures = [census[one.district_id] for one in districts]
            ranks = np.array([figure[rank] for figure in figures])
            people = np.array([figure.get("population", 1.0) for figure in figures])
            parts = reported_shares(swept, ranks, people)
    except EquityError as error:
        raise as_invalid(error) from error
    return Level(first, last, city, parts, rank, districts)


def _is_recent(now: datetime) -> sa.ColumnElement[bool]:
    return Sweep.started_at > now - timedelta(days=LEVEL_DAYS)


def _districts(session: Session, boundary_set_id: int, now: datetime) -> tuple[SweptDistrict, ...]:
    """Every district of the version, by name, also where nobody was."""
    is_random = SweepStop.kind == RANDOM
    is_stop = sa.and_(SweepStop.plan_id == Sweep.plan_id, SweepStop.day == Sweep.day)
    walked = dict[int, tuple[float, int]]()
    rows = session.execute(
        sa.select(
            SweepStop.district_id,
            sa.func.sum(SweepStop.metres),
            sa.func.sum(sa.case((is_random, SweptStop.reported), else_=0)),
        )
        .select_from(SweptStop)
        .join(Sweep, Sweep.id == SweptStop.sweep_id)
        .join(SweepStop, sa.and_(is_stop, SweepStop.place == SweptStop.place))
        .where(_is_recent(now))
        .group_by(SweepStop.district_id)
    )
    for district, metres, reported in rows:
        walked[district] = (metres, int(reported))
    at_random = sa.case((is_random, 1), else_=0)
    known_at_random = sa.case((sa.and_(is_random, SweepFind.is_reported), 1), else_=0)
    finds = session.execute(
        sa.select(
            SweepStop.district_id,
            sa.func.count(),
            sa.func.sum(at_random),
            sa.func.sum(known_at_random),
        )
        .select_from(SweepFind)
        .join(Sweep, Sweep.id == SweepFind.sweep_id)
        .join(SweepStop, sa.and_(is_stop, SweepStop.place == SweepFind.place))
        .where(_is_recent(now))
        .group_by(SweepStop.district_id)
    )
    found = {row[0]: (row[1], int(row[2]), int(row[3])) for row in finds}
    named = session.execute(
        sa.select(District.id, District.name)
        .where(District.boundary_set_id == boundary_set_id)
        .order_by(District.name, District.code)
    )
    return tuple(
        SweptDistrict(
            district_id=id_,
            name=name,
            metres=walked.get(id_, (0.0, 0))[0],
            all_found=found.get(id_, (0, 0, 0))[0],
            found=found.get(id_, (0, 0, 0))[1],
            known=found.get(id_, (0, 0, 0))[2],
            reported=walked.get(id_, (0.0, 0))[1],
        )
        for id_, name in named
    )
