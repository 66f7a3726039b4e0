"""What no weight may ever do to the queue."""

from datetime import UTC, datetime, timedelta
from math import isclose, prod

from hypothesis import given
from hypothesis import strategies as st

from equity.priority import Priority, priority_of
from equity.reporting_rate import AreaRate, Grade
from equity.weights import area_weights

NOW = datetime(2026, 3, 1, tzinfo=UTC)
AREAS = ("north", "south", "east")
TARGETS = (24.0, 72.0, 240.0)


@st.composite
def rates(draw: st.DrawFn) -> tuple[AreaRate, ...]:
    def rate(area: str) -> AreaRate:
        grade = draw(st.sampled_from(Grade))
        if grade is Grade.C:
            return AreaRate(area, grade, 3, 9, 90.0, None, None, None)
        low, middle, high = sorted(draw(st.lists(st.floats(1e-6, 1e6), min_size=3, max_size=3)))
        return AreaRate(area, grade, 99, 99, 990.0, middle, low, high)

    return tuple(rate(area) for area in AREAS)


@st.composite
def reports(draw: st.DrawFn) -> list[dict]:
    return [
        {
            "report_id": f"r{number}",
            "severity_band": draw(st.integers(0, 4)),
            "opened_at": NOW - timedelta(minutes=draw(st.integers(-60, 60 * 24 * 90))),
            "target_hours": draw(st.sampled_from(TARGETS)),
            "area": draw(st.sampled_from(AREAS)),
        }
        for number in range(draw(st.integers(0, 12)))
    ]


gains = st.floats(0, 1e6)


def queue(reports: list[dict], weights: dict[str, float]) -> list[Priority]:
    priorities = [
        priority_of(**{k: v for k, v in report.items() if k != "area"}, now=NOW,
                    area_weight=weights[report["area"]])
        for report in reports
    ]  # fmt: skip
    return sorted(priorities, key=lambda priority: priority.sort_key)


def weights_of(rates: tuple[AreaRate, ...], gain: float) -> dict[str, float]:
    return {weight.area: weight.weight for weight in area_weights(rates, gain)}


@given(rates(), gains)
def test_a_weight_lies_between_1_and_one_and_a_half_and_needs_data(rates, gain):
    for weight in area_weights(rates, gain):
        assert 1.0 <= weight.weight <= 1.5
        assert weight.weight == 1.0 or (weight.grade in "AB" and gain > 0)


@given(reports(), rates(), gains)
def test_weights_never_move_a_report_to_another_band_nor_move_a_hazard_at_all(reports, rates, gain):
    weighted = queue(reports, weights_of(rates, gain))
    plain = queue(reports, dict.fromkeys(AREAS, 1.0))
    assert [p.severity_band for p in weighted] == [p.severity_band for p in plain]
    hazards = sum(p.severity_band <= 1 for p in plain)
    assert weighted[:hazards] == plain[:hazards]


@given(reports(), rates(), gains)
def test_of_two_reports_alike_the_one_waiting_longer_goes_first(reports, rates, gain):
    area = {report["report_id"]: report["area"] for report in reports}
    place = {
        p.report_id: number for number, p in enumerate(queue(reports, weights_of(rates, gain)))
    }
    for one in reports:
        for other in reports:
            is_alike = all(one[k] == other[k] for k in ("severity_band", "target_hours", "area"))
            if is_alike and one["opened_at"] < other["opened_at"]:
                assert place[one["report_id"]] < place[other["report_id"]]
    assert area.keys() == place.keys()


@given(reports(), rates(), gains, st.randoms(use_true_random=False))
def test_the_order_is_that_of_the_facts_not_of_the_list(reports, rates, gain, random):
    weights = weights_of(rates, gain)
    shuffled = random.sample(reports, len(reports))
    assert queue(shuffled, weights) == queue(reports, weights)


@given(reports(), rates(), gains)
def test_every_position_multiplies_back_to_its_score(reports, rates, gain):
    weights = weights_of(rates, gain)
    facts = {report["report_id"]: report for report in reports}
    for priority in queue(reports, weights):
        report = facts[priority.report_id]
        assert priority.score == prod(factor.value for factor in priority.factors)
        weight = weights[report["area"]] if report["severity_band"] > 1 else 1.0
        waiting = max(0.0, (NOW - report["opened_at"]) / timedelta(hours=1))
        assert isclose(priority.score, waiting / report["target_hours"] * weight, abs_tol=1e-12)
