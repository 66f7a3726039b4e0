"""Targets: what a year of reports asks for, how it was served, and what could be promised."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
import sqlalchemy as sa
from worlds import IN_NW, IN_SE, IN_SW, NOON, STAFF, World, a_report

from backend.audits.targets.plan import NOTICED, Served, plan_targets
from backend.audits.targets.read_served import read_served
from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.errors import Conflict, Invalid
from backend.core.uow import unit_of_work
from backend.places.models import District
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus, InspectionOutcome, RecordInspection
from backend.reports.file_report import file_report
from backend.reports.models import Incident, Inspection
from backend.reports.record_inspection import record_inspection
from backend.reports.workflow import State
from equity.measures.burden import NEVER_DAYS, burden, equity_loss
from equity.measures.inspected_share import inspected_within
from equity.rates.events import Floats

YEAR = 365.0
IN_NE = (IN_SE[0], IN_NW[1])
NE, NW, SE, SW = range(4)


def fill_half_a_year(world: World) -> None:
    """Of twelve potholes each, all in the south-east are seen after 2 days, every other one in the
    south-west after 20; nobody was at the few in the north. What a crew saw is no demand."""
    places = [IN_SE] * 12 + [IN_SW] * 12 + [IN_NW] * 9 + [IN_NE] * 2
    waits = [2.0] * 12 + [20.0, 0.0] * 6 + [0.0] * 11
    with unit_of_work(ANONYMOUS) as work:
        numbers = [file_report(work, a_report(n, at)).number for n, at in enumerate(places, 1)]
    with unit_of_work(OPERATOR) as work:
        file_report(work, a_report(99, IN_SE, channel=Channel.CREW))
        rows = work.session.execute(sa.select(Incident.number, Incident.id))
        known = {row.number: row.id for row in rows}
        looks = [
            Inspection(
                incident_id=known[number],
                inspected_at=NOON + timedelta(days=wait),
                outcome="found",
                actor="staff:a",
            )
            for number, wait in zip(numbers, waits, strict=True)
            if wait
        ]
        work.session.add_all(looks)
    world.clock.advance(days=200)


def served_city(world: World) -> Served:
    fill_half_a_year(world)
    return read_served(current_session(), world.clock.now(), 20.0).served


def test_a_city_asks_and_is_served_as_its_rows_say(city: World) -> None:
    with pytest.raises(Conflict, match="no-reports"):
        read_served(current_session(), NOON, 20.0)
    served = served_city(city)
    assert (served.areas, served.categories) == (("NE", "NW", "SE", "SW"), ("POTHOLE",))
    # How many there are is open data, also of the few in the north.
    expected = [2 / 200, 9 / 200, 12 / 200, 12 / 200]
    assert served.requests_per_day[:, 0] == pytest.approx(expected)
    assert served.importance.tolist() == [6.0]
    assert served.inspected_share is not None
    assert served.days is not None
    # How these are served is not told: the city's 18 of 35 stand in, after (12 x 2 + 6 x 20) / 18.
    assert served.inspected_share[:, 0] == pytest.approx([18 / 35, 18 / 35, 1.0, 0.5])
    assert served.days[:, 0] == pytest.approx([8, 8, 2, 20])
    assert served.is_pooled is not None
    assert served.is_pooled[:, 0].tolist() == [True, True, 0, 0]


def test_a_day_that_is_past_is_read_as_it_was_whatever_came_after(city: World) -> None:
    fill_half_a_year(city)
    moment = city.clock.now()
    before = read_served(current_session(), moment, 20.0)
    assert before.served.backlog == 17
    city.clock.advance(days=3)
    with unit_of_work(ANONYMOUS) as work:
        file_report(work, a_report(50, IN_SW))
        # What was noticed before but came in after.
        early = city.clock.now() - timedelta(days=5)
        file_report(work, a_report(51, IN_SE, requested_at=early))
    waiting = (
        sa.select(Incident.number, Incident.version)
        .where(Incident.id.not_in(sa.select(Inspection.incident_id)))
        .order_by(Incident.id)
    )
    with unit_of_work(STAFF) as work:
        fixed, looked_at, outside, *_ = work.session.execute(waiting).all()
        change_status(work, ChangeStatus(fixed.number, State.RESOLVED, fixed.version))
        record_inspection(work, RecordInspection(looked_at.number, InspectionOutcome.FOUND))
        no = ChangeStatus(outside.number, State.OUTSIDE, outside.version, "not the city's")
        change_status(work, no)
    again = read_served(current_session(), moment, 20.0)
    now = read_served(current_session(), city.clock.now(), 20.0)
    assert now.data_sha256 != before.data_sha256 == again.data_sha256
    assert (now.problems, now.served.backlog) == (before.problems + 1, 16)
    assert (again.problems, again.since, again.until) == (before.problems, before.since, moment)
    for name in ("requests_per_day", "travel_hours", "inspected_share", "days", "waiting"):
        assert getattr(again.served, name).tolist() == getattr(before.served, name).tolist()


def test_a_plan_is_the_same_whoever_of_the_few_was_served(sqlite_city: World) -> None:
    fill_half_a_year(sqlite_city)
    points = []
    for district in ("NE", "NW"):
        with unit_of_work(OPERATOR) as work:
            work.session.execute(sa.delete(Inspection).where(Inspection.actor == "staff:b"))
            there = sa.select(Incident.id).join(District, District.id == Incident.district_id)
            seen = work.session.scalars(there.where(District.code == district)).first()
            at = NOON + timedelta(days=3)
            look = Inspection(incident_id=seen, inspected_at=at, outcome="found", actor="staff:b")
            work.session.add(look)
        served = read_served(current_session(), sqlite_city.clock.now(), 20.0).served
        assert served.inspected_share is not None
        assert served.inspected_share[:2, 0] == pytest.approx(19 / 35)
        points.append(plan_targets(served, 0.5, 20.0, 4).points)
    assert points[0] == points[1]


def test_todays_hours_can_promise_no_less_and_nobody_is_served_worse(sqlite_city: World) -> None:
    served = served_city(sqlite_city)
    assert served.inspected_share is not None
    assert served.days is not None
    plan = plan_targets(served, 0.5, None, 5)
    burdens = burden(served.importance, served.inspected_share, served.days)
    assert plan.today is not None
    assert plan.today.equity_loss == pytest.approx(equity_loss(burdens))
    assert plan.today.efficiency_loss == pytest.approx(
        float((YEAR * served.requests_per_day * burdens).sum())
    )
    by_hand = [
        rate * share * (0.5 + travel / np.sqrt(days))
        for rate, share, travel, days in zip(
            served.requests_per_day[:, 0], served.inspected_share[:, 0],
            served.travel_hours, served.days[:, 0], strict=True,
        )
    ]  # fmt: skip
    assert plan.hours_per_day == pytest.approx(sum(by_hand))
    # Six in the south-west and all in the north wait: an hour a day more works them off.
    ways = 0.5 + served.travel_hours / np.sqrt(served.days[:, 0])
    assert (served.backlog, plan.backlog_hours) == (17, 0.0)
    begun = plan_targets(served, 0.5, plan.hours_per_day + 1, 2)
    assert begun.backlog_hours == pytest.approx((5.5 * (ways[NE] + ways[NW]) + 6 * ways[SW]) / YEAR)
    assert all(p.hours_per_day <= plan.demand.hours_per_day * (1 + 1e-9) for p in plan.points)
    for before, after in pairwise(plan.points):
        assert after.equity_loss < before.equity_loss
        assert after.efficiency_loss >= before.efficiency_loss * (1 - 1e-9)
    for hours, slug in ((0.0, "capacity-unknown"), (sum(by_hand) / 9, "targets-impossible")):
        with pytest.raises(Invalid, match=slug):
            plan_targets(served, 0.5, hours, 3)
    with pytest.raises(Invalid, match="points-not-valid"):
        plan_targets(served, 0.5, None, 1)


@pytest.mark.parametrize("seed", range(4))
def test_no_service_is_made_equal_by_serving_everybody_worse(seed: int) -> None:
    """Today's own hours reach for every city, to the digit, whatever its days are."""
    rng = np.random.default_rng(seed)
    share = np.where(rng.random((5, 4)) < 0.2, 0.0, rng.uniform(0.3, 1, (5, 4)))
    served = Served(
        tuple("abcde"), ("wire", "light", "hole", "bench"), rng.lognormal(0, 1, (5, 4)),
        np.array([10.0, 8.0, 6.0, 2.0]), rng.lognormal(-1, 1, 5), share,
        np.where(share > 0, rng.lognormal(0, 2, (5, 4)).clip(0.01, 120), np.nan),
    )  # fmt: skip
    plan = plan_targets(served, 0.5, None, 3)
    today = served.burdens
    assert today is not None
    never = served.importance * NEVER_DAYS

    def mean(burdens: Floats) -> Floats:
        return np.average(burdens, axis=0, weights=served.requests_per_day)

    for point in plan.points:
        then = np.array([cell.burden for cell in point.cells]).reshape(5, 4)
        assert (then.max(axis=0) <= np.minimum(today.max(axis=0), never) + 1e-4).all()
        assert (mean(then) <= np.minimum(mean(today), never) + 1e-4).all()
        worse = [[b in plan.worse_in(point, c) for c in range(4)] for b in range(5)]
        assert (np.array(worse) == (then > today * NOTICED)).all()
    # What is not urgent may be dropped where that is asked for, and only that.
    dropped = plan_targets(served, 0.5, None, 2, may_drop=True).points[0]
    then = np.array([cell.burden for cell in dropped.cells]).reshape(5, 4)
    assert (mean(then)[:2] <= mean(today)[:2] + 1e-4).all()


