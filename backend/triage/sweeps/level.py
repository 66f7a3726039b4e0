"""What share of the problems was ever reported: the level, which only sweeps can tell.

Only stops drawn by lot count: the others are chosen where much is thought to be hidden, and would
make every district look quieter than it is. Stops and what was found there are read by their place
under the boundaries in force, whichever were when somebody walked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.places.locate import DistrictMap, district_map
from backend.places.queries import census_of, districts_of
from backend.triage.impossible_figures import as_invalid
from backend.triage.sweeps.models import Sweep, SweepFind, SweepStop, SweptStop
from backend.triage.sweeps.stretches import places_of
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


def reported_level(session: Session, now: datetime) -> Level | None:
    """From the sweeps of the last year in the districts in force; None without any of either."""
    in_force = district_map(session)
    moments = sa.select(sa.func.min(Sweep.started_at), sa.func.max(Sweep.started_at))
    first, last = session.execute(moments.where(_is_recent(now))).one()
    if first is None or in_force is None:
        return None
    districts = _districts(session, in_force, now)
    swept = [Swept(str(one.district_id), one.found, one.known, one.reported) for one in districts]
    census = census_of(session, in_force.boundary_set_id)
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


def _districts(session: Session, in_force: DistrictMap, now: datetime) -> tuple[SweptDistrict, ...]:
    """Every district, by name, also where nobody was."""
    rows = session.execute(_swept_stops(now)).all()
    located = in_force.locate_many(*places_of([row.stretch for row in rows]))
    named = districts_of(session, in_force.boundary_set_id)
    sums = {id_: np.zeros(5) for id_ in named}
    for row, district in zip(rows, located, strict=True):
        if district is not None:
            lot = row.kind == RANDOM
            told = (row.metres, row.found, lot * row.found, lot * row.known, lot * row.reported)
            sums[district] += told
    return tuple(
        SweptDistrict(id_, one.name, float(sums[id_][0]), *sums[id_][1:].astype(int).tolist())
        for id_, one in named.items()
    )


def _swept_stops(now: datetime) -> sa.Select[str, str, float, int, int, int]:
    """Every stop somebody walked in the last year, with how much was found, and known before."""
    found = (
        sa.select(
            SweepFind.sweep_id,
            SweepFind.place,
            sa.func.count().label("found"),
            sa.func.count().filter(SweepFind.is_reported).label("known"),
        )
        .group_by(SweepFind.sweep_id, SweepFind.place)
        .subquery()
    )
    is_stop = sa.and_(
        SweepStop.plan_id == Sweep.plan_id,
        SweepStop.day == Sweep.day,
        SweepStop.place == SweptStop.place,
    )
    is_there = sa.and_(found.c.sweep_id == Sweep.id, found.c.place == SweptStop.place)
    return (
        sa.select(
            SweepStop.stretch,
            SweepStop.kind,
            SweepStop.metres,
            SweptStop.reported,
            sa.func.coalesce(found.c.found, 0).label("found"),
            sa.func.coalesce(found.c.known, 0).label("known"),
        )
        .select_from(SweptStop)
        .join(Sweep, Sweep.id == SweptStop.sweep_id)
        .join(SweepStop, is_stop)
        .outerjoin(found, is_there)
        .where(_is_recent(now))
        .order_by(SweptStop.sweep_id, SweptStop.place)
    )
