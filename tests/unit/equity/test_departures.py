"""Each way in which a simulated city departs from the ideal does what it says, and no more."""

from dataclasses import fields, replace

import numpy as np
import pytest

from equity.rates.events import (
    FOUND,
    GONE,
    NOT_FOUND,
    UNKNOWN,
    ObservationRule,
    observe,
    reports_by_area,
)
from equity.simulation.event_log import EventLog
from equity.simulation.planar_city import planar_city
from equity.simulation.scenario import CHANNELS, Category, City, Scenario
from equity.simulation.simulate import Truth, simulate

BEGAN_AT = np.datetime64("2025-01-01", "us")
VILLAGE = City(("a",), np.array([1e6]), *(np.array([0.2]),) * 3)
LIGHTS = (Category("light", 8.0, 0.05),)
PLAIN = Scenario(rate_spread=0.0)
EVERYTHING = Scenario(
    rate_structure=0.5,
    channel_rates=(1.0, 1.0, 0.5, 1.0),
    frailty_shape=0.5,
    life_days=60.0,
    inspection_income=0.3,
    hastening=0.3,
    overlooked=0.1,
    burst=10.0,
    damping=0.3,
    confirmed=0.5,
    repeat_calls=0.3,
    never_again=0.2,
    linkage_recall=0.7,
    false_merges=0.1,
    staff_rate=0.005,
    sweep_every_days=30.0,
)


def village(**departures: object) -> tuple[EventLog, Truth]:
    return simulate(VILLAGE, LIGHTS, replace(PLAIN, **departures), 5)


def further(log: EventLog) -> int:
    """Residents' reports beyond the first of each incident."""
    incidents = np.unique(log.incident[log.is_report]).size
    return int(log.is_report.sum()) - incidents


def test_a_city_with_every_departure_is_the_same_again_and_keeps_its_books():
    city, neighbours = planar_city(20, 3)
    runs = [simulate(city, LIGHTS, EVERYTHING, seed, neighbours) for seed in (1, 1, 2)]
    flat = [
        [getattr(log, field.name) for field in fields(log) if field.name != "sweeps"]
        + [log.sweeps.area, log.sweeps.at, truth.hidden_stock, truth.log_rate]
        for log, truth in runs
    ]
    same = [
        np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind == "f")
        for a, b in zip(flat[0], flat[1], strict=True)
    ]
    assert all(same)
    assert not np.array_equal(runs[0][0].at, runs[2][0].at)
    log, _ = runs[0]
    assert (np.diff(log.at) >= 0).all()
    assert not (log.at > log.closed_at[log.incident]).any()
    assert not (log.closed_at < log.inspected_at).any()
    assert np.array_equal(np.unique(log.incident), np.arange(log.inspected_at.size))
    assert ((log.outcome == UNKNOWN) == np.isnan(log.inspected_at)).all()
    assert set(np.unique(log.outcome)) == {UNKNOWN, FOUND, GONE, NOT_FOUND}


def test_the_log_knows_nothing_of_the_truth():
    assert not {one.name for one in fields(Truth)} & {one.name for one in fields(EventLog)}
    silent = (Category("light", 8.0, 1e-12),)
    log, truth = simulate(VILLAGE, silent, PLAIN, 5)
    assert truth.hidden_stock.sum() == truth.incidents.sum() > 1000
    assert log.at.size == log.inspected_at.size == 0


def test_what_crews_and_sweeps_find_is_no_report():
    log, truth = village(sweep_every_days=30.0, staff_rate=0.01)
    found = log.is_sweep | log.is_staff
    assert log.is_sweep.sum() > 500
    assert log.is_staff.sum() > 500
    assert (log.channel[found] == UNKNOWN).all()
    assert (log.reporter[found] == UNKNOWN).all()
    requests = log.requests(BEGAN_AT)
    end = BEGAN_AT + np.timedelta64(366, "D")
    assert reports_by_area(requests, end, 400.0).sum() == (~found).sum()
    rule = ObservationRule(end_at=end)
    seen = observe(requests, rule)
    assert seen.left_out.without_report == log.inspected_at.size - truth.reported.sum() > 100
    counted = observe(replace(requests, is_report=np.ones(log.at.size, bool)), rule)
    assert counted.duplicates.sum() > 1.2 * seen.duplicates.sum()


def test_a_sweep_finds_its_part_of_what_is_there_and_leaves_less_hidden():
    silent = (Category("light", 8.0, 1e-12),)
    swept = replace(PLAIN, sweep_every_days=73.0, sweep_effort=0.5, sweep_detection=0.4)
    log, truth = simulate(VILLAGE, silent, swept, 5)
    assert log.sweeps.at.size == 5
    assert log.sweeps.effort.tolist() == [0.5] * 5
    _, found = np.unique(log.at, return_counts=True)
    existing, arriving = 0.0, truth.incidents.sum() / 365.0
    for at, count, before in zip(log.sweeps.at, found, [0.0, *log.sweeps.at], strict=False):
        existing += arriving * (at - before)
        assert count == pytest.approx(0.2 * existing, rel=0.25)  # those found are repaired
        existing -= count
    assert truth.hidden_stock.sum() == truth.incidents.sum() - log.inspected_at.size
    _, first = np.unique(log.incident, return_index=True)
    assert np.array_equal(log.inspected_at, log.at[first])


