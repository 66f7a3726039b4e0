"""The audit's table: a planted gap is found, every sentence says what its figure says."""

import json
import re
from dataclasses import asdict, replace
from datetime import date
from string import Formatter

import numpy as np
import pytest

from equity.errors import EquityError
from equity.measures import disparity, disparity_words
from equity.measures.census_column import CensusColumn
from equity.measures.cluster_bootstrap import Estimate
from equity.measures.disparity import Cases, Spending, Votes
from equity.measures.disparity_words import ENGLISH, METRICS, Comparison
from equity.measures.grouping import equal_groups, named_groups
from equity.measures.hidden_groups import ReportLog
from equity.measures.measure import Frame, Measure, outcomes_of
from equity.measures.participation_measures import Participation, participation
from equity.measures.preregistration import (
    GroupingPlan,
    MetricPlan,
    Preregistration,
    result_document,
)
from equity.measures.survival import Waits
from equity.rates.events import LeftOut, Mask, ObservationRule, Observations
from equity.rates.reporting_rate import AreaRate, Grade, reporting_rates

LABELS = ("the poorest fifth", "the second", "the middle", "the fourth", "the richest fifth")
AREAS, WEEKS, KINDS = 40, 13, 3
RANDOM = np.random.default_rng(21)
PEOPLE = RANDOM.uniform(800, 1200, AREAS).round()
BALLOTS = (PEOPLE * np.linspace(0.1, 0.4, AREAS)).astype(int)
INCOME = np.sort(RANDOM.uniform(10, 90, AREAS))
FIFTHS = equal_groups("income", INCOME, PEOPLE, labels=LABELS)
DISTRICTS = named_groups("districts", [f"D{area // 8}" for area in range(AREAS)])
COLUMN = CensusColumn("income", "thousand", INCOME, None, False, "made up", "2026", "CC0")
FRAME = Frame(PEOPLE, DISTRICTS, (FIFTHS,), (COLUMN,))


def made_up_cases(poor_wait: float) -> Cases:
    """Two thousand problems, each watched for some time and perhaps acted upon in it."""
    random, size = np.random.default_rng(21), 2000
    area, week = random.integers(0, AREAS, size), random.integers(0, WEEKS, size)
    mean = np.where(FIFTHS.of_area[area] == 0, poor_wait, 5.0)
    lasts, watched = random.exponential(mean), random.uniform(0, 90, size)
    is_acted = lasts <= watched
    is_undone = is_acted & (random.random(size) < np.where(FIFTHS.of_area[area] == 0, 0.4, 0.1))
    is_again = is_acted & (random.random(size) < 0.1)
    waits = Waits(np.minimum(lasts, watched), is_acted)
    kind = random.integers(0, KINDS, size)
    return Cases(area, week, kind, waits, is_acted, is_undone, is_again)


def made_up_reports() -> Participation:
    """Three thousand reports; the app hardly reaches the richest fifth, and one district calls
    twice."""
    random, size = np.random.default_rng(23), 3000
    area = random.integers(0, AREAS, size)
    is_app = random.random(size) < np.where(FIFTHS.of_area[area] == 4, 0.1, 0.7)
    is_app &= DISTRICTS.of_area[area] != 2
    person = (random.pareto(1.2, size) * 30).astype(int)
    log = ReportLog(area, np.arange(size), person, is_app * 1, ("call", "app"))
    return Participation(log, random.integers(0, WEEKS, size))


def made_up_observations() -> Observations:
    """Fifty problems of one kind watched for ten days in every area: each has 20 repeats, but of
    the areas of the poorest fifth only the first, and the others there six."""
    area = np.repeat(np.arange(AREAS), 50)
    found = np.where((FIFTHS.of_area == 0) & (np.arange(AREAS) > 0), 6, 20)
    repeats = (np.tile(np.arange(50), AREAS) < found[area]).astype(np.intp)
    return Observations(
        area, np.zeros_like(area), repeats, np.full(area.size, 10.0), np.empty((area.size, 0)),
        tuple(map(str, range(AREAS))), ("pothole",), (),
        ObservationRule(), MOMENT, MOMENT, LeftOut(0, 0, 0, 0, 0),
    )  # fmt: skip


MOMENT = np.datetime64("2026-01-01", "us")
WATCHED = made_up_observations()
REPORTS = made_up_reports()
CASES = made_up_cases(poor_wait=12.0)
WEIGHTS, NAMES = np.array([10.0, 8, 4]), ("pothole", "lamp", "bench")


def line(measures: list[Measure], metric: str, about: str) -> Measure:
    [found] = [one for one in measures if one.metric.name == metric and one.about == about]
    return found


