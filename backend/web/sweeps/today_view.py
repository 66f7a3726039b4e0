"""What the pages of today show, as plain values: places and kinds, and never who told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.places.models import District
from backend.reports.models import Incident, Service
from backend.triage.outreach.queries import meant_for
from backend.triage.sweeps.commands import FINDS, NoteKind
from backend.triage.sweeps.models import SweepPlan, SweepStop
from backend.triage.sweeps.note_stop import newest_marks
from backend.triage.sweeps.plan_figures import KeptDay, read_figures
from backend.triage.sweeps.queries import (
    Noted,
    find_plan,
    noted_of,
    outings_on,
    plan_in_force,
    stops_of,
    sweeps_of,
)
from backend.triage.sweeps.reported_there import reported_along
from backend.web.maps import Place, map_of_places
from backend.web.sweeps.sweep_view import DayView, StopView, day_page
from backend.web.sweeps.sweep_words import kilometres
from backend.web.view_models import MapView
from equity.levers.day_routes import Ways, improved, inserted
from equity.levers.travel import StraightLines
from geo.distance import metres_between

_DAYS_OFFERED = 4


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a day is; `left` are the stops that nobody noted anything about."""

    stops: int
    walked: int
    missed: int
    left: int
    found: int
    is_recorded: bool
    words: str


@dataclass(frozen=True, slots=True)
class TakenDay:
    """A day of a plan that is walked today."""

    plan_id: int
    day: DayView
    progress: Progress


@dataclass(frozen=True, slots=True)
class OfferedDay:
    """A day of the plan in force that could be taken."""

    plan_id: int
    day: int
    words: str


@dataclass(frozen=True, slots=True)
class VisitStop:
    """A district to visit, the `place`-th of the day; lon and lat lie within it."""

    place: int
    code: str
    name: str
    lon: float
    lat: float
    is_done: bool


