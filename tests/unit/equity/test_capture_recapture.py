import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from equity.errors import EquityError
from equity.rates.capture_recapture import ENOUGH_SWEPT, Sweep, chapman, reported_shares, wilson


def test_sweeps_that_do_not_look_at_reports_find_how_many_problems_there_are():
    """Chapman's estimator has nearly no bias, and its intervals hold what they promise."""
    found = swept_again(problems=500, swept=0.3, reported=0.4)
    assert found[:, 0].mean() == pytest.approx(500, rel=0.01)
    assert np.mean((found[:, 1] <= 500) & (found[:, 2] >= 500)) == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize(("problems", "swept", "reported"), [(30, 0.3, 0.3), (40, 0.9, 0.2)])
def test_few_problems_make_no_certainty(problems, swept, reported):
    """Where crews find all that was reported, as they often do here, something may still be left;
    an interval made of Seber's variance holds the truth in 0.82 and 0.35 of these."""
    found = swept_again(problems, swept, reported)
    assert np.mean((found[:, 1] <= problems) & (found[:, 2] >= problems)) > 0.88
    assert chapman(68, 20, 20) == pytest.approx((68, 68, 87.1), abs=0.1)
    assert chapman(8, 2, 2) == pytest.approx((8, 8, 33.5), abs=0.1)


def swept_again(problems: int, swept: float, reported: float) -> np.ndarray:
    """(runs, 3) of sweeps and reports that do not know of each other."""
    rng = np.random.default_rng(9)
    is_swept, is_reported = (rng.uniform(size=(2000, problems)) < p for p in (swept, reported))
    lists = (is_swept, is_reported, is_swept & is_reported)
    counts = np.array([one.sum(axis=1) for one in lists]).T.tolist()
    return np.array([chapman(*run) for run in counts])


@given(st.integers(0, 80), st.integers(0, 80), st.integers(0, 80))
def test_there_are_at_least_as_many_problems_as_were_seen(swept, reported, both):
    if both > min(swept, reported):
        with pytest.raises(EquityError, match="sweep-impossible"):
            chapman(swept, reported, both)
        return
    problems, low, high = chapman(swept, reported, both)
    assert swept + reported - both <= low <= problems + 1e-9
    assert low < high >= problems


@given(st.integers(1, 200), st.data())
def test_the_interval_of_a_share_is_wilsons(size, draw):
    hits = draw.draw(st.integers(0, size))
    low, high = wilson(hits, size)
    expected = binomtest(hits, size).proportion_ci(0.9, method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert 0 <= low <= hits / size <= high <= 1


def test_68_problems_tell_a_share_of_one_half_within_ten_points():
    low, high = wilson(ENOUGH_SWEPT // 2, ENOUGH_SWEPT)
    assert (low, high) == pytest.approx((0.4, 0.6), abs=0.003)
    assert wilson(0, 0) == (0.0, 1.0)


def test_thin_sweeps_are_pooled_to_fifths_of_the_population():
    rng = np.random.default_rng(3)
    sweeps = [
        Sweep(f"a{number}", 14, int(both), 20)
        for number, both in enumerate(rng.binomial(14, np.linspace(0.2, 0.8, 25)))
    ]
    order = rng.permutation(25)
    found = reported_shares([sweeps[i] for i in order], order.astype(float), np.full(25, 1000.0))
    assert [len(one.areas) for one in found] == [5] * 5
    assert set(found[0].areas) == {f"a{number}" for number in range(5)}
    assert all(one.is_pooled and one.swept == 70 for one in found)
    assert [one.share for one in found] == sorted(one.share for one in found)
    both = sum(sweep.swept_reported for sweep in sweeps[:5])
    one = found[0]
    assert (one.problems, one.problems_low, one.problems_high) == chapman(70, 100, both)
    assert (found[0].low, found[0].high) == wilson(both, 70)


def test_areas_with_plenty_of_sweeps_speak_for_themselves():
    rich = [Sweep("a", 80, 40, 100), Sweep("b", 90, 30, 70)]
    found = reported_shares(rich, np.zeros(2), np.ones(2))
    assert [one.areas for one in found] == [("a",), ("b",)]
    assert found[1].share == pytest.approx(1 / 3)
    assert not found[1].is_pooled
    untouched = reported_shares([Sweep("a", 0, 0, 5)], np.zeros(1), np.ones(1))
    assert (untouched[0].share, untouched[0].low, untouched[0].high) == (None, 0.0, 1.0)