@pytest.fixture(scope="module")
def table() -> list[Measure]:
    """Every measure there is."""
    random = np.random.default_rng(22)
    rates = reporting_rates(WATCHED).areas
    projects = Spending(random.integers(0, AREAS, 60), random.lognormal(9, 1, 60))
    votes = Votes(BALLOTS, PEOPLE * 0.8)
    return [
        *disparity.reporting(rates, WATCHED, FRAME),
        *disparity.response(CASES, FRAME, seed=1),
        *disparity.closing(CASES, FRAME),
        *disparity.burden(CASES, FRAME, WEIGHTS, NAMES, seed=1, horizon_days=60),
        *disparity.spending(projects, FRAME, seed=1),
        *disparity.turnout(votes, FRAME, seed=1),
        *participation(REPORTS, FRAME, seed=1),
    ]


GAP = "the poorest fifth / the richest fifth"


def test_a_planted_gap_is_found_in_waiting_closing_and_reporting(table: list[Measure]) -> None:
    waiting = line(table, "waiting-days", GAP)
    # Means of exponentials cut off at thirty days: m (1 - exp(-30 / m)).
    planted = 12 * (1 - np.exp(-30 / 12)) - 5 * (1 - np.exp(-30 / 5))
    assert waiting.estimate.low is not None
    assert waiting.estimate.high is not None
    assert 0 < waiting.estimate.low < planted < waiting.estimate.high
    assert waiting.sentence.key == "waiting-days.more"
    assert line(table, "closed-without-action", GAP).sentence.facts["low"] > 10  # type: ignore[operator]
    assert line(table, "reporting-rate", GAP).sentence.key == "reporting-rate.less"
    assert line(table, "waiting-concentration", "income").sentence.key.endswith(".less")


def test_a_group_has_the_rate_of_all_its_areas_not_of_those_that_are_told(
    table: list[Measure],
) -> None:
    poor = FIFTHS.of_area == 0
    repeats = np.where(poor & (np.arange(AREAS) > 0), 6, 20)
    told = line(table, "reporting-rate", LABELS[0])
    assert told.estimate.value == pytest.approx(repeats[poor].mean() / repeats.mean())
    gap = line(table, "reporting-rate", GAP).estimate
    assert gap.value == pytest.approx(repeats[poor].mean() / 20)
    # Of a share the log varies by less than 1 / count, so the model's own error is the wider.
    last = 20 * (FIFTHS.of_area == 4).sum()
    reach = np.exp(1.6448536 * np.sqrt(1 / repeats[poor].sum() + 1 / last))
    assert [gap.low, gap.high] == pytest.approx([gap.value / reach, gap.value * reach])
    few = replace(WATCHED, duplicates=WATCHED.duplicates * (FIFTHS.of_area[WATCHED.area] > 0))
    measures = list(disparity.reporting(reporting_rates(few).areas, few, FRAME))
    assert line(measures, "reporting-rate", GAP).sentence.key == "too-little-to-compare"
    assert line(measures, "reporting-rate", LABELS[4]).estimate.value is not None


def test_a_group_of_which_the_roll_knows_a_part_has_no_turnout() -> None:
    eligible, ballots = PEOPLE * 0.8, BALLOTS.copy()
    away = np.flatnonzero(FIFTHS.of_area == 0)[1:]
    eligible[away] = ballots[away] = 0
    measures = list(disparity.turnout(Votes(ballots, eligible), FRAME, seed=1))
    for about in (LABELS[0], GAP):
        sentence = line(measures, "turnout", about).sentence
        assert (sentence.key, sentence.facts) == ("not-on-roll", {"group": LABELS[0]})
    rich = FIFTHS.of_area == 4
    share = 100 * ballots[rich].sum() / eligible[rich].sum()
    assert line(measures, "turnout", LABELS[4]).estimate.value == pytest.approx(share)


def test_figures_are_those_of_the_rows(table: list[Measure]) -> None:
    poor = FIFTHS.of_area[CASES.area] == 0
    share = 100 * CASES.is_closed_without_action[poor].sum() / CASES.is_closed[poor].sum()
    told = line(table, "closed-without-action", LABELS[0])
    assert told.estimate.value == pytest.approx(share)
    # What it rests on is what was closed, and says so.
    assert told.rows == CASES.is_closed[poor].sum() < poor.sum()
    assert told.metric.rests_on == "closed problems"
    turnout = line(table, "turnout", "D4")
    inside = DISTRICTS.of_area == 4
    share = 100 * BALLOTS[inside].sum() / (0.8 * PEOPLE[inside].sum())
    assert turnout.estimate.value == pytest.approx(share)
    # Eight areas are too few to draw, so the interval is Student's over them.
    assert turnout.sentence.key == "turnout"
    assert line(table, "turnout", GAP).sentence.key == "turnout.less"
    untold = line(table, "untold-residents", LABELS[0])
    assert untold.estimate.value == pytest.approx(
        100 * PEOPLE[1:][FIFTHS.of_area[1:] == 0].sum() / PEOPLE[FIFTHS.of_area == 0].sum()
    )


