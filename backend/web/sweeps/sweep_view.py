"""What the pages about sweeps show, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy.orm import Session

from backend.core.i18n import gettext as _
from backend.places.queries import districts_of
from backend.triage.sweeps.level import Level
from backend.triage.sweeps.models import Sweep, SweepPlan, SweepStop
from backend.triage.sweeps.plan_figures import KeptDay, PlanFigures, read_figures
from backend.triage.sweeps.queries import Found, finds_of, stops_of, sweeps_of, walked_places
from backend.web.maps import Place, map_of_places, map_of_route, map_of_streets
from backend.web.sweeps.sweep_words import (
    cannot_promise,
    capacity_words,
    kilometres,
    part_names,
    plan_mark,
    plan_state_words,
    plan_words,
    problems_words,
    share_words,
    stop_kind_words,
)
from backend.web.view_models import MapView
from backend.web.words import actor_words, measure_words
from equity.rates.capture_recapture import ReportedShare


@dataclass(frozen=True, slots=True)
class PlanHead:
    """A plan in the list, and on top of its page."""

    id: int
    state: str
    mark: str
    state_words: str
    words: str
    proposed_at: datetime
    proposed_by: str
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class StopView:
    """A stop of a day, in the order it is walked."""

    place: int
    name: str
    district_name: str
    metres: int
    kind: str
    kind_words: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class SweptView:
    """A day as it was walked; `walked` are the stops somebody got to."""

    started_at: datetime
    ended_at: datetime
    way: str
    recorded_by: str
    finds: tuple[Found, ...]
    missed: int
    walked: frozenset[int]


@dataclass(frozen=True, slots=True)
class DayView:
    """One day: the sheet a crew takes along, and what became of it."""

    day: int
    week: int
    hours: str
    travel: str
    walk: str
    stops: tuple[StopView, ...]
    map: MapView | None
    swept: SweptView | None


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A district's part of the plan."""

    name: str
    hidden: str
    walk: str
    drawn: str
    week: str


@dataclass(frozen=True, slots=True)
class PlanPageView:
    """A plan, with the days of one `week` of its `weeks`, 0 where it has none."""

    head: PlanHead
    capacity: str
    limits: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    visits: tuple[VisitRow, ...]
    weeks: tuple[int, ...]
    week: int
    days: tuple[DayView, ...]
    map: MapView | None


@dataclass(frozen=True, slots=True)
class LevelRow:
    """What share was reported in one part of the city; bar and whiskers from 0 to 1."""

    name: str
    words: str
    share: float | None
    low: float
    high: float
    found: int
    known: int
    problems: str


@dataclass(frozen=True, slots=True)
class LevelView:
    """What the sweeps of the last year tell of the level, and where they were."""

    city: LevelRow
    rows: tuple[LevelRow, ...]
    is_pooled: bool
    measure: str | None
    first_at: datetime
    last_at: datetime
    districts: tuple[tuple[str, str, int], ...]


def plan_head(plan: SweepPlan) -> PlanHead:
    """The plan in a few words."""
    figures = read_figures(plan.figures)
    return PlanHead(
        id=plan.id,
        state=plan.state,
        mark=plan_mark(plan.state),
        state_words=plan_state_words(plan.state),
        words=plan_words(figures, plan.asked["weeks"]) if figures.days else capacity_words(figures),
        proposed_at=plan.proposed_at,
        proposed_by=actor_words(plan.proposed_by),
        decided_at=plan.decided_at,
        decided_by=plan.decided_by and actor_words(plan.decided_by),
        reason=plan.reason,
    )


def plan_page(session: Session, plan: SweepPlan, week: int | None = None) -> PlanPageView:
    """What a plan says, and day by day a `week` of it: unless one is named, the next to walk."""
    figures = read_figures(plan.figures)
    names = _names(session, plan)
    stops, sweeps = stops_of(session, plan.id), sweeps_of(session, plan.id)
    finds = finds_of(session, list(sweeps.values()))
    by_day: dict[int, list[SweepStop]] = {}
    for stop in stops:
        by_day.setdefault(stop.day, []).append(stop)
    weeks = sorted({one.week for one in figures.days})
    if week not in weeks:
        ahead = (one.week for one in figures.days if one.day not in sweeps)
        week = next(ahead, weeks[0] if weeks else 0)
    days = [
        _day(session, one, by_day[one.day], names, sweeps.get(one.day), finds)
        for one in figures.days
        if one.week == week
    ]
    title, shapes = _("Where the plan goes"), [shapely.from_wkb(stop.shape) for stop in stops]
    return PlanPageView(
        head=plan_head(plan),
        capacity=capacity_words(figures),
        limits=cannot_promise(figures, plan.asked["weeks"], names),
        facts=_facts(plan, figures),
        visits=tuple(_visits(figures, names)),
        weeks=tuple(weeks),
        week=week,
        days=tuple(days),
        map=map_of_streets(session, title, shapes)
        if figures.is_network
        else map_of_places(
            session, title, [_dot(stop, shape) for stop, shape in zip(stops, shapes, strict=True)]
        ),
    )


