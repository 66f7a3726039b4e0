"""The fall of the rate with time, and the days on which a problem was still there."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from equity.rates.baseline import Baseline, fall_a_day, fit_baseline
from equity.rates.events import (
    FOUND,
    GONE,
    PIECES_DAYS,
    UNKNOWN,
    LeftOut,
    ObservationRule,
    Observations,
    Repeats,
)
from equity.rates.natural_life import days_there, natural_life

MOMENT = np.datetime64("2026-01-01", "us")


def watched(days: np.ndarray, area: np.ndarray, **more) -> Observations:
    size = len(days)
    return Observations(
        area, np.zeros(size, int), np.zeros(size, int), days, np.empty((size, 0)), ("A", "B"),
        ("x",), (), ObservationRule(), MOMENT, MOMENT, LeftOut(0, 0, 0, 0, 0), **more,
    )  # fmt: skip


def test_pieces_are_compared_within_areas_not_between_slow_and_fast_ones():
    """B reports three times as readily and is served fast: its days lie in the early pieces."""
    hazard = dict(zip(PIECES_DAYS, [0, 0, 0, 0, 8, 4, 2, 1, 0.5, 0.5, 0.5, 0.5], strict=True))
    size = 40_000
    area = np.repeat([0, 1], size // 2)
    days = np.where(area == 0, 40.0, 4.0)
    seen = watched(days, area)
    split = seen.exposure_in_pieces()
    np.testing.assert_allclose(split.sum(axis=1), days)
    rate = np.where(area == 0, 0.02, 0.06)
    counts = np.random.default_rng(6).poisson(split * rate[:, None] * list(hazard.values()))
    of, piece = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
    at = np.append(PIECES_DAYS, 200.0)
    repeats = Repeats(of, (at[piece] + at[piece + 1]) / 2)
    found = fit_baseline(replace(seen, repeats=repeats), split)
    ratio = found.relative_rate[4:9] / found.relative_rate[7]
    np.testing.assert_allclose(ratio, [8, 4, 2, 1, 0.5], rtol=0.06)
    assert found.duplicates.sum() == counts.sum()
    assert (split @ found.relative_rate).sum() == pytest.approx(days.sum())
    pooled = counts.sum(axis=0)[4:9] / split.sum(axis=0)[4:9]
    assert pooled[0] / pooled[3] > 12  # what the pieces would look like without areas


def test_without_times_the_rate_is_constant():
    seen = watched(np.array([3.0, 50.0]), np.array([0, 1]))
    assert fit_baseline(seen, seen.exposure_in_pieces()).relative_rate.tolist() == [1.0] * 12


def test_the_fall_of_the_rate_is_that_of_a_line_through_its_logs():
    middles = (np.array(PIECES_DAYS) + np.append(PIECES_DAYS[1:], PIECES_DAYS[-1])) / 2
    middles[4] = 1.75  # from one and a half days to two
    counts = np.array([0, 0, 0, 90, 50, 40, 30, 40, 30, 20, 10, 0.0])
    falling = Baseline(counts, counts, 3 * np.exp(-0.04 * middles), counts)
    assert fall_a_day(falling, 1.5) == pytest.approx(0.04)
    assert fall_a_day(replace(falling, relative_rate=np.exp(0.04 * middles)), 1.5) == 0.0
    assert fall_a_day(replace(falling, duplicates=counts * 0), 1.5) == 0.0


def test_life_is_found_from_what_inspections_saw():
    rng = np.random.default_rng(7)
    days, life = rng.gamma(1.5, 8.0, 4000), rng.exponential(20.0, 4000)
    outcome = np.where(life < days + 1, GONE, FOUND)
    outcome[::5] = UNKNOWN
    seen = watched(days, np.zeros(4000, int), outcome=outcome)
    assert 1 / natural_life(seen).loss_rate == pytest.approx(20.0, rel=0.06)
    endless = natural_life(replace(seen, outcome=np.full(4000, FOUND)))
    assert 1 / endless.loss_rate > 20_000
    assert endless.gone == 0
    for nothing in (None, np.full(4000, UNKNOWN)):
        assert natural_life(replace(seen, outcome=nothing)) is None


def test_days_there_are_those_of_the_problems_that_were_still_there():
    days = np.array([10.0, 10.0, 10.0])
    seen = watched(days, np.zeros(3, int), outcome=np.array([FOUND, GONE, UNKNOWN]))
    life = replace(natural_life(seen), loss_rate=0.05)
    there = days_there(seen, life)
    ends = np.append(PIECES_DAYS, np.inf)[1:]
    assert there[0].tolist() == seen.exposure_in_pieces()[0].tolist()
    for row, survival in (
        (1, lambda t: (np.exp(-0.05 * t) - np.exp(-0.55)) / (1 - np.exp(-0.55))),
        (2, lambda t: np.exp(-0.05 * t)),
    ):
        for piece, (begin, end) in enumerate(zip(PIECES_DAYS, ends, strict=True)):
            low, high = max(begin, 1.0), min(end, 11.0)
            expected = quad(survival, low, high)[0] if high > low else 0.0
            assert there[row, piece] == pytest.approx(expected)
    assert days_there(seen, None)[1].sum() == 10.0
