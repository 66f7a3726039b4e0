"""A sweep plan is a person's decision, what was walked stands, and the level follows from it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import shapely
import sqlalchemy as sa
from acting import do, refused
from sweeping import CREWS, lay_grid
from worlds import (
    ANALYST,
    FAR_AWAY,
    IN_SE,
    IN_SW,
    NOON,
    SIDE,
    SOUTH,
    STAFF,
    WEST,
    World,
    a_report,
    square_districts,
)

from backend.core.actors import ANONYMOUS, OPERATOR, SYSTEM
from backend.core.channels import Channel
from backend.core.db import current_session, db
from backend.core.decision_log import Decision
from backend.core.uow import unit_of_work
from backend.places.describe_city import lay_ground
from backend.places.import_boundaries import import_boundaries
from backend.places.queries import current_districts
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.models import Incident, Inspection, ServiceRequest
from backend.reports.workflow import State
from backend.triage.models import QueueEntry
from backend.triage.sweeps.commands import DecideSweeps, Find, RecordSweep
from backend.triage.sweeps.decide_plan import decide_plan
from backend.triage.sweeps.level import reported_level
from backend.triage.sweeps.models import SweepPlan, SweepStop, SweptStop
from backend.triage.sweeps.need import most_finished_in_a_week
from backend.triage.sweeps.plan_figures import read_figures
from backend.triage.sweeps.propose_plan import draw_plan, propose_plan
from backend.triage.sweeps.queries import find_plan, finds_of, last_swept, stops_of, sweeps_of
from backend.triage.sweeps.record_sweep import record_sweep
from backend.triage.sweeps.stretches import city_stretches
from equity.rates.capture_recapture import wilson
from equity.rates.reporting_rate import AreaRate, Grade


def rates(**known: tuple[float, float, float]) -> list[AreaRate]:
    found = {one.code: one.id for one in current_districts(current_session())}
    return [
        AreaRate(str(found[code]), Grade.A, 90, 90, 99.0, *told) for code, told in known.items()
    ]


def drawn(world: World, **changes: Any) -> Any:
    return draw_plan(current_session(), replace(CREWS, **changes), world.clock.now())


def a_plan(world: World, **changes: Any) -> int:
    plan_id: int = do(STAFF, propose_plan, drawn(world, **changes)).id
    return plan_id


def in_force(world: World, **changes: Any) -> int:
    plan_id = a_plan(world, **changes)
    do(ANALYST, decide_plan, DecideSweeps(plan_id, True, "crews have time"))
    return plan_id


def walked(world: World, plan_id: int, day: int = 1, *finds: Find, **changes: Any) -> RecordSweep:
    now = world.clock.now()
    command = RecordSweep(plan_id, day, now - timedelta(hours=5), now, 9000.0, (), finds)
    return replace(command, **changes)


def test_a_plan_is_drawn_from_the_city_and_nobody_goes_before_a_person_decided(
    city: World,
) -> None:
    lay_grid()
    stretches = city_stretches(current_session())
    assert stretches.is_network
    # Each of the sixteen streets is crossed eight times.
    assert len(stretches.keys) == len(set(stretches.keys)) == 16 * 9
    with unit_of_work(ANONYMOUS) as work:
        for number in range(1, 5):
            file_report(work, a_report(number, IN_SW if number < 3 else IN_SE))
        file_report(work, a_report(9, IN_SE, channel=Channel.CREW))
    told = rates(SW=(0.5, 0.4, 0.7), SE=(1.0, 0.9, 1.1))
    plan_id = a_plan(city, rates=told, rate_run="run")
    plan = find_plan(current_session(), plan_id)
    figures = read_figures(plan.figures)
    # Five came in within four weeks, and a hundred a week can be done.
    assert figures.utilisation == pytest.approx(5 / 4 / 100)
    assert figures.share == 0.2
    # As many first reports at half the rate are twice the hidden stock; a crew's find is none.
    share = {row.district_id: row.share for row in figures.visits}
    [sw, se] = [int(one.area) for one in told]
    assert share[sw] == pytest.approx(2 * share[se])
    assert sum(share.values()) == pytest.approx(1)
    stops = stops_of(current_session(), plan_id)
    assert {stop.kind for stop in stops} >= {"random", "hidden stock"}
    assert {stop.district_id for stop in stops} == set(share)
    metres = sum(row.metres for row in figures.visits)
    assert sum(stop.metres for stop in stops) == pytest.approx(metres)
    assert [(promise.no_shows, promise.late) for promise in figures.promises] == [
        (0.0, ()),
        (0.2, ()),
    ]
    again = drawn(city, rates=told, rate_run="run")
    assert [one.stretch for route in again.plan.routes for one in route.stops] == [
        one.stretch for one in stops
    ]

    assert refused(STAFF, record_sweep, walked(city, plan_id)) == "sweep-plan-not-in-force"
    assert refused(ANONYMOUS, propose_plan, again) == "role-not-allowed"
    assert refused(SYSTEM, decide_plan, DecideSweeps(plan_id, True, "yes")) == "role-not-allowed"
    assert refused(STAFF, decide_plan, DecideSweeps(plan_id, True, " ")) == "reason-missing"
    assert refused(STAFF, decide_plan, DecideSweeps(99, True, "yes")) == "sweep-plan-not-found"
    do(STAFF, decide_plan, DecideSweeps(plan_id, True, "crews have time"))
    assert refused(STAFF, decide_plan, DecideSweeps(plan_id, True, "yes")) == "sweep-plan-decided"
    later = in_force(city, seed=8)
    dropped = a_plan(city, seed=9)
    do(STAFF, decide_plan, DecideSweeps(dropped, False, "too far"))
    states = current_session().execute(sa.select(SweepPlan.id, SweepPlan.state))
    assert dict(states.all()) == {plan_id: "replaced", later: "in_force", dropped: "dropped"}
    assert refused(STAFF, decide_plan, DecideSweeps(dropped, True, "yes")) == "sweep-plan-decided"
    actions = current_session().scalars(
        sa.select(Decision.action)
        .where(Decision.subject == f"sweeps:{plan_id}")
        .order_by(Decision.sequence)
    )
    assert list(actions) == ["sweeps.proposed", "sweeps.put_in_force"]


def test_what_cannot_be_is_refused_and_what_cannot_be_promised_is_said(city: World) -> None:
    for changes, slug in (
        ({"weeks": 0}, "sweep-weeks-not-valid"),
        ({"seed": -1}, "sweep-seed-not-valid"),
        ({"hours_per_day": float("nan")}, "sweep-figure-not-valid"),
        ({"days_per_week": 0.0}, "sweep-figure-not-valid"),
        ({"walking_km_per_hour": 5e-324}, "sweep-figure-not-valid"),
        ({"days_per_week": 100.0}, "sweep-plan-too-large"),
        ({"weeks": 10**20}, "sweep-weeks-not-valid"),
        ({"depot": (500.0, 500.0)}, "coordinates-outside-world"),
        ({"depot": (float("nan"), 0.0)}, "coordinates-not-numbers"),
        ({"depot": (SOUTH, WEST)}, "coordinates-swapped"),
        ({"depot": (WEST + 1, SOUTH)}, "sweep-depot-too-far"),
    ):
        with pytest.raises(Exception, match=slug):
            drawn(city, **changes)
    # Without streets, points in rows.
    assert not city_stretches(current_session()).is_network
    assert drawn(city).plan.routes
    with unit_of_work(ANONYMOUS) as work:
        file_report(work, a_report(1))
    with pytest.raises(Exception, match="sweep-capacity-unknown"):
        drawn(city, jobs_per_week=None)
    busy = drawn(city, jobs_per_week=0.25).plan
    assert busy.routes == ()
    assert [len(promise.late) for promise in busy.promises] == [4, 4]


def test_streets_that_do_not_touch_are_reached_all_the_same(sqlite_city: World) -> None:
    corners = ((WEST, SOUTH), (WEST + SIDE, SOUTH + SIDE), (WEST, SOUTH + 1.5 * SIDE))
    with unit_of_work(OPERATOR) as work:
        lines = [
            shapely.LineString([(lon + 0.001, lat + 0.001), (lon + 0.004, lat + 0.001)])
            for lon, lat in corners
        ]
        lay_ground(work, "arterial", [("Apart", line) for line in lines])
    here = drawn(sqlite_city, depot=corners[0]).plan
    there = drawn(sqlite_city, depot=(WEST + 1.4 * SIDE, SOUTH + SIDE)).plan
    ids = {one.code: str(one.id) for one in current_districts(current_session())}
    for plan, home in ((here, "SW"), (there, "NE")):
        [route] = plan.routes
        assert len(route.stops) == 3
        assert ids[home] in {route.stops[0].area, route.stops[-1].area}
        # Straight from one to the next, as no street leads there.
        assert 2000 < plan.travel_metres < 8000
        # The district without a street cannot be visited, and the plan says so.
        assert [area for area, _ in plan.promises[0].late] == [ids["SE"]]


def test_a_depot_beside_the_streets_is_as_far_away_as_it_is(sqlite_city: World) -> None:
    lay_grid(2)
    near, far = (
        drawn(sqlite_city, weeks=1, depot=(WEST - degrees, SOUTH + SIDE)).plan
        for degrees in (0.0, 0.07)
    )
    # Five kilometres more, there and back, on each day.
    assert far.routes[0].travel_metres > near.routes[0].travel_metres + 8000


def test_the_most_finished_in_a_week_is_asked_once(city: World) -> None:
    assert most_finished_in_a_week(current_session(), NOON) == 0
    # Three in the week before the last, two in the last, four too long ago.
    for days, count in ((8, 3), (1, 2), (85, 4)):
        for number in range(count):
            with unit_of_work(ANONYMOUS) as work:
                filed = file_report(work, a_report(100 * days + number)).number
            with unit_of_work(STAFF) as work:
                closed_at = {"closed_at": NOON - timedelta(days=days)}
                work.session.execute(
                    sa.update(Incident).where(Incident.number == filed).values(closed_at)
                )
    asked: list[str] = []

    @sa.event.listens_for(db.engine, "before_cursor_execute")
    def note(*event: Any) -> None:
        asked.append(event[2])

    try:
        assert most_finished_in_a_week(current_session(), NOON) == 3
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    assert sum("SELECT" in statement for statement in asked) == 1


def test_a_walked_day_files_what_is_new_and_counts_what_was_known(city: World) -> None:
    lay_grid()
    plan_id = in_force(city, weeks=1)
    session = current_session()
    stops = stops_of(session, plan_id, 1)
    first, second, third = ((stop.place, _middle(stop)) for stop in stops[:3])
    with unit_of_work(ANONYMOUS) as work:
        known, unseen, own = (
            file_report(work, a_report(number, place, channel=channel)).number
            for number, (_, place), channel in (
                (1, first, Channel.APP), (2, second, Channel.WEB), (3, third, Channel.CREW),
            )
        )  # fmt: skip
        file_report(work, a_report(4, FAR_AWAY))
        closed = file_report(work, a_report(5, first[1])).number
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(closed, State.RESOLVED, 1))
    new = {"service_code": "POTHOLE", "description": "Deep"}
    finds = (Find(first[0], known), Find(third[0], own), Find(second[0], **new))
    last = stops[-1].place
    good = walked(city, plan_id, 1, *finds, missed=[last])
    yesterday = good.started_at - timedelta(days=1)
    for wrong, slug in (
        ({"ended_at": good.started_at}, "sweep-times-not-valid"),
        ({"ended_at": good.ended_at + timedelta(hours=1)}, "sweep-times-not-valid"),
        ({"started_at": good.started_at - timedelta(days=1)}, "sweep-too-long"),
        (
            {"started_at": yesterday, "ended_at": yesterday + timedelta(hours=5)},
            "sweep-before-plan",
        ),
        ({"started_at": datetime.min.replace(tzinfo=NOON.tzinfo)}, "sweep-too-long"),
        ({"missed": [10**20]}, "sweep-stop-unknown"),
        ({"finds": (Find(10**20, **new),)}, "sweep-stop-not-walked"),
        ({"finds": (Find(first[0], known, **new),)}, "sweep-find-known-and-new"),
        ({"plan_id": 10**20}, "sweep-plan-not-found"),
        ({"day": 10**20}, "sweep-day-not-found"),
        ({"metres_walked": float("inf")}, "sweep-metres-not-valid"),
        ({"missed": [stop.place for stop in stops]}, "sweep-stop-not-walked"),
        ({"missed": [stop.place for stop in stops], "finds": ()}, "sweep-nothing-walked"),
        ({"finds": (Find(last, **new),)}, "sweep-stop-not-walked"),
        ({"finds": (Find(first[0], known), Find(second[0], known))}, "sweep-find-twice"),
        ({"finds": (Find(first[0], closed),)}, "sweep-find-closed"),
        ({"finds": (Find(first[0], "ZZZZZZZZ"),)}, "report-not-found"),
        ({"finds": (Find(first[0]),)}, "sweep-find-of-no-kind"),
        ({"finds": (Find(first[0], service_code="POTHOLE"),)}, "description-missing"),
        ({"finds": (Find(first[0], description="x", service_code="NONE"),)}, "service-unknown"),
        ({"day": 99}, "sweep-day-not-found"),
    ):
        assert refused(STAFF, record_sweep, replace(good, **wrong)) == slug
    for actor in (ANONYMOUS, ANALYST):
        assert refused(actor, record_sweep, good) == "role-not-allowed"
    do(STAFF, record_sweep, good)
    assert refused(STAFF, record_sweep, good) == "sweep-recorded-already"

    sweep = sweeps_of(session, plan_id)[1]
    found = {one.number: one.is_reported for one in finds_of(session, [sweep])[sweep.id]}
    assert found[known] is True
    assert found[own] is False
    looks = session.execute(
        sa.select(Incident.number, Inspection.outcome, Inspection.inspected_at).join(
            Inspection, Inspection.incident_id == Incident.id
        )
    )
    assert sorted(looks.all()) == sorted((one, "found", good.ended_at) for one in (known, own))
    [number] = found.keys() - {known, own}
    filed = session.scalars(sa.select(ServiceRequest).where(ServiceRequest.number == number)).one()
    assert filed.channel == "sweep"
    assert (filed.lon, filed.lat) == pytest.approx(second[1])
    incident = session.scalars(sa.select(Incident).where(Incident.number == number)).one()
    assert session.get(QueueEntry, incident.id)
    # What residents reported along the way and nobody saw again counts as reported; what was
    # closed, what the crew itself reported and what lies elsewhere does not.
    reported = session.execute(sa.select(SweptStop.place, SweptStop.reported))
    assert {place: count for place, count in reported if count} == {first[0]: 1, second[0]: 1}
    assert unseen not in found
    assert last_swept(session).keys() == {stop.stretch for stop in stops[:-1]}
    # What was just walked is not walked again before the rest.
    assert {stop.stretch for stop in stops[:-1]}.isdisjoint(
        stop.stretch
        for route in drawn(city, weeks=1, days_per_week=5.0).plan.routes
        for stop in route.stops
        if stop.reason != "random"
    )


@pytest.mark.slow
def test_the_level_comes_from_stops_drawn_by_lot_alone(sqlite_city: World) -> None:
    lay_grid()
    session = current_session()
    assert reported_level(session, sqlite_city.clock.now()) is None
    plan_id = in_force(sqlite_city, weeks=1)
    found = known = reported = 0
    number = 100
    for day in sorted({stop.day for stop in stops_of(session, plan_id)}):
        finds = []
        for stop in stops_of(session, plan_id, day):
            if stop.place % 3 == 0:
                continue
            number += 1
            with unit_of_work(ANONYMOUS) as work:
                told = file_report(work, a_report(number, _middle(stop))).number
            is_seen = stop.place % 3 == 1
            finds.append(Find(stop.place, service_code="POTHOLE", description="New"))
            finds += [Find(stop.place, told)] if is_seen else []
            if stop.kind == "random":
                found, known, reported = found + 1 + is_seen, known + is_seen, reported + 1
        do(STAFF, record_sweep, walked(sqlite_city, plan_id, day, *finds))
    level = reported_level(session, sqlite_city.clock.now())
    assert level is not None
    assert found > known > 0
    assert (level.city.swept, level.city.swept_reported) == (found, known)
    assert (level.city.low, level.city.high) == wilson(known, found)
    assert level.city.problems == pytest.approx((found + 1) * (reported + 1) / (known + 1) - 1)
    # Too little for single districts: fifths, and together they are the city.
    assert level.rank == "share_65_plus"
    assert all(part.is_pooled for part in level.parts)
    assert sum(part.swept for part in level.parts) == found
    assert sum(one.all_found for one in level.districts) > found
    # Under other boundaries it was found in other districts, and is the same level.
    do(OPERATOR, import_boundaries, square_districts(2 * SIDE))
    anew = reported_level(session, sqlite_city.clock.now())
    assert anew is not None
    assert anew.city == level.city
    found_in = {one.name: one.all_found for one in anew.districts}
    assert found_in.pop("SW side") == sum(one.all_found for one in level.districts)
    assert set(found_in.values()) == {0}
    sqlite_city.clock.advance(days=366)
    assert reported_level(session, sqlite_city.clock.now()) is None


def _middle(stop: SweepStop) -> tuple[float, float]:
    middle = shapely.centroid(shapely.from_wkb(stop.shape))
    return middle.x, middle.y