def day_page(session: Session, plan: SweepPlan, day: int) -> DayView:
    """One day; raises `NotFound` where the plan has none."""
    stops = stops_of(session, plan.id, day)
    [kept] = [one for one in read_figures(plan.figures).days if one.day == day]
    sweep = sweeps_of(session, plan.id).get(day)
    finds = finds_of(session, [sweep] if sweep else [])
    return _day(session, kept, stops, _names(session, plan), sweep, finds)


def level_view(level: Level | None) -> LevelView | None:
    """The level, with what it rests on."""
    if level is None:
        return None
    names = {one.district_id: one.name for one in level.districts}
    return LevelView(
        city=_level_row(_("The whole city"), level.city),
        rows=tuple(
            _level_row(name, part)
            for name, part in zip(part_names(level, names), level.parts, strict=True)
        ),
        is_pooled=any(part.is_pooled for part in level.parts),
        measure=level.rank and measure_words(level.rank),
        first_at=level.first_at,
        last_at=level.last_at,
        districts=tuple(
            (one.name, kilometres(one.metres), one.all_found) for one in level.districts
        ),
    )


def _level_row(name: str, part: ReportedShare) -> LevelRow:
    return LevelRow(
        name=name,
        words=share_words(part),
        share=part.share,
        low=part.low,
        high=part.high,
        found=part.swept,
        known=part.swept_reported,
        problems=problems_words(part),
    )


def _dot(stop: SweepStop, shape: Any) -> Place:
    words = _("Day %(day)s, stop %(stop)s", day=stop.day, stop=stop.place)
    return Place(shape.x, shape.y, "", words, is_strong=False)


def _names(session: Session, plan: SweepPlan) -> dict[int, str]:
    return {id_: one.name for id_, one in districts_of(session, plan.boundary_set_id).items()}


def _day(
    session: Session,
    kept: KeptDay,
    stops: Sequence[SweepStop],
    names: Mapping[int, str],
    sweep: Sweep | None,
    finds: Mapping[int, Sequence[Found]],
) -> DayView:
    shapes: list[Any] = [shapely.from_wkb(stop.shape) for stop in stops]
    seen = tuple(_stop(stop, shape, names) for stop, shape in zip(stops, shapes, strict=True))
    places = [
        Place(one.lon, one.lat, str(one.place), f"{one.place}. {one.name}", is_strong=True)
        for one in seen
    ]
    title = _("The route of day %(day)s", day=kept.day)
    return DayView(
        day=kept.day,
        week=kept.week,
        hours=_("%(hours).1f hours", hours=kept.hours),
        travel=kilometres(kept.travel_metres),
        walk=kilometres(sum(stop.metres for stop in stops)),
        stops=seen,
        map=map_of_route(session, title, places, shapes),
        swept=_swept(session, sweep, finds[sweep.id], len(stops)) if sweep else None,
    )


def _stop(stop: SweepStop, shape: Any, names: Mapping[int, str]) -> StopView:
    is_point = shape.geom_type == "Point"
    where = shape if is_point else shapely.line_interpolate_point(shape, 0.5, normalized=True)
    return StopView(
        place=stop.place,
        name=stop.name or f"{where.y:.5f}, {where.x:.5f}",
        district_name=names.get(stop.district_id, ""),
        metres=round(stop.metres),
        kind=stop.kind,
        kind_words=stop_kind_words(stop.kind),
        lon=where.x,
        lat=where.y,
    )


def _swept(session: Session, sweep: Sweep, finds: Sequence[Found], stops: int) -> SweptView:
    walked = frozenset(walked_places(session, sweep))
    return SweptView(
        started_at=sweep.started_at,
        ended_at=sweep.ended_at,
        way=kilometres(sweep.metres_walked),
        recorded_by=actor_words(sweep.recorded_by),
        finds=tuple(finds),
        missed=stops - len(walked),
        walked=walked,
    )


def _facts(plan: SweepPlan, figures: PlanFigures) -> tuple[tuple[str, str], ...]:
    asked = plan.asked
    longer = figures.travel_metres / (figures.least_travel_metres or 1)
    told = [
        (_("Weeks"), str(asked["weeks"])),
        (_("Sweep days a week"), f"{figures.sweep_days_per_week:g}"),
        (_("Crew days a week, all crews"), f"{asked['days_per_week']:g}"),
        (_("Seed of the draw"), str(asked["seed"])),
        (
            _("Chance of a street to be drawn"),
            _("%(chance).1f of 100", chance=100 * figures.audit_chance),
        ),
    ]
    if figures.days:
        told.append(
            (
                _("Ways between stops"),
                _(
                    "%(ways)s, at most %(longer).1f times the shortest there can be",
                    ways=kilometres(figures.travel_metres),
                    longer=longer,
                ),
            )
        )
    return tuple(told)


def _visits(figures: PlanFigures, names: Mapping[int, str]) -> list[VisitRow]:
    ordered = sorted(figures.visits, key=lambda one: (-one.share, names.get(one.district_id, "")))
    return [
        VisitRow(
            name=names.get(one.district_id, "?"),
            hidden=_("%(share).1f of 100", share=100 * one.share)
            if one.relative_rate is not None
            else _("cannot tell"),
            walk=kilometres(one.metres),
            drawn=kilometres(one.random_metres),
            week=str(one.week) if one.week else _("none"),
        )
        for one in ordered
    ]
