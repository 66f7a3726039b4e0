"""What no weight may ever do to the queue, of one report at a time and of the whole at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isclose, prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equity.errors import EquityError
from equity.levers.priority import UNWEIGHTED_BANDS, Priority, priority_of
from equity.levers.queue_order import (
    OpenReports,
    hours_to_completion,
    places,
    queue_order,
    report_weights,
    scores,
)
from equity.levers.weight_fallback import HeldWeights, held_weights
from equity.levers.weight_preview import Preview, preview_weights
from equity.levers.weights import AreaWeight, area_weights, weights_digest
from equity.rates.reporting_rate import AreaRate, Grade

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TICK = np.datetime64(NOW.replace(tzinfo=None), "us")
AREAS = ("north", "south", "east")
TARGETS = (24.0, 72.0, 240.0)

few = settings(max_examples=40)


@st.composite
def rates(draw: st.DrawFn) -> tuple[AreaRate, ...]:
    def rate(area: str) -> AreaRate:
        grade = draw(st.sampled_from(Grade))
        if grade is Grade.C:
            return AreaRate(area, grade, 3, 9, 90.0, None, None, None)
        figures = st.floats(0.2, 5) | st.floats(1e-6, 1e6)
        low, middle, high = sorted(draw(st.lists(figures, min_size=3, max_size=3)))
        return AreaRate(area, grade, 99, 99, 990.0, middle, low, high)

    return tuple(rate(area) for area in AREAS)


@st.composite
def queues(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to 12 reports; minutes from a coarse and a fine clock, so that some are the same."""
    minutes = st.integers(-60, 60 * 24 * 90) | st.sampled_from((1440, 2880, 5000))
    return [
        {
            "report_id": f"r{number}",
            "severity_band": draw(st.integers(0, 4) | st.just(2)),
            "opened_at": NOW - timedelta(minutes=draw(minutes)),
            "target_hours": draw(st.sampled_from(TARGETS)),
            "area": draw(st.sampled_from(AREAS)),
        }
        for number in range(draw(st.integers(0, 12)))
    ]


