"""Definitions of figures against the code that works them out."""

import re
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask_babel import Babel

from backend.audits.findings.parameters import METRICS_OF, Kind
from backend.audits.findings.words import is_likely
from backend.web.audit.definition_words import DEFINED
from backend.web.audit.profile_words import line_words
from equity.measures.burden import equity_loss
from equity.measures.cluster_bootstrap import Estimate, Resampling, clusters_of
from equity.measures.disparity import Cases, burden
from equity.measures.disparity_words import Comparison
from equity.measures.grouping import named_groups
from equity.measures.measure import Frame
from equity.measures.survival import Waits, waiting
from equity.measures.two_periods import change

ROOT = Path(__file__).parents[2]


def test_the_code_a_definition_names_is_there() -> None:
    for name, (_, _, method, code, _) in DEFINED.items():
        path, _, function = code.partition(": ")
        assert (ROOT / method).exists(), name
        assert not function or f"def {function}(" in (ROOT / path).read_text(), name
    assert {metric for metrics in METRICS_OF.values() for metric in metrics} <= DEFINED.keys()
    assert DEFINED[METRICS_OF[Kind.BURDEN][0]][3].endswith("disparity.py: burden")


def test_both_ends_of_a_change_are_as_defined() -> None:
    found = re.search(r"from (.+) to (.+), a later", DEFINED["change"][1])
    assert found is not None
    first, then = Estimate(10.0, 8.0, 13.0), Estimate(12.0, 11.0, 16.0)
    given = {
        "a": then.value, "a_low": then.low, "a_high": then.high,
        "b": first.value, "b_low": first.low, "b_high": first.high,
        "sqrt": sqrt,
    }  # fmt: skip
    moved = change(first, then, Comparison.DIFFERENCE)
    ends = [eval(end.replace("^", "**"), {}, given) for end in found.groups()]
    assert ends == pytest.approx([moved.low, moved.high])


def test_the_burden_range_is_as_defined() -> None:
    random, size, kinds, days = np.random.default_rng(8), 600, 2, 30
    area, week = random.integers(0, 3, size), random.integers(0, 13, size)
    waits = Waits(random.exponential(5 + 5 * area), random.random(size) < 0.9)
    kind = random.integers(0, kinds, size)
    none = np.zeros(size, bool)
    cases = Cases(area, week, kind, waits, none, none, none)
    frame = Frame(np.full(3, 1000.0), named_groups("districts", ["A", "B", "C"]), ())
    weights = 10.0 - 2.0 * np.array([0, 3])
    [told] = burden(cases, frame, weights, ["hole", "bench"], seed=1, horizon_days=days)
    resampling = Resampling(clusters_of(area, week), seed=1)
    means = np.array(
        [
            [
                waiting(waits, (area == g) & (kind == k), resampling, days).restricted_mean
                for k in range(kinds)
            ]
            for g in range(3)
        ]
    )
    losses = [equity_loss(draw * weights) for draw in means.transpose(2, 0, 1)]
    expected = max(0, 2 * losses[0] - np.nanmean(losses[1:]))
    assert told.estimate.value == pytest.approx(expected)
    assert "max(0, 2 * L - mean of L over the draws)" in DEFINED["burden-range"][1]


def test_a_rate_on_the_end_of_its_interval_is_not_called_likely() -> None:
    line = {
        "metric": "reporting-rate",
        "estimate": {"value": 2.62, "low": 1.27, "high": 2.66},
        "sentence": {"key": "reporting-rate", "facts": {}},
    }
    assert is_likely(line | {"rests_on": "districts"})
    assert not is_likely(line)
    assert is_likely(line | {"metric": "waiting-days"})
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        assert line_words(line) == "1.27\u00a0to\u00a02.66"