def test_who_still_waits_counts_as_waiting() -> None:
    days = np.array([1.0, 3.0, 3.0, 10.0, np.inf])
    is_inspected = np.array([True, False, True, False, False])
    # One of five after a day; of the four left one after three days.
    share, mean = inspected_within(days, is_inspected, 100.0)
    assert share == pytest.approx(0.4)
    assert mean == pytest.approx((0.2 * 1 + 0.2 * 3) / 0.4)
    assert inspected_within(days, is_inspected, 2.0) == pytest.approx((0.2, 1.0))
    assert np.isnan(inspected_within(days[3:], is_inspected[3:], 100.0)[1])


def test_what_waits_is_worked_off_only_where_todays_service_leaves_the_hours() -> None:
    """Two areas served alike, and an hour a day spare or none."""
    alike = Served(
        ("a", "b"), ("hole",), np.ones((2, 1)), np.array([6.0]), np.array([0.5, 0.5]),
        np.ones((2, 1)), np.full((2, 1), 14.0), waiting=np.full((2, 1), 30.0),
    )  # fmt: skip
    needs = 2 * (0.5 + 0.5 / np.sqrt(14))
    plan = plan_targets(alike, 0.5, needs + 1, 3)
    assert plan.backlog_hours == pytest.approx(30 * needs / YEAR)
    assert plan.hours_per_day == pytest.approx(needs + 1)
    tight = plan_targets(alike, 0.5, None, 3)
    assert (tight.backlog_hours, tight.served.backlog) == (0.0, 60)
    # Nobody is better served today, so more hours promise no more, unless they are let.
    for better, days in ((False, 14.0), (True, 1 / 24)):
        found = plan_targets(alike, 0.5, 50.0, 3, beyond_today=better).points[0]
        assert found.cells[0].target_days == pytest.approx(days, rel=1e-5)
