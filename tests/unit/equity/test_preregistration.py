"""What was settled beforehand can be neither changed unseen nor left out."""

import json
from dataclasses import replace
from datetime import date

import pytest

from equity.errors import EquityError
from equity.measures.cluster_bootstrap import Estimate
from equity.measures.preregistration import (
    GroupingPlan,
    MetricPlan,
    Outcome,
    Preregistration,
    changed_metrics,
    result_document,
)

FIFTHS = GroupingPlan("income", ("lowest", "highest"), "income per head", "2022", "wards 2024")
WARDS = GroupingPlan("wards", ("East", "West"), "", "", "wards 2024")
WAITING = MetricPlan("waiting-days", "income", 90, threshold=2.0)
REOPENED = MetricPlan("reopened", "wards", 90)
PLAN = Preregistration(
    date(2026, 7, 1), date(2026, 9, 30), (FIFTHS, WARDS), (WAITING, REOPENED), 10, 5
)
TOLD = Outcome("waiting-days", "income", {"lowest / highest": Estimate(3.0, 1.0, 5.0)})
UNTOLD = Outcome("reopened", "wards", {"East": Estimate(None)}, untold="too few closed problems")


def test_one_plan_has_one_spelling() -> None:
    turned = replace(PLAN, groupings=(WARDS, FIFTHS), metrics=(REOPENED, WAITING))
    assert turned.document() == PLAN.document()
    assert json.loads(PLAN.document())["metrics"][0]["metric"] == "reopened"
    later = replace(PLAN, metrics=(replace(WAITING, threshold=2.1), REOPENED))
    assert later.sha256 != PLAN.sha256
    # Signed plans are known by this, so no release may spell them otherwise.
    assert PLAN.sha256 == "5e729ebac6fe9781d5eee5d36eb31ef6edb30428142a795dda4f31f223dc462e"


def test_every_change_of_a_metric_is_seen() -> None:
    assert changed_metrics(PLAN, PLAN) == ()
    added = MetricPlan("turnout", "income", 365)
    stricter = replace(WAITING, threshold=1.0)
    found = changed_metrics(PLAN, replace(PLAN, metrics=(stricter, added)))
    assert [(one.before, one.after) for one in found] == [
        (REOPENED, None),
        (None, added),
        (WAITING, stricter),
    ]
    # The same metric by other fifths is another metric.
    regrouped = replace(PLAN, groupings=(replace(FIFTHS, vintage="2014"), WARDS))
    assert [one.before for one in changed_metrics(PLAN, regrouped)] == [WAITING]


def test_no_metric_can_be_left_out() -> None:
    extra = Outcome("turnout", "wards", {"East": Estimate(40.0)})
    document = json.loads(result_document(PLAN, [TOLD, extra, UNTOLD]))
    assert document["preregistration_sha256"] == PLAN.sha256
    assert [(o["metric"], o["is_preregistered"]) for o in document["outcomes"]] == [
        ("reopened", True),
        ("turnout", False),
        ("waiting-days", True),
    ]
    for outcomes in (
        [TOLD],
        [TOLD, replace(UNTOLD, untold=None)],
        [TOLD, replace(UNTOLD, grouping="income")],
    ):
        with pytest.raises(EquityError) as refused:
            result_document(PLAN, outcomes)
        assert refused.value.slug == "preregistered-metric-missing"
        assert refused.value.facts == {"metrics": ["reopened by wards"]}
    with pytest.raises(EquityError, match="metric-repeated"):
        result_document(PLAN, [TOLD, TOLD, UNTOLD])


def test_a_plan_that_says_nothing_or_too_much_is_refused() -> None:
    for slug, change in {
        "preregistration-empty": {"metrics": ()},
        "metric-repeated": {"metrics": (WAITING, replace(WAITING, threshold=3.0))},
        "grouping-unknown": {"groupings": (WARDS,)},
    }.items():
        with pytest.raises(EquityError, match=slug):
            replace(PLAN, **change)
