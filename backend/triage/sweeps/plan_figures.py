"""What a plan says besides its stops, as it is kept and read again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from equity.levers.sweep_plan import RANDOM, Promise, SweepPlan, Visit


@dataclass(frozen=True, slots=True)
class KeptVisit:
    """A district's part of the plan; rates are None where they cannot be told.

    `share` is its part of all that is hidden in the city.
    """

    district_id: int
    grade: str
    relative_rate: float | None
    share: float
    street_metres: float
    metres: float
    random_metres: float
    week: int | None
    due_week: int


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """Districts (by row id) that wait longer than promised, each with its week or None; those
    `too_far` have no street, or none from which one is back within a day."""

    no_shows: float
    late: tuple[tuple[int, int | None], ...]
    sweep_days_needed: int
    too_far: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeptDay:
    """A day's route: its number, its week, and metres and hours from the depot and back."""

    day: int
    week: int
    travel_metres: float
    hours: float


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """As `SweepPlan` has them; `random_left_out` are drawn stops that found no day."""

    utilisation: float
    share: float
    sweep_days_per_week: float
    audit_chance: float
    is_network: bool
    left_out: int
    random_left_out: int
    travel_metres: float
    least_travel_metres: float
    days: tuple[KeptDay, ...]
    visits: tuple[KeptVisit, ...]
    promises: tuple[KeptPromise, ...]


def figures_of(plan: SweepPlan, *, is_network: bool) -> dict[str, Any]:
    """As JSON."""
    return asdict(
        PlanFigures(
            utilisation=plan.share.utilisation,
            share=plan.share.share,
            sweep_days_per_week=plan.sweep_days_per_week,
            audit_chance=plan.audit_chance,
            is_network=is_network,
            left_out=len(plan.left_out),
            random_left_out=sum(stop.reason == RANDOM for stop in plan.left_out),
            travel_metres=plan.travel_metres,
            least_travel_metres=plan.least_travel_metres,
            days=tuple(
                KeptDay(one.day, one.week, one.travel_metres, one.hours) for one in plan.routes
            ),
            visits=tuple(map(_visit, plan.visits)),
            promises=tuple(map(_promise, plan.promises)),
        )
    )


def read_figures(kept: Mapping[str, Any]) -> PlanFigures:
    """From JSON."""
    lists = {
        "days": tuple(KeptDay(**one) for one in kept["days"]),
        "visits": tuple(KeptVisit(**one) for one in kept["visits"]),
        "promises": tuple(
            KeptPromise(
                **{
                    **one,
                    "late": tuple((area, week) for area, week in one["late"]),
                    "too_far": tuple(one["too_far"]),
                }
            )
            for one in kept["promises"]
        ),
    }
    return PlanFigures(**{**kept, **lists})


def _visit(visit: Visit) -> KeptVisit:
    need = visit.need
    return KeptVisit(
        district_id=int(need.area),
        grade=need.grade.value,
        relative_rate=need.relative_rate,
        share=need.share,
        street_metres=need.street_metres,
        metres=visit.metres,
        random_metres=visit.random_metres,
        week=visit.week,
        due_week=visit.due_week,
    )


def _promise(promise: Promise) -> KeptPromise:
    return KeptPromise(
        no_shows=promise.no_shows,
        late=tuple((int(area), week) for area, week in promise.late),
        sweep_days_needed=promise.sweep_days_needed,
        too_far=tuple(map(int, promise.too_far)),
    )