@dataclass(frozen=True, slots=True)
class VisitDay:
    """The visits of today in a short order, with their map."""

    stops: tuple[VisitStop, ...]
    way: str
    map: MapView | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A problem by its number and kind; a late one is no part of the record of the day."""

    number: str
    service_name: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class StopScreen:
    """A stop with what was noted there.

    `way` is the straight distance from the stop before, `state` "walked", "missed" or empty, `mark`
    the id of the mark it rests on; `known` is what residents have reported there and nobody has
    noted yet.
    """

    stop: StopView
    way: str
    state: str
    state_words: str
    mark: str
    finds: tuple[Seen, ...]
    known: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class WalkedDay:
    """A day while it is walked."""

    plan_id: int
    day: DayView
    progress: Progress
    screens: tuple[StopScreen, ...]
    first_note: datetime | None
    last_note: datetime | None


def taken_days(session: Session, today: date) -> list[TakenDay]:
    """The sweep days that are walked today."""
    days = []
    for one in outings_on(session, today):
        plan = find_plan(session, one.plan_id)
        day = day_page(session, plan, one.day)
        notes = noted_of(session, plan.id, one.day)
        days.append(TakenDay(plan.id, day, _progress(day, notes)))
    return days


def offered_days(session: Session, today: date) -> list[OfferedDay]:
    """The next days of the plan in force that are neither recorded nor taken for today."""
    plan = plan_in_force(session)
    if plan is None:
        return []
    gone = {one.day for one in outings_on(session, today) if one.plan_id == plan.id}
    gone |= sweeps_of(session, plan.id).keys()
    days = [one for one in read_figures(plan.figures).days if one.day not in gone]
    return [_offered(session, plan, one) for one in days[:_DAYS_OFFERED]]


def visit_day(session: Session, today: date) -> VisitDay:
    """The visits that are meant for today, in the order of a short way from the middle of them."""
    meant = meant_for(session, today)
    points: Any = shapely.point_on_surface(
        shapely.from_wkb([district.shape for district, _done in meant])
    )
    lons, lats = shapely.get_coordinates(points).T if meant else (np.empty(0), np.empty(0))
    order = _short_order(lons, lats)
    stops = tuple(_visit(place, *meant[at], points[at]) for place, at in enumerate(order, start=1))
    places = [
        Place(one.lon, one.lat, str(one.place), f"{one.place}. {one.name}", is_strong=True)
        for one in stops
    ]
    course = [(one.lon, one.lat) for one in stops]
    way = sum(metres_between(*one, *other) for one, other in pairwise(course))
    line = [shapely.LineString(course)] if len(course) > 1 else []
    title = _("Today's visits")
    return VisitDay(stops, kilometres(way), map_of_places(session, title, places, line))


def walked_day(session: Session, plan: SweepPlan, day: int, now: datetime) -> WalkedDay:
    """The day stop by stop; raises `NotFound` where the plan has none."""
    page = day_page(session, plan, day)
    notes = noted_of(session, plan.id, day)
    stops = stops_of(session, plan.id, day)
    known = {} if page.swept else _known(session, stops, notes, now)
    marks, states = newest_marks(notes), _states(page, notes)
    screens = []
    before: StopView | None = None
    for stop in page.stops:
        own = [one for one in notes if one.place == stop.place]
        state = states.get(stop.place)
        screens.append(_screen(stop, before, own, state, marks.get(stop.place), known))
        before = stop
    moments = [one.noted_at for one in notes]
    return WalkedDay(
        plan.id,
        page,
        _progress(page, notes),
        tuple(screens),
        min(moments, default=None),
        max(moments, default=None),
    )


def _progress(day: DayView, notes: Sequence[Noted]) -> Progress:
    states = _states(day, notes)
    walked = sum(state == NoteKind.WALKED for state in states.values())
    missed = sum(state == NoteKind.MISSED for state in states.values())
    found = len(day.swept.finds) if day.swept else sum(one.kind in FINDS for one in notes)
    stops = len(day.stops)
    left = stops - walked - missed
    problems = ngettext("one problem", "%(num)s problems", found)
    facts: dict[str, Any] = {"walked": walked, "stops": stops, "found": problems, "left": left}
    if day.swept:
        words = _("%(walked)s of %(stops)s stops walked, %(found)s found.", **facts)
    else:
        words = _("%(walked)s of %(stops)s stops walked, %(found)s found, %(left)s left.", **facts)
    return Progress(stops, walked, missed, left, found, day.swept is not None, words)


def _states(day: DayView, notes: Sequence[Noted]) -> dict[int, NoteKind]:
    """Walked or missed, as the record says once there is one.

    Until then as it was noted; where something was found, somebody was.
    """
    if day.swept:
        walked = day.swept.walked
        return {
            stop.place: NoteKind.WALKED if stop.place in walked else NoteKind.MISSED
            for stop in day.stops
        }
    states = {place: NoteKind(mark.kind) for place, mark in newest_marks(notes).items()}
    return states | {one.place: NoteKind.WALKED for one in notes if one.kind in FINDS}


def _offered(session: Session, plan: SweepPlan, day: KeptDay) -> OfferedDay:
    stops = stops_of(session, plan.id, day.day)
    words = ngettext(
        "One stop, %(walk)s to walk, %(hours).1f hours.",
        "%(num)s stops, %(walk)s to walk, %(hours).1f hours.",
        len(stops),
        walk=kilometres(sum(stop.metres for stop in stops)),
        hours=day.hours,
    )
    return OfferedDay(plan.id, day.day, words)


def _short_order(lons: Any, lats: Any) -> list[int]:
    """The numbers of places in the order of a short way around."""
    if lons.size < 3:
        return list(range(lons.size))
    ground = StraightLines(lons, lats, (float(lons.mean()), float(lats.mean())))
    metres = ground.metres_between(np.arange(lons.size))
    ways = Ways(metres, np.zeros(lons.size + 1), 24.0, 1.0)
    tour = inserted(ways, np.empty(0, dtype=np.int64), range(1, lons.size + 1))
    return [int(stop) - 1 for stop in improved(ways, tour)]


def _visit(place: int, district: District, is_done: bool, point: Any) -> VisitStop:
    return VisitStop(place, district.code, district.name, point.x, point.y, is_done)


def _known(
    session: Session, stops: Sequence[SweepStop], notes: Sequence[Noted], now: datetime
) -> dict[int, tuple[Seen, ...]]:
    """What is open along each stop by its place, without what was noted."""
    along = reported_along(session, stops, now)
    ids = {incident for incidents in along.values() for incident in incidents}
    rows = session.execute(
        sa.select(Incident.id, Incident.number, Service.name)
        .join(Service, Service.code == Incident.service_code)
        .where(Incident.id.in_(ids))
        .order_by(Incident.number)
    )
    noted = {one.number for one in notes}
    seen = {id_: Seen(number, name) for id_, number, name in rows if number not in noted}
    return {
        place: tuple(seen[id_] for id_ in sorted(incidents & seen.keys()))
        for place, incidents in along.items()
    }


def _screen(
    stop: StopView,
    before: StopView | None,
    notes: Sequence[Noted],
    state: NoteKind | None,
    mark: Noted | None,
    known: Mapping[int, tuple[Seen, ...]],
) -> StopScreen:
    words = {
        None: _("Nothing noted yet"),
        NoteKind.WALKED: _("Walked"),
        NoteKind.MISSED: _("Not reached"),
    }
    away = before and metres_between(before.lon, before.lat, stop.lon, stop.lat)
    return StopScreen(
        stop=stop,
        way=_("%(metres)s m from the stop before, in a straight line", metres=round(away))
        if away
        else "",
        state=state.value if state else "",
        state_words=words[state],
        mark=str(mark.entry_id) if mark else "",
        finds=tuple(
            Seen(one.number, one.service_name or "", one.kind == NoteKind.LATE)
            for one in notes
            if one.number is not None
        ),
        known=known.get(stop.place, ()),
    )