def test_every_sentence_says_its_figure_and_no_more_than_it_knows(table: list[Measure]) -> None:
    assert {one.metric.name for one in table} == METRICS.keys()
    for one in table:
        template, facts = ENGLISH[one.sentence.key], one.sentence.facts
        fields = {name for _, name, _, _ in Formatter().parse(template) if name}
        assert fields <= facts.keys(), one
        assert not re.search(r"[<>&{}]", template.format_map(facts))
        numbers = {abs(n) for n in (one.estimate.value, one.estimate.low, one.estimate.high) if n}
        told = {abs(float(facts[name])) for name in fields & {"value", "low", "high"}}
        assert told <= numbers | {0.0}, one
        if "low" in fields:
            assert float(facts["low"]) <= float(facts["high"])
        # What words withhold no file gives away; only full counts stand without interval.
        is_counted = one.sentence.key.endswith(".counted")
        assert (one.estimate.value is not None) == ("low" in fields or is_counted), one


def test_a_channel_that_misses_a_group_is_told_and_a_small_cell_is_not(
    table: list[Measure],
) -> None:
    log, people = REPORTS.log, PEOPLE / PEOPLE.sum()
    hidden = []
    for grouping in (DISTRICTS, FIFTHS):
        for g, label in enumerate(grouping.labels):
            for c, channel in enumerate(log.kinds):
                told = line(table, "channel-reach", f"{label} by {channel}")
                inside = grouping.of_area == g
                rows = (log.kind == c) & inside[log.area]
                reach = rows.sum() / (log.kind == c).sum() / people[inside].sum()
                if told.sentence.key == "hidden":
                    hidden.append(told.about)
                    assert told.estimate == Estimate(None)
                else:
                    assert told.estimate.value == pytest.approx(reach)
                    assert told.sentence.facts["channel"] == channel
    # One district has no report by app, and at least one other goes with it.
    assert "D2 by app" in hidden
    assert 3 < len(hidden) < 16
    reporters = line(table, "reporters-per-thousand", LABELS[4])
    assert reporters.rows == np.unique(log.person[FIFTHS.of_area[log.area] == 4]).size
    top = line(table, "top-share", "districts")
    assert top.estimate.value is not None
    assert top.estimate.value > 10


def test_the_same_data_and_seed_give_the_same_table(table: list[Measure]) -> None:
    again = list(disparity.response(CASES, FRAME, seed=1))
    assert again == [one for one in table if one in again]
    assert again != list(disparity.response(CASES, FRAME, seed=2))


def test_where_all_wait_alike_no_gap_is_told() -> None:
    alike = made_up_cases(poor_wait=5.0)
    found = line(list(disparity.response(alike, FRAME, seed=1)), "waiting-days", GAP)
    assert found.sentence.key == "waiting-days.unsure"
    frame = replace(FRAME, districts=FIFTHS, groupings=())
    [alike_burden], [planted] = (
        list(disparity.burden(cases, frame, WEIGHTS, NAMES, seed=1, horizon_days=60))
        for cases in (alike, CASES)
    )
    assert alike_burden.estimate.low == 0
    # Cut off at sixty days, waits of twelve and of five days on average.
    truth = WEIGHTS.sum() * (12 * (1 - np.exp(-60 / 12)) - 5)
    assert planted.estimate.low is not None
    assert planted.estimate.high is not None
    assert 0 < planted.estimate.low < truth < planted.estimate.high