def test_the_app_turns_people_away_and_a_confirmation_brings_them_back():
    plain, damped = village()[0], village(damping=0.3)[0]
    half = village(damping=0.3, confirmed=0.5)[0]
    assert further(damped) == pytest.approx(0.3 * further(plain), rel=0.08)
    assert damped.turned_away.sum() == pytest.approx(0.7 * further(plain), rel=0.08)
    assert half.is_confirmation.sum() == pytest.approx(half.turned_away.sum(), rel=0.08)
    assert half.is_confirmation.sum() + half.turned_away.sum() == damped.turned_away.sum()
    seen, whole = (
        observe(log.requests(BEGAN_AT), ObservationRule()).duplicates.sum() for log in (half, plain)
    )
    assert seen == pytest.approx((0.3 + 0.5 * 0.7) * whole, rel=0.08)


def test_half_of_the_incidents_never_draw_a_further_report():
    plain, quiet = village()[0], village(never_again=0.5)[0]
    assert further(quiet) == pytest.approx(0.5 * further(plain), rel=0.08)
    assert quiet.inspected_at.size == plain.inspected_at.size


def test_every_further_report_takes_its_part_of_the_wait_that_is_left():
    plain, hastened = village()[0], village(hastening=0.5)[0]
    order = np.lexsort((plain.at, plain.incident))
    at, incident = plain.at[order], plain.incident[order]
    second = np.flatnonzero(np.diff(incident, prepend=-1) == 0)
    second = second[np.diff(incident[second], prepend=-1) > 0]
    expected = plain.inspected_at.copy()
    wait = expected[incident[second]] - at[second]
    expected[incident[second]] -= 0.5 * np.maximum(wait, 0.0)
    reports = np.bincount(plain.incident)
    known = np.isfinite(plain.inspected_at) & (reports <= 2)
    assert np.count_nonzero(reports[known] == 2) > 500
    np.testing.assert_allclose(hastened.inspected_at[known], expected[known])
    crowded = np.isfinite(plain.inspected_at) & (reports > 2)
    assert (hastened.inspected_at <= plain.inspected_at)[crowded].all()


def test_a_report_that_is_not_linked_is_an_incident_of_its_own():
    plain, torn = village()[0], village(linkage_recall=0.6)[0]
    assert np.array_equal(torn.at, plain.at)
    alone = torn.inspected_at.size - plain.inspected_at.size
    assert alone == pytest.approx(0.4 * further(plain), rel=0.08)
    assert further(torn) == further(plain) - alone
    shut, truth = village(linkage_recall=0.6, copies_closed=1.0)
    assert np.array_equal(shut.incident, torn.incident)
    assert np.count_nonzero(shut.closed_at != torn.closed_at) >= alone
    rule = ObservationRule()
    seen, whole = (observe(log.requests(BEGAN_AT), rule) for log in (shut, plain))
    assert seen.area.size == whole.area.size
    assert seen.duplicates.sum() == pytest.approx(0.6 * whole.duplicates.sum(), rel=0.08)
    assert truth.reported == village()[1].reported


def test_a_false_merge_swallows_an_incident_and_closes_it_with_the_other():
    (plain, _), (merged, truth) = village(), village(false_merges=0.2)
    swallowed = plain.inspected_at.size - merged.inspected_at.size
    assert swallowed == pytest.approx(0.2 * plain.inspected_at.size, rel=0.1)
    assert truth.reported.sum() == plain.inspected_at.size
    assert further(merged) > further(plain)


def test_what_is_gone_or_overlooked_is_not_found():
    log, _ = village(life_days=30.0, overlooked=0.2, inspection_days=15.0)
    found, gone, not_found = (np.sum(log.outcome == one) for one in (FOUND, GONE, NOT_FOUND))
    assert gone / (found + gone + not_found) == pytest.approx(
        1 - (1 + 15 / 30 / 1.5) ** -1.5, rel=0.08
    )
    assert not_found / (found + not_found) == pytest.approx(0.2, rel=0.1)


def test_a_closed_line_silences_those_who_use_it():
    open_log, open_truth = village()
    log, truth = village(channel_rates=(1.0, 1.0, 0.0, 1.0))
    share = np.mean(open_log.channel == CHANNELS.index("phone"))
    assert share == pytest.approx(0.32 * 0.85, rel=0.05)
    assert np.count_nonzero(log.channel == CHANNELS.index("phone")) == 0
    lost = truth.log_rate - open_truth.log_rate
    assert lost[0] == pytest.approx(np.log(1 - 0.32 * 0.85))
    assert further(log) < 0.8 * further(open_log)


def test_neighbours_are_alike_where_the_rates_go_over_the_map():
    city, neighbours = planar_city(300, 4)

    def likeness(structure: float) -> tuple[float, float]:
        scenario = Scenario(rate_effects=(0.0,) * 3, rate_spread=0.5, rate_structure=structure)
        rates = np.array(
            [
                simulate(city, (Category("light", 0.01, 0.05),), scenario, seed, neighbours)[
                    1
                ].log_rate
                for seed in range(6)
            ]
        )
        one, other = rates[:, neighbours[:, 0]], rates[:, neighbours[:, 1]]
        return float(np.corrcoef(one.ravel(), other.ravel())[0, 1]), float(rates.std())

    apart, spread = likeness(0.0)
    assert abs(apart) < 0.1
    assert spread == pytest.approx(0.5, rel=0.1)
    alike, spread = likeness(0.9)
    assert alike > 0.5
    assert spread == pytest.approx(0.5, rel=0.25)
