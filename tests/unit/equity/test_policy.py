"""What the levers do in a made-up city: a small run of `python -m backend equity policy`."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from backend.cli.equity import equity
from backend.cli.equity_policy import quiet_lines, waiting_lines
from equity.levers.policy import Order, Policy, run_policy
from equity.levers.policy_city import problems_of, town_of_fifths
from equity.levers.policy_trials import POLICIES, QuietTrial, Trial, trials


@pytest.fixture(scope="module")
def document() -> dict:
    result = CliRunner().invoke(equity, ["policy", "--seeds", "1", "--load", "0.8", "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.slow
def test_with_slack_sweeps_and_outreach_close_the_gap_and_no_weight_does(document):
    (at_load,) = document["loads"]
    found = {policy["policy"]: policy for policy in at_load["policies"]}
    base = found["severity then age"]
    assert base["study"]["ratio"] == 2.26
    assert base["ratio"] > 1.8
    for name in ("weights inside bands", "inverse propensity over everything"):
        assert abs(found[name]["gap_closed"]) < 0.02
    targeted = found["10 % targeted sweeps"]["gap_closed"]
    assert targeted > found["10 % sweeps at random"]["gap_closed"] + 0.2
    assert found["18 % targeted sweeps"]["gap_closed"] > targeted
    # Rates known badly still send crews to about the right places.
    assert found["10 % targeted sweeps, noisy rates"]["gap_closed"] > targeted - 0.2
    assert found["outreach"]["gap_closed"] > 0.3
    for policy in found.values():
        assert policy["ratio"] == pytest.approx(policy["low_income"] / policy["high_income"])
        assert policy["hazard_mean"] < base["hazard_mean"] + 0.1
        assert policy["mean"] < base["mean"] + 0.1
    assert at_load["advised_sweep_share"] == pytest.approx(1 - 0.8 / 0.9)


def test_raw_counts_fail_the_three_to_one_city_and_the_levers_do_not(document):
    found = {policy["policy"]: policy for policy in document["three_to_one"]["policies"]}
    raw, both = found["raw counts"], found["20 % targeted sweeps and outreach"]
    assert raw["true_share"] == pytest.approx(0.5, abs=0.02)
    assert raw["inspected_share"] < raw["true_share"] - 0.1
    assert both["inspected_share"] == pytest.approx(both["true_share"], abs=0.03)
    assert both["hazard_days"] < raw["hazard_days"]


@pytest.mark.slow
def test_in_a_backlog_weights_inside_bands_help_without_making_a_hazard_wait():
    base, weights, inverse = trials(1.15, [1], days=60, policies=POLICIES[:3])
    assert weights.gap_closed > 0.1
    assert weights.ratio > 1
    assert weights.hazard_mean == base.hazard_mean
    assert inverse.hazard_mean > 1.5 * base.hazard_mean


def test_the_same_seed_gives_the_same_days_and_no_more_is_done_than_can_be():
    town = town_of_fifths(10, 5)
    problems = problems_of(town, 10.0, 60, 5)
    policy = Policy("all of it", Order.WEIGHTS, sweep_share=0.2, rate_noise=0.5, has_outreach=True)
    one, other = (run_policy(town, problems, policy, 8.0, 60, 5) for _ in range(2))
    assert np.array_equal(one.fixed, other.fixed)
    done = np.isfinite(one.fixed)
    assert (one.known[done] <= one.fixed[done]).all()
    assert (problems.born[done] <= one.known[done]).all()
    # A fifth of the capacity was out looking.
    assert 0 < done.sum() <= 60 * 8.0 * 0.8 + 1
    assert np.bincount(one.fixed[done].astype(int)).max() <= 8


def test_the_figures_stand_beside_those_of_the_study():
    trial = Trial(1.15, "inverse propensity over everything", 70.4, 79.1, 66.3, 1.19, 33.1, 0.72)
    unknown = Trial(0.5, "severity then age", 40.0, 50.0, 25.0, 2.0, 13.0, 0.0)
    *_, first, second = waiting_lines([(trial,), (unknown,)])
    assert first.split() == [
        "1.15", "inverse", "propensity", "over", "everything", "70.4", "(84.0)", "79.1", "(80.9)",
        "66.3", "(98.9)", "1.19", "(0.82)", "33.1", "(49.4)", "72", "%",
    ]  # fmt: skip
    assert second.split()[4:] == ["40.0", "50.0", "25.0", "2.00", "13.0", "0", "%"]
    *_, line = quiet_lines((QuietTrial("raw counts", 0.502, 0.377, 9.04),))
    assert line.split() == ["raw", "counts", "37.7", "%", "9.0"]


@pytest.mark.parametrize("load", ["0", "-1", "nan", "10"])
def test_a_load_that_leaves_nothing_to_try_is_refused(load):
    result = CliRunner().invoke(equity, ["policy", "--seeds", "1", "--load", load])
    assert result.exit_code == 1
    assert "Give a load above 0" in result.stderr
