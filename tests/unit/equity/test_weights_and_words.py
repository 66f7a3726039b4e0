from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log

import pytest

from equity.errors import EquityError
from equity.levers.explain_position import POSITION_ENGLISH, explain_position
from equity.levers.priority import priority_of
from equity.levers.weights import area_weights
from equity.rates.explain_rate import RATE_ENGLISH, explain_rate
from equity.rates.reporting_rate import AreaRate, Grade
from equity.sentences import in_words, lower_limit, upper_limit

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def rate(area: str, grade: Grade, figures: tuple[float, float, float] | None) -> AreaRate:
    relative, low, high = figures or (None, None, None)
    return AreaRate(area, grade, 5, 9, 90.0, relative, low, high)


RATES = (
    rate("low", Grade.A, (0.5, 0.4, 0.8)),
    rate("unsure", Grade.B, (0.5, 0.2, 1.3)),
    rate("middle", Grade.A, (1.0, 0.9, 1.1)),
    rate("high", Grade.A, (2.0, 1.8, 2.2)),
    rate("very low", Grade.A, (1.0, 0.05, 0.1)),
    rate("unknown", Grade.C, None),
    rate("silent", Grade.S, (0.1, 0.05, 0.2)),
)


def test_a_weight_rests_on_the_upper_limit_and_has_its_factors():
    weights = {weight.area: weight for weight in area_weights(RATES, gain=0.5)}
    assert weights["low"].median_rate == 1.0
    assert weights["low"].shortfall == pytest.approx(log(1 / 0.8))
    assert weights["low"].weight == pytest.approx((1 / 0.8) ** 0.5)
    assert weights["very low"].weight == 1.5
    assert {name for name, weight in weights.items() if weight.weight == 1.0} == {
        "unsure", "middle", "high", "unknown", "silent",
    }  # fmt: skip
    assert {weight.weight for weight in area_weights(RATES, gain=0.0)} == {1.0}
    assert max(weight.weight for weight in area_weights(RATES, gain=1e9)) == 1.5
    assert [weight.weight for weight in area_weights(RATES[5:], gain=1.0)] == [1.0, 1.0]
    for wrong in (-0.1, float("nan"), float("inf")):
        with pytest.raises(EquityError, match="gain-impossible"):
            area_weights(RATES, gain=wrong)


def place(hours: float, **changes) -> str:
    facts = {"severity_band": 2, "target_hours": 72.0, "area_weight": 1.0} | changes
    opened = NOW - timedelta(hours=hours)
    priority = priority_of("r", opened_at=opened, now=NOW, **facts)
    return in_words(explain_position(priority, 4), POSITION_ENGLISH)


def test_a_position_is_a_sentence_an_officer_can_repeat():
    assert place(36.4) == (
        "Severity 2 of 4. Waiting 36 hours against a target of 72 hours. "
        "Nothing is added for the district."
    )
    assert "12 % is added" in place(36, area_weight=1.12)
    assert "0.1 % is added" in place(36, area_weight=1.0001)
    assert "no district counts for more" in place(-3, severity_band=1, area_weight=1.5)
    assert "Waiting 0 hours against a target of 7.5 hours." in place(-3, target_hours=7.5)
    assert "Waiting 4 days against a target of 3 days." in place(100)


def test_a_rate_is_a_sentence_whose_interval_is_never_narrower_than_the_figures():
    words = {rate.area: in_words([explain_rate(rate, (5, 9))], RATE_ENGLISH) for rate in RATES}
    assert words["middle"] == (
        "Residents here report the same kind of problem between 0.9 and 1.1 times as often as "
        "the city's average."
    )
    assert "between 0.050 and 0.1 times" in words["very low"]
    tiny = rate("t", Grade.B, (0.1, 0.0079, 2.2))
    assert "between 0.0079 and 2.2 times" in in_words([explain_rate(tiny, (5, 9))], RATE_ENGLISH)
    assert "too few repeated reports from here (5)" in words["unknown"]
    assert "go and look" in words["silent"]
    wide = rate("w", Grade.B, (0.7, 0.59, 0.81))
    assert "between 0.5 and 0.9 times" in in_words([explain_rate(wide, (5, 9))], RATE_ENGLISH)
    ends = (lower_limit(0.869), lower_limit(0.29), upper_limit(0.861), upper_limit(1.1, 1))
    assert ends == ("0.86", "0.29", "0.87", "1.1")
    small = [(0.0079, 1), (0.01239, 2), (0.5, 0), (0.0, 2), (1e-9, 2)]
    assert [lower_limit(*one) for one in small] == ["0.0079", "0.012", "0", "0.00", "0.000000"]
    assert [upper_limit(*one) for one in small] == ["0.0079", "0.013", "1", "0.00", "0.000001"]


def test_why_nothing_can_be_told_is_the_reason_there_is():
    heaped = replace(RATES[5], duplicates=209)
    for duplicates, reason in (
        ((209,), "There is only one district, so there is nothing to compare it with."),
        ((209, 0), "Only here did reports repeat one another (209)"),
        ((209, 30), "The 209 repeated reports from here lie too unevenly"),
    ):
        assert in_words([explain_rate(heaped, duplicates)], RATE_ENGLISH).startswith(reason)


def test_another_table_of_templates_takes_the_same_facts():
    german = dict(RATE_ENGLISH) | {"rate-unknown": "{area}: zu wenige Meldungen ({duplicates})."}
    assert in_words([explain_rate(RATES[5], (5, 9))], german) == "unknown: zu wenige Meldungen (5)."


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"severity_band": -1}, "band-impossible"),
        ({"target_hours": 0.0}, "target-impossible"),
        ({"area_weight": 0.99}, "weight-impossible"),
        ({"area_weight": 1.51}, "weight-impossible"),
    ],
)
def test_a_priority_nobody_could_explain_is_refused(changes, slug):
    with pytest.raises(EquityError, match=slug):
        place(1, **changes)