@st.composite
def tight_queues(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Reports of one band or two, near their targets, so that a turn more or less decides."""
    return [
        {
            "report_id": f"r{number}",
            "severity_band": draw(st.sampled_from((2, 2, 2, 3))),
            "opened_at": NOW - timedelta(hours=draw(st.integers(40, 60))),
            "target_hours": draw(st.sampled_from((72.0, 72.0, 72.0, 96.0))),
            "area": draw(st.sampled_from(AREAS)),
        }
        for number in range(draw(st.integers(4, 9)))
    ]


gains = st.floats(0, 5) | st.floats(0, 1e6)
paces = st.floats(0.1, 20)
area_weight = st.sampled_from((1.0, 1.2, 1.5)) | st.floats(1, 1.5)
three_weights = st.tuples(area_weight, area_weight, area_weight)
any_queue = queues() | tight_queues()


def one_by_one(reports: list[dict[str, Any]], weights: dict[str, float]) -> list[Priority]:
    priorities = [
        priority_of(**{k: v for k, v in report.items() if k != "area"}, now=NOW,
                    area_weight=weights[report["area"]])
        for report in reports
    ]  # fmt: skip
    return sorted(priorities, key=lambda priority: priority.sort_key)


def weights_of(rates: tuple[AreaRate, ...], gain: float) -> dict[str, float]:
    return {weight.area: weight.weight for weight in area_weights(rates, gain)}


def columns(reports: list[dict[str, Any]]) -> OpenReports:
    return OpenReports(
        report_ids=np.array([report["report_id"] for report in reports], np.str_),
        opened_at=np.array([r["opened_at"].replace(tzinfo=None) for r in reports], "M8[us]"),
        severity_band=np.array([report["severity_band"] for report in reports], np.intp),
        target_hours=np.array([report["target_hours"] for report in reports], float),
        area=np.array([AREAS.index(report["area"]) for report in reports], np.intp),
    )


def held(reports: OpenReports, weights: tuple[float, ...], pace: float) -> HeldWeights:
    return held_weights(reports, TICK, report_weights(reports, np.array(weights)), pace)


@few
@given(rates(), gains)
def test_a_weight_lies_between_1_and_one_and_a_half_and_needs_data(rates, gain):
    for weight in area_weights(rates, gain):
        assert 1.0 <= weight.weight <= 1.5
        assert weight.weight == 1.0 or (weight.grade in "AB" and gain > 0)
        below = weight.shortfall > 0
        assert not below or weight.upper_limit < weight.median_rate
    assert {weight.weight for weight in area_weights(rates)} == {1.0}


@few
@given(any_queue, three_weights, paces)
def test_a_and_c_no_weight_moves_a_band_nor_the_completion_of_a_hazard(reports, weights, pace):
    queue = columns(reports)
    found = held(queue, weights, pace)
    bands = queue.severity_band[found.order]
    assert (bands == np.sort(bands)).all()
    is_hazard = queue.severity_band <= 1
    before, after = (
        hours_to_completion(places(order), pace) for order in (found.plain_order, found.order)
    )
    assert (before[is_hazard] == after[is_hazard]).all()
    weighted = one_by_one(reports, dict(zip(AREAS, weights, strict=True)))
    plain = one_by_one(reports, dict.fromkeys(AREAS, 1.0))
    assert [p.severity_band for p in weighted] == [p.severity_band for p in plain]
    hazards = sum(p.severity_band in UNWEIGHTED_BANDS for p in plain)
    assert weighted[:hazards] == plain[:hazards]


@few
@given(tight_queues(), three_weights, st.sampled_from((2.0, 3.0, 4.0)))
def test_b_in_one_area_and_band_the_order_is_that_of_waiting(reports, weights, pace):
    """Waiting counts against the target; with one target it is the moment of opening."""
    queue = columns(reports)
    by_hand = one_by_one(reports, dict(zip(AREAS, weights, strict=True)))
    ids = [p.report_id for p in by_hand]
    share = queue.waiting_hours(TICK) / queue.target_hours
    for place in (
        places(held(queue, weights, pace).order),
        [ids.index(report["report_id"]) for report in reports],
    ):
        for i, one in enumerate(reports):
            for j, other in enumerate(reports):
                if any(one[k] != other[k] for k in ("area", "severity_band")):
                    continue
                if share[i] > share[j] * (1 + 1e-12):
                    assert place[i] < place[j]
                if one["target_hours"] == other["target_hours"]:
                    assert (one["opened_at"] < other["opened_at"]) <= (place[i] < place[j])


@few
@given(tight_queues(), three_weights, st.sampled_from((2.0, 3.0, 4.0)))
def test_d_no_report_is_pushed_past_its_target_nor_does_a_weight_fall_for_nothing(
    reports, weights, pace
):
    queue = columns(reports)
    found = held(queue, weights, pace)
    waited = [max(0, (NOW - r["opened_at"]) / timedelta(hours=1)) for r in reports]

    def late(order) -> set[int]:
        return {
            i
            for place, i in enumerate(order)
            if waited[i] + (place + 1) * 24 / pace > reports[i]["target_hours"]
        }

    assert late(found.order) <= late(found.plain_order)
    free = report_weights(queue, np.array(weights))
    has_fallen = found.for_report >= 0
    assert (found.weights == np.where(has_fallen, 1.0, free)).all()
    would_push = late(queue_order(queue, TICK, free)) - late(found.plain_order)
    assert has_fallen.any() == bool(would_push)
    assert set(found.for_report[has_fallen].tolist()) <= set(range(len(reports)))


@few
@given(any_queue, three_weights, st.randoms(use_true_random=False))
def test_e_the_order_is_that_of_the_facts_not_of_the_list(reports, weights, random):
    shuffled = random.sample(reports, len(reports))
    named = dict(zip(AREAS, weights, strict=True))
    assert one_by_one(shuffled, named) == one_by_one(reports, named)
    orders = [
        queue.report_ids[held(queue, weights, 2.0).order].tolist()
        for queue in (columns(shuffled), columns(reports))
    ]
    assert orders[0] == orders[1]


@few
@given(queues(), rates(), gains)
def test_f_every_position_multiplies_back_to_its_score(reports, rates, gain):
    weights = weights_of(rates, gain)
    facts = {report["report_id"]: report for report in reports}
    for priority in one_by_one(reports, weights):
        report = facts[priority.report_id]
        assert priority.score == prod(factor.value for factor in priority.factors)
        weight = weights[report["area"]] if report["severity_band"] > 1 else 1.0
        waiting = max(0.0, (NOW - report["opened_at"]) / timedelta(hours=1))
        assert isclose(priority.score, waiting / report["target_hours"] * weight, abs_tol=1e-12)


@few
@given(queues(), rates(), gains)
def test_the_whole_queue_at_once_is_the_queue_one_by_one(reports, rates, gain):
    weights = weights_of(rates, gain)
    queue = columns(reports)
    per_report = report_weights(queue, np.array([*weights.values()]))
    order = queue_order(queue, TICK, per_report)
    expected = one_by_one(reports, weights)
    assert queue.report_ids[order].tolist() == [priority.report_id for priority in expected]
    assert scores(queue, TICK, per_report)[order].tolist() == [p.score for p in expected]


def preview(queue: OpenReports, weights: Sequence[AreaWeight], pace: float) -> Preview:
    """At the tick, with the weights held back where they would harm."""
    given_weights = report_weights(queue, np.array([one.weight for one in weights], float))
    return preview_weights(
        queue, TICK, weights, held_weights(queue, TICK, given_weights, pace), pace
    )


@few
@given(queues(), rates(), gains, paces)
def test_a_preview_adds_up_and_names_the_weights(reports, rates, gain, pace):
    queue, weights = columns(reports), area_weights(rates, gain)
    shown = preview(queue, weights, pace)
    assert sum(area.reports for area in shown.areas) == shown.reports == len(reports)
    # Whoever goes ahead puts another back: all hours gained are hours waited.
    assert sum(area.mean_hours * area.reports for area in shown.areas) == pytest.approx(0, abs=1e-6)
    assert shown.past_target[1] <= shown.past_target[0]
    assert shown.digest == weights_digest(weights)
    if {weight.weight for weight in weights} == {1.0}:
        assert not any(area.sooner or area.later or area.fallen_back for area in shown.areas)


def test_a_weight_falls_back_for_the_target_it_would_cost_somebody_else():
    """Two a day. Without weights `old` is done on its last day; `new` would take its turn."""

    def report(name: str, hours: float, area: str, target: float = 72.0) -> dict[str, Any]:
        opened = NOW - timedelta(hours=hours)
        return {"report_id": name, "severity_band": 2, "opened_at": opened,
                "target_hours": target, "area": area}  # fmt: skip

    reports = [report("first", 71.9, "north", 48.0), report("old", 48.0, "north"),
               report("new", 40.0, "south"), report("newer", 30.0, "south"),
               report("other", 30.0, "east", 240.0)]  # fmt: skip
    queue = columns(reports)
    free = report_weights(queue, np.array([1.0, 1.5, 1.5]))
    assert queue.report_ids[queue_order(queue, TICK, free)].tolist()[:2] == ["first", "new"]
    found = held_weights(queue, TICK, free, 2.0)
    assert queue.report_ids[found.order].tolist() == ["first", "old", "new", "newer", "other"]
    assert found.weights.tolist() == [1.0, 1.0, 1.0, 1.0, 1.5]
    assert found.for_report.tolist() == [-1, -1, 1, 1, -1]
    known = [
        AreaWeight(area, Grade.A, 1.0, 1.0, 1.0, 0.0, weight)
        for area, weight in zip(AREAS, (1.0, 1.5, 1.5), strict=True)
    ]
    shown = preview(queue, known, 2.0)
    assert [area.fallen_back for area in shown.areas] == [0, 2, 0, 0]
    # With twice the hands the weights stand, and `new` and `old` change places: six hours.
    shown = preview(queue, known, 4.0)
    assert [(a.area, a.sooner, a.later) for a in shown.areas[:2]] == [
        ("north", 0, 1),
        ("south", 1, 0),
    ]
    assert (shown.areas[0].most_hours_later, shown.areas[1].most_hours_sooner) == (6.0, 6.0)
    assert held_weights(queue, TICK, free, 4.0).weights.tolist() == free.tolist()


def test_a_stopped_clock_counts_no_hours():
    queue = columns([{"report_id": "r", "severity_band": 2, "target_hours": 24.0, "area": "north",
                      "opened_at": NOW - timedelta(hours=30)}] * 2)  # fmt: skip
    stopped = np.array([TICK - np.timedelta64(20, "h"), np.datetime64("NaT")], "M8[us]")
    assert replace(queue, stopped_at=stopped).waiting_hours(TICK).tolist() == [10.0, 30.0]


def test_a_queue_nobody_could_explain_is_refused():
    queue = columns([{"report_id": "r", "severity_band": 2, "opened_at": NOW,
                      "target_hours": 24.0, "area": "north"}])  # fmt: skip
    for weight in (0.9, 1.6, float("nan")):
        with pytest.raises(EquityError, match="weight-impossible"):
            report_weights(queue, np.array([weight, 1.0, 1.0]))
    for pace in (0.0, float("inf"), float("nan")):
        with pytest.raises(EquityError, match="pace-impossible"):
            held_weights(queue, TICK, np.ones(1), pace)
    for field, value, slug in (
        ("severity_band", -1, "band-impossible"),
        ("target_hours", 0.0, "target-impossible"),
        ("target_hours", float("inf"), "target-impossible"),
    ):
        with pytest.raises(EquityError, match=slug):
            replace(queue, **{field: np.array([value])})