def test_one_thin_cell_leaves_its_kind_out_and_voids_no_total() -> None:
    frame = replace(FRAME, districts=FIFTHS, groupings=())
    # Benches of the poorest fifth: all wait, and hardly any was watched for sixty days.
    benches = np.flatnonzero((CASES.category == 2) & (FIFTHS.of_area[CASES.area] == 0))
    days, is_acted = CASES.waits.days.copy(), CASES.waits.is_acted.copy()
    days[benches], is_acted[benches] = 10, False
    days[benches[:2]] = 70
    thin = replace(CASES, waits=Waits(days, is_acted))
    [told] = disparity.burden(thin, frame, WEIGHTS, NAMES, seed=1, horizon_days=60)
    truth = WEIGHTS[:2].sum() * (12 * (1 - np.exp(-60 / 12)) - 5)
    assert told.sentence.key == "burden-range.partly"
    assert (told.sentence.facts["added"], told.sentence.facts["left_out"]) == (2, "bench")
    assert told.estimate.low is not None
    assert told.estimate.high is not None
    assert 0 < told.estimate.low < truth < told.estimate.high
    assert told.rows == (CASES.category < 2).sum()
    # Of few clusters nothing is told either, whatever the draws say.
    few = replace(CASES, week=np.where(CASES.category == 2, 0, CASES.week))
    few = replace(few, area=np.where(CASES.category == 2, CASES.area // 8 * 8, CASES.area))
    [told] = disparity.burden(few, frame, WEIGHTS, NAMES, seed=1, horizon_days=60)
    assert told.sentence.facts["left_out"] == "bench"


def test_a_hidden_group_is_named_and_nothing_told_of_it_or_against_it() -> None:
    hidden: Mask = np.array([True, False, False, False, False])
    frame = replace(FRAME, hidden={"income": hidden})
    measures = list(disparity.closing(CASES, frame))
    poor = line(measures, "reopened", LABELS[0])
    assert (poor.estimate, poor.rows, poor.sentence.key) == (Estimate(None), None, "hidden")
    assert line(measures, "reopened", GAP).sentence.key == "hidden-to-compare"
    assert line(measures, "reopened", GAP).estimate == Estimate(None)
    abstaining = np.where(DISTRICTS.of_area == 1, 0, BALLOTS)
    abstaining[np.flatnonzero(DISTRICTS.of_area == 1)[0]] = 7
    votes = list(disparity.turnout(Votes(abstaining, PEOPLE), FRAME, seed=1))
    assert line(votes, "turnout", "D1").sentence.key == "hidden"
    few = replace(CASES, is_closed=CASES.is_closed & (np.arange(2000) < 20))
    told = line(list(disparity.closing(few, FRAME)), "reopened", LABELS[0])
    assert told.sentence.key == "too-little"


def test_a_single_district_is_told_to_have_nothing_to_compare_with() -> None:
    frame = Frame(PEOPLE, named_groups("districts", ["D"] * AREAS), ())
    rates = [AreaRate("D", Grade.C, 90, 200, 900.0, None, None, None)] * AREAS
    told = [
        *disparity.reporting(rates, WATCHED, frame),
        *disparity.burden(CASES, frame, WEIGHTS, NAMES, seed=1),
        *participation(REPORTS, frame, seed=1),
    ]
    relative = [one for one in told if one.metric.is_relative and one.sentence.key != "hidden"]
    assert {one.metric.name for one in relative} == {
        name for name, metric in METRICS.items() if metric.is_relative
    }
    assert {one.sentence.key for one in relative} == {"only-one"}
    assert {one.estimate for one in relative} == {Estimate(None)}
    assert "only one district, D," in ENGLISH["only-one"].format(**relative[0].sentence.facts)
    assert line(told, "reporters-per-thousand", "D").estimate.value is not None


def test_what_was_planned_comes_out_of_the_table(table: list[Measure]) -> None:
    groupings = tuple(
        GroupingPlan(one.name, one.labels, "", "", "made up") for one in (DISTRICTS, FIFTHS)
    )
    planned = {(one.metric.name, one.grouping) for one in table}
    metrics = tuple(MetricPlan(metric, grouping, 90) for metric, grouping in sorted(planned))
    plan = Preregistration(date(2026, 7, 1), date(2026, 9, 30), groupings, metrics, 10, 5)
    found = json.loads(result_document(plan, outcomes_of(table)))["outcomes"]
    assert len(found) == len(planned)
    gap = line(table, "waiting-days", GAP).estimate
    [waiting] = [
        one for one in found if (one["metric"], one["grouping"]) == ("waiting-days", "income")
    ]
    assert waiting["estimates"][GAP] == asdict(gap)
    few = [one for one in table if one.metric.name != "reopened"]
    with pytest.raises(EquityError, match="preregistered-metric-missing"):
        result_document(plan, outcomes_of(few))
    nobody = replace(CASES, is_closed=np.zeros(2000, bool))
    untold = outcomes_of(disparity.closing(nobody, FRAME))
    assert {one.untold for one in untold} == {"too-little"}
    result_document(plan, [*outcomes_of(few), *(one for one in untold if one.metric == "reopened")])


def test_every_metric_has_a_sentence_for_every_verdict(table: list[Measure]) -> None:
    compared = {one.metric for one in table if " / " in one.about}
    assert len(compared) == 7
    for metric in compared:
        for size in (-1, 1):
            for sure in (True, False):
                middle = metric.comparison.no_difference + 0.5 * size
                width = 0.4 if sure else 0.6
                estimate = Estimate(middle, middle - width, middle + width)
                found = disparity_words.about_gap(metric, "A", "B", estimate)
                assert found.key in ENGLISH
                verdict = {(1, True): "more", (-1, True): "less"}.get((size, sure), "unsure")
                assert found.key.endswith(f".{verdict}")
                if sure and metric.comparison is Comparison.DIFFERENCE:
                    assert found.facts["value"] == 0.5
