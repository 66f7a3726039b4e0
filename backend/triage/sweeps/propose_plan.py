"""A sweep plan is computed, and kept as a proposal; nobody goes anywhere for it yet."""

from dataclasses import asdict, dataclass
from datetime import datetime
from math import floor
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from backend.core.errors import Invalid
from backend.core.uow import UnitOfWork
from backend.places.locate import district_map
from backend.triage.impossible_figures import as_invalid
from backend.triage.may import require_person
from backend.triage.sweeps.commands import ProposeSweeps
from backend.triage.sweeps.models import SweepPlan, SweepStop
from backend.triage.sweeps.need import first_reports_per_day, utilisation
from backend.triage.sweeps.plan_figures import figures_of
from backend.triage.sweeps.queries import last_swept
from backend.triage.sweeps.stretches import Stretches, city_stretches, from_depot
from backend.triage.sweeps.workflow import PlanState
from equity.errors import EquityError
from equity.levers import sweep_plan as planning
from equity.levers.sweep_need import SweptArea, sweep_needs, sweep_share
from equity.levers.sweep_sample import Streets
from equity.rates.reporting_rate import AreaRate, Grade
from geo.coordinates import CoordinateError, Extent, check_lon_lat

MOST_WEEKS = 52
MOST_SEED = 2**31 - 1
MOST_DAYS = 60
"""What is routed in some seconds; whoever waits for a page waits no longer."""
FARTHEST_DEPOT_METRES = 50_000
"""From the box around the city: who begins further away spends the day on the road."""
_LEAST = 0.01
_HIGHEST = {
    "days_per_week": 1000.0,
    "hours_per_day": 24.0,
    "walking_km_per_hour": 20.0,
    "travel_km_per_hour": 120.0,
    "jobs_per_week": 1e6,
}


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPlan:
    """A plan that is not kept yet."""

    command: ProposeSweeps
    plan: planning.SweepPlan
    stretches: Stretches


def draw_plan(session: Session, command: ProposeSweeps, now: datetime) -> DrawnPlan:
    """Compute the plan; only reads. The same city, moment and command give the same plan.

    Raises `Invalid` on figures that cannot be, `Conflict` where the city has no districts.
    """
    _check(command)
    stretches = city_stretches(session)
    districts = district_map(session)
    if command.depot is not None and districts is not None:
        _check_depot(command.depot, districts.extent)
    try:
        streets = _streets(session, stretches, now)
        needs = sweep_needs(_swept_areas(session, streets, command, now))
        share = sweep_share(utilisation(session, now, command.jobs_per_week))
        days = floor(share.share * command.days_per_week * command.weeks)
        if days > MOST_DAYS:
            raise Invalid("sweep-plan-too-large", pointer="/weeks", days=days, most=MOST_DAYS)
        crews = planning.Crews(
            command.days_per_week,
            command.hours_per_day,
            command.walking_km_per_hour * 1000,
            command.travel_km_per_hour * 1000,
        )
        ground = from_depot(stretches, command.depot)
        plan = planning.sweep_plan(
            streets, needs, ground, crews, share, weeks=command.weeks, seed=command.seed
        )
    except EquityError as error:
        raise as_invalid(error) from error
    return DrawnPlan(command, plan, stretches)


def propose_plan(work: UnitOfWork, drawn: DrawnPlan) -> SweepPlan:
    """Keep a drawn plan; nothing happens before somebody puts it in force."""
    require_person(work)
    command, plan = drawn.command, drawn.plan
    kept = SweepPlan(
        state=PlanState.PROPOSED.value,
        boundary_set_id=drawn.stretches.boundary_set_id,
        rate_run=command.rate_run,
        asked=_asked(command),
        figures=figures_of(plan, is_network=drawn.stretches.is_network),
        proposed_at=work.now,
        proposed_by=work.actor.key,
    )
    work.session.add(kept)
    work.session.flush()
    where = {key: number for number, key in enumerate(drawn.stretches.keys)}
    work.session.add_all(
        _stop(kept.id, route.day, place, stop, drawn.stretches, where[stop.stretch])
        for route in plan.routes
        for place, stop in enumerate(route.stops, start=1)
    )
    work.decide(
        "sweeps.proposed",
        f"sweeps:{kept.id}",
        weeks=command.weeks,
        seed=command.seed,
        days=len(plan.routes),
        rate_run=command.rate_run,
    )
    return kept


def _check(command: ProposeSweeps) -> None:
    if not 1 <= command.weeks <= MOST_WEEKS:
        raise Invalid("sweep-weeks-not-valid", pointer="/weeks", most=MOST_WEEKS)
    if not 0 <= command.seed <= MOST_SEED:
        raise Invalid("sweep-seed-not-valid", pointer="/seed", most=MOST_SEED)
    for name, highest in _HIGHEST.items():
        figure = getattr(command, name)
        if figure is not None and not _LEAST <= figure <= highest:
            bounds = {"least": _LEAST, "most": highest}
            raise Invalid("sweep-figure-not-valid", pointer=f"/{name}", figure=name, **bounds)


def _check_depot(depot: tuple[float, float], city: Extent) -> None:
    try:
        check_lon_lat(*depot, city)
    except CoordinateError as error:
        raise Invalid(error.slug, pointer="/depot", **error.facts) from error
    if not city.padded(FARTHEST_DEPOT_METRES).contains(*depot):
        most = FARTHEST_DEPOT_METRES // 1000
        lon, lat = depot
        raise Invalid("sweep-depot-too-far", pointer="/depot", lon=lon, lat=lat, most=most)


def _streets(session: Session, stretches: Stretches, now: datetime) -> Streets:
    swept = last_swept(session)
    ago = [(now - swept[key]).days if key in swept else np.nan for key in stretches.keys]
    return Streets(
        ids=stretches.keys,
        areas=tuple(map(str, stretches.districts)),
        area=stretches.area,
        metres=stretches.metres,
        swept_days_ago=np.array(ago, dtype=float),
    )


def _swept_areas(
    session: Session, streets: Streets, command: ProposeSweeps, now: datetime
) -> list[SweptArea]:
    per_day = first_reports_per_day(session, now)
    rates = {rate.area: rate for rate in command.rates}
    return [
        SweptArea(per_day.get(int(area), 0.0), metres, rates.get(area) or _untold(area))
        for area, metres in zip(streets.areas, streets.metres_by_area.tolist(), strict=True)
    ]


def _untold(area: str) -> AreaRate:
    """A district about which nothing was fitted."""
    return AreaRate(area, Grade.C, 0, 0, 0.0, None, None, None)


def _asked(command: ProposeSweeps) -> dict[str, Any]:
    asked = asdict(command)
    return {name: asked[name] for name in asked if name not in {"rates", "rate_run"}}


def _stop(
    plan_id: int, day: int, place: int, stop: planning.Stop, stretches: Stretches, number: int
) -> SweepStop:
    return SweepStop(
        plan_id=plan_id,
        day=day,
        place=place,
        district_id=int(stop.area),
        stretch=stop.stretch,
        name=stretches.names[number],
        kind=stop.reason,
        metres=stop.metres,
        shape=shapely.to_wkb(stretches.shapes[number]),
    )
