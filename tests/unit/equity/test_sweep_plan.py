"""Where sweeps go, how many, and whether every district gets its visit."""

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest

from equity.errors import EquityError
from equity.levers.day_routes import (
    Ways,
    cut_into_days,
    days_needed,
    improved,
    least_metres,
    tour_through,
)
from equity.levers.sweep_need import SweepNeed, SweptArea, mix_delays, sweep_needs, sweep_share
from equity.levers.sweep_plan import HIDDEN, RANDOM, Crews, SweepPlan, sweep_plan
from equity.levers.sweep_sample import Streets, random_part
from equity.levers.travel import StraightLines, StreetNetwork
from equity.rates.reporting_rate import AreaRate, Grade

CREWS = Crews(days_per_week=10.0, hours_per_day=3.0, sweep_metres_per_hour=3000.0,
              travel_metres_per_hour=20_000.0)  # fmt: skip


def rate(name: str, grade: Grade, relative: float) -> AreaRate:
    return AreaRate(name, grade, 99, 99, 990.0, relative, relative * 0.8, relative * 1.25)


def a_city(areas: int = 8, side: int = 6) -> tuple[Streets, tuple[SweepNeed, ...], StreetNetwork]:
    """Districts side by side on a grid of streets; each reports less readily than the one before.

    A stretch is the street north of its junction.
    """
    width = areas * side
    number = np.arange(width * side).reshape(side, width)
    east = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    north = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    edges = np.vstack([east, north])
    streets = Streets(
        ids=tuple(f"s{n}" for n in range(number.size)),
        areas=tuple(f"d{a}" for a in range(areas)),
        area=np.tile(np.arange(width) // side, side),
        metres=np.linspace(150, 350, number.size),
        swept_days_ago=np.full(number.size, np.nan),
    )
    network = StreetNetwork(edges, np.full(len(edges), 250.0), np.arange(number.size), depot=0)
    known = [
        SweptArea(0.5, float(metres), rate(name, Grade.A, 2.0 / (place + 1)))
        for place, (name, metres) in enumerate(
            zip(streets.areas, streets.metres_by_area, strict=True)
        )
    ]
    return streets, sweep_needs(known), network


def plan(
    utilisation: float = 0.7, weeks: int = 4, seed: int = 1, crews: Crews = CREWS, **city
) -> SweepPlan:
    streets, needs, network = a_city(**city)
    return sweep_plan(
        streets, needs, network, crews, sweep_share(utilisation), weeks=weeks, seed=seed
    )


def test_the_share_leaves_nine_tenths_and_none_near_saturation():
    shares = {u: sweep_share(u).share for u in (0.0, 0.72, 0.8, 0.89, 0.9, 1.3)}
    assert shares == pytest.approx({0.0: 0.2, 0.72: 0.2, 0.8: 1 / 9, 0.89: 1 / 90, 0.9: 0, 1.3: 0})
    assert 0.8 / (1 - shares[0.8]) == pytest.approx(0.9)
    with pytest.raises(EquityError, match="utilisation-impossible"):
        sweep_share(float("nan"))


def test_the_hidden_stock_is_first_reports_over_the_rate_and_what_cannot_be_told_is_the_mean():
    known = (
        SweptArea(2.0, 1000.0, rate("a", Grade.A, 0.5)),
        SweptArea(1.0, 3000.0, rate("b", Grade.B, 2.0)),
        SweptArea(0.1, 4000.0, rate("s", Grade.S, 0.1)),
        SweptArea(9.0, 2000.0, AreaRate("c", Grade.C, 3, 9, 90.0, None, None, None)),
    )
    needs = sweep_needs(known)
    # 4 and 0.5 on 4,000 metres; the others as much for each of theirs.
    assert [need.hidden for need in needs] == pytest.approx([4.0, 0.5, 4.5, 2.25])
    assert sum(need.share for need in needs) == pytest.approx(1)
    assert (needs[0].low, needs[0].high) == pytest.approx((2 / 0.625, 2 / 0.4))
    assert (needs[2].relative_rate, needs[2].low, needs[3].high) == (None, None, None)
    # With a level: two thirds reported within 30 days is a rate of log(3) / 30 a day.
    levelled = sweep_needs(known, reported_in_30_days=2 / 3)
    assert levelled[0].hidden == pytest.approx(2.0 / (0.5 * np.log(3) / 30))
    assert [need.share for need in levelled] == pytest.approx([need.share for need in needs])
    # A kind reported half as readily waits twice as long; of `a` it is half, of `b` all.
    mixed = mix_delays(np.array([[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]), np.array([1.0, 0.5]))
    assert mixed.tolist() == [1.5, 2.0, 1.0]
    slow = sweep_needs([replace(known[0], mix_delay=1.5)])[0]
    assert (slow.hidden, slow.low, slow.high) == pytest.approx((6.0, 3 / 0.625, 3 / 0.4))
    assert sweep_needs([known[3]])[0].share == 1
    with pytest.raises(EquityError, match="reported-share-impossible"):
        sweep_needs(known, reported_in_30_days=1.0)


def test_the_random_part_gives_every_metre_its_chance():
    streets, _, _ = a_city()
    drawn = np.array([random_part(streets, 8000.0, seed)[0] for seed in range(400)])
    chance = random_part(streets, 8000.0, 0)[1]
    assert chance == pytest.approx(8000 / streets.metres.sum())
    assert (drawn @ streets.metres).mean() == pytest.approx(8000, rel=0.02)
    # Five standard errors of a share of 400.
    assert np.abs(drawn.mean(axis=0) - chance).max() < 5 * np.sqrt(chance * (1 - chance) / 400)
    by_area = [np.bincount(streets.area[one], minlength=8) for one in drawn]
    assert np.ptp(by_area, axis=1).max() <= 2
    assert random_part(streets, 1e9, 0)[0].all()


def test_four_fifths_follow_what_is_hidden_and_the_plan_is_that_of_its_seed():
    found = plan()
    assert found.share.share == 0.2
    assert [route.week for route in found.routes] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert max(route.hours for route in found.routes) <= 3 * (1 + 1e-9)
    stops = [stop for route in found.routes for stop in route.stops]
    assert len({stop.stretch for stop in stops}) == len(stops)
    drawn_metres, all_metres = (
        sum(getattr(visit, name) for visit in found.visits) for name in ("random_metres", "metres")
    )
    assert drawn_metres / all_metres == pytest.approx(0.2, abs=0.05)
    hidden = np.array([visit.metres - visit.random_metres for visit in found.visits])
    shares = np.array([visit.need.share for visit in found.visits])
    longest = max(stop.metres for stop in stops)
    is_open = hidden < np.bincount(a_city()[0].area, a_city()[0].metres) * 0.6
    expected = shares[is_open] / shares[is_open].sum() * hidden[is_open].sum()
    assert np.abs(hidden[is_open] - expected).max() < 1.5 * longest
    assert all(promise.is_kept for promise in found.promises)
    assert found.least_travel_metres <= found.travel_metres
    again, other = plan(), plan(seed=2)
    assert (again.routes, again.visits) == (found.routes, found.visits)
    drawn = [
        {s.stretch for r in one.routes for s in r.stops if s.reason == RANDOM}
        for one in (found, other)
    ]
    assert drawn[0] != drawn[1]


def test_every_district_is_visited_and_the_plan_says_when_it_cannot_be():
    # One day, too short to drive along the whole city and look at something in each district.
    crews = replace(CREWS, days_per_week=5.0, hours_per_day=2.0, travel_metres_per_hour=14_000.0)
    short = plan(crews=crews, weeks=1)
    assert len(short.routes) == 1
    kept, with_no_shows = short.promises
    assert not kept.is_kept
    assert {area for area, _ in kept.late} <= {area for area, _ in with_no_shows.late}
    visited = {stop.area for route in short.routes for stop in route.stops}
    assert {area for area, _ in kept.late} == {f"d{a}" for a in range(8)} - visited
    assert {stop.area for stop in short.left_out} >= {area for area, _ in kept.late}
    assert with_no_shows.sweep_days_needed >= kept.sweep_days_needed > 1

    # As many days as the plan asks for keep the promise, also with a fifth of them lost.
    enough = replace(crews, days_per_week=5.0 * with_no_shows.sweep_days_needed)
    assert all(promise.is_kept for promise in plan(crews=enough, weeks=1).promises)

    far = plan(crews=replace(crews, travel_metres_per_hour=9000.0), weeks=1)
    assert far.promises[0].too_far

    streets, needs, network = a_city()
    nothing = Streets((), streets.areas, *(np.zeros(0, kind) for kind in (np.intp, float, float)))
    nowhere = replace(network, junction=nothing.area)
    bare = sweep_plan(nothing, needs, nowhere, CREWS, sweep_share(0.5), weeks=2, seed=1)
    assert (bare.routes, bare.promises[0].too_far) == ((), streets.areas)

    none = plan(utilisation=0.95)
    assert (none.routes, none.audit_chance) == ((), 0.0)
    assert len(none.promises[0].late) == 8


def test_a_district_is_due_by_when_it_was_last_visited():
    streets, needs, network = a_city()
    ago = np.full(streets.metres.size, np.nan)
    ago[streets.area == 7] = 25.0
    ago[streets.area == 3] = 90.0
    ago[streets.area == 5] = 2.0
    found = sweep_plan(
        replace(streets, swept_days_ago=ago), needs, network, CREWS, sweep_share(0.7),
        weeks=4, seed=1,
    )  # fmt: skip
    due = {visit.need.area: (visit.due_week, visit.week) for visit in found.visits}
    assert [due[area][0] for area in ("d7", "d3", "d5", "d0")] == [1, 1, 4, 4]
    assert found.promises[0].is_kept
    assert all(week is not None and week <= last for last, week in due.values())
    # A lost day puts the second day of the week into the next.
    second = {stop.area for stop in found.routes[1].stops}
    second -= {stop.area for stop in found.routes[0].stops}
    assert dict(found.promises[1].late) == dict.fromkeys(second & {"d3", "d7"}, 2)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_promised_is_what_the_days_hold_and_what_it_would_take_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    areas, weeks = int(rng.integers(3, 9)), int(rng.integers(1, 5))
    streets, needs, network = a_city(areas, int(rng.integers(3, 6)))
    ago = rng.integers(0, 60, areas) + np.where(rng.random(areas) < 0.3, np.nan, 0)
    streets = replace(streets, swept_days_ago=ago[streets.area])

    def planned(sweep_days: float) -> SweepPlan:
        crews = replace(CREWS, days_per_week=5 * sweep_days, travel_metres_per_hour=11_000.0)
        share = sweep_share(0.5)
        return sweep_plan(streets, needs, network, crews, share, weeks=weeks, seed=seed)

    found = planned(float(rng.choice([0.5, 1.0, 1.5, 2.0])))
    days = {stop.area: route.day for route in reversed(found.routes) for stop in route.stops}
    for number, promise in enumerate(found.promises):
        a_week = (1 - promise.no_shows) * found.sweep_days_per_week
        late = {}
        for visit in found.visits:
            day = days.get(visit.need.area)
            week = None if day is None else int(np.ceil(day / a_week - 1e-9))
            if week is None or week > visit.due_week:
                late[visit.need.area] = week if week is not None and week <= weeks else None
        assert dict(promise.late) == late
        if set(late) - set(promise.too_far):
            assert promise.sweep_days_needed > found.sweep_days_per_week
            enough = planned(promise.sweep_days_needed).promises[number]
            assert {area for area, _ in enough.late} <= set(promise.too_far)


def test_routes_are_the_best_where_all_can_be_tried_and_never_below_the_bound():
    rng = np.random.default_rng(1)
    for size in (1, 2, 3, 7, 7, 7):
        places = rng.uniform(0, 9000, (size + 1, 2))
        metres = np.hypot(*(places[:, None] - places).transpose(2, 0, 1))
        ways = Ways(metres, np.append(0.0, np.full(size, 0.5)), 1e6, 2e4)
        tour = tour_through(ways, np.arange(1, size + 1))
        best = min(ways.length(np.array(one)) for one in permutations(range(1, size + 1)))
        assert ways.length(tour) == pytest.approx(best, rel=0.02)
        # Days of three hours: the cut is the best of all cuts of this tour.
        short = replace(ways, hours_per_day=3.0)
        days = cut_into_days(short, tour)
        assert np.concatenate(days).tolist() == tour.tolist()
        tried = []
        for cuts in product([False, True], repeat=size - 1):
            parts = np.split(tour, np.flatnonzero(cuts) + 1)
            if all(short.duration(part) <= 3 for part in parts):
                tried.append((len(parts), sum(map(short.length, parts))))
        driven = sum(map(short.length, days))
        assert (len(days), pytest.approx(driven)) == min(tried)
        assert days_needed(short, tour) == len(days)
        assert least_metres(short, tour) <= driven + 1e-6
    assert days_needed(ways, np.zeros(0, np.intp)) == 0
    many = rng.uniform(0, 9000, (401, 2))
    metres = np.hypot(*(many[:, None] - many).transpose(2, 0, 1))
    ways = Ways(metres, np.append(0.0, np.full(400, 0.2)), 7.0, 2e4)
    days = [
        improved(ways, day) for day in cut_into_days(ways, tour_through(ways, np.arange(1, 401)))
    ]
    assert sorted(np.concatenate(days).tolist()) == list(range(1, 401))
    assert sum(map(ways.length, days)) < 2 * least_metres(ways, np.arange(1, 401))


def test_the_way_is_along_streets_or_over_the_ground():
    # A square with a diagonal street, and a longer street beside a shorter one.
    edges = np.array([[0, 1], [1, 2], [2, 3], [3, 0], [0, 2], [1, 0]])
    lengths = np.array([100.0, 100.0, 100.0, 100.0, 150.0, 70.0])
    network = StreetNetwork(edges, lengths, np.array([2, 1, 1]), depot=3)
    metres = network.metres_between(np.array([0, 1, 2]))
    assert metres.tolist() == [[0, 100, 170, 170], [100, 0, 100, 100],
                               [170, 100, 0, 0], [170, 100, 0, 0]]  # fmt: skip
    lost = replace(network, junction=np.array([2, 9, 1]))
    with pytest.raises(EquityError, match="places-unreachable") as refusal:
        lost.metres_between(np.array([0, 1]))
    assert refusal.value.facts == {"count": 1}
    with pytest.raises(EquityError, match="street-length-impossible"):
        replace(network, metres=-lengths).metres_between(np.array([0]))
    lines = StraightLines(np.array([0.0, 0.0]), np.array([1.0, 2.0]), depot=(0.0, 0.0))
    assert lines.metres_between(np.array([1, 0])) == pytest.approx(
        np.array([[0, 2, 1], [2, 0, 1], [1, 1, 0]]) * 111_195, rel=1e-4
    )
    streets, needs, _ = a_city(areas=2)
    spots = np.column_stack([np.linspace(0, 0.02, 72), np.linspace(51.0, 51.02, 72)])
    ground = StraightLines(spots[:, 0], spots[:, 1], depot=(0.0, 51.0))
    found = sweep_plan(streets, needs, ground, CREWS, sweep_share(0.5), weeks=1, seed=1)
    assert {stop.reason for route in found.routes for stop in route.stops} == {RANDOM, HIDDEN}


def test_a_plan_nobody_can_make_is_refused():
    with pytest.raises(EquityError, match="weeks-impossible"):
        plan(weeks=0)
    for wrong in (
        {"hours_per_day": 0.0},
        {"travel_metres_per_hour": -1.0},
        {"days_per_week": float("inf")},
    ):
        with pytest.raises(EquityError, match="crews-impossible"):
            replace(CREWS, **wrong)
    with pytest.raises(EquityError, match="street-length-impossible"):
        replace(a_city()[0], metres=np.zeros(288))
