"""Real elections: the official winners, and the outcomes of pabutools 1.2.3."""

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from backend.ballots.tally.contenders import Ranking
from backend.ballots.tally.electorate import Utility
from backend.ballots.tally.equal_shares import Completion, EqualShares
from backend.ballots.tally.greedy import Greedy
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.pabulib import read_election
from backend.ballots.tally.phragmen import Phragmen
from backend.ballots.tally.profile import Election
from backend.ballots.tally.rule_of_file import Rule, outcome_by, ranking_by, rule_of_file
from backend.ballots.tally.ties import LEXICOGRAPHIC, cost_votes_lot

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "pabulib"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real elections in ../shared are absent"),
]
# One ballot of this file names four projects twice.
REPEATING = "Netherlands_Amsterdam_604.pb"
OFFICIAL_EQUAL_SHARES = (
    "Poland_Wieliczka_2023_Green_Budget.pb",
    "Poland_Swiecie_2023.pb",
    "Netherlands_Assen_2024.pb",
)
# Thousands of steps of add1; tests of `make prove` take them.
MANY_STEPS = (
    "France_Toulouse_2022_17_-_Mirail-Universite_Reynerie_Bellefontaine.pb",
    "Netherlands_Amsterdam_166.pb",
    "Netherlands_Assen_2024.pb",
    "US_Stanford_Dataset_Your_Voice_Your_Choice_Parks_and_Streets-_Seattle_2019_District_2"
    "_vote_rankings.pb",
    "Worldwide_Mechanical_Turk_Knapsack_8.pb",
    "Worldwide_Mechanical_Turk_Threshold_8.pb",
)
# pabutools' increment of the endowment also stops at the first exhaustive outcome: our add1e.
EQUAL_SHARES: dict[str, tuple[Utility, Completion]] = {
    "mes_cost": ("cost", "none"),
    "mes_card": ("cardinality", "none"),
    "mes_add": ("score", "none"),
    "mes_cost_add1": ("cost", "add1e"),
    "mes_card_add1": ("cardinality", "add1e"),
    "mes_add_add1": ("score", "add1e"),
    "mes_cost_add1u": ("cost", "add1eu"),
    "mes_cost_util": ("cost", "greedy"),
}
GREEDY: dict[str, Utility] = {
    "greedy_cost": "cost",
    "greedy_card": "cardinality",
    "greedy_add": "score",
}


@cache
def read(file: str) -> Election:
    return read_election((DATA / file).read_bytes())


def index() -> list[dict[str, str]]:
    with (DATA / "INDEX.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def official(election: Election) -> set[str]:
    """Of the kinds of `selected` those a rule gives: 2 is Poznan's reserve, 3 other money."""
    return {project.id for project in election.projects if project.selected in (1, 2)}


def rule_of(name: str, election: Election) -> Rule:
    if name == "phragmen":
        return Phragmen()
    if name in EQUAL_SHARES:
        utility, completion = EQUAL_SHARES[name]
        return EqualShares(utility, completion)
    ranking: Ranking = ranking_by(GREEDY[name], election)
    return Greedy(ranking=ranking)


def references() -> Iterator[tuple[str, str, list[str]]]:
    """File, name and winners of every outcome that pabutools finished."""
    instances = json.loads((DATA / "reference.json").read_text(encoding="utf-8"))["instances"]
    for file, instance in instances.items():
        for name, result in instance["results"].items():
            if "winners" in result:
                yield file, name, result["winners"]


def check_against_pabutools(file: str, name: str, winners: list[str]) -> None:
    """As a set, without what nobody supports, which pabutools funds when money is left."""
    election = read(file)
    outcome: Outcome = outcome_by(election, rule_of(name, election))
    unsupported = {d.project for d in outcome.decisions if d.verdict == "no-support"}
    assert set(outcome.winners) == set(winners) - unsupported, (file, name)


def test_every_election_is_read_and_its_declared_columns_recounted() -> None:
    for row in index():
        election = read(row["file"])
        assert len(election.ballots) == int(row["num_votes"]), row["file"]
        doubts = {warning.slug for warning in election.warnings}
        expected = {"pb-approval-repeated", "pb-differs-from-recount"}
        assert doubts == (expected if row["file"] == REPEATING else set()), row["file"]


def test_official_winners_are_reproduced_by_the_rule_the_file_names() -> None:
    files = [row["file"] for row in index() if row["named_greedy_variant_reproduces"] == "1"]
    assert len(files) == 16
    for file in (*files, *OFFICIAL_EQUAL_SHARES):
        election = read(file)
        rule = rule_of_file(election)
        assert rule is not None
        assert set(outcome_by(election, rule).winners) == official(election), file


def test_plain_greedy_reproduces_the_official_winners_and_they_hang_on_no_tie() -> None:
    files = [row["file"] for row in index() if row["plain_greedy_reproduces"] == "1"]
    assert len(files) == 14
    for file in files:
        for ties in (LEXICOGRAPHIC, cost_votes_lot("any seed")):
            election = read(file)
            winners = outcome_by(election, Greedy(ties=ties)).winners
            assert set(winners) == {p.id for p in election.projects if p.selected == 1}, file


@pytest.mark.slow
def test_pabutools_funds_the_same_projects() -> None:
    compared = 0
    for file, name, winners in references():
        if not (file in MANY_STEPS and "add1" in name):
            check_against_pabutools(file, name, winners)
            compared += 1
    assert compared == 236


@pytest.mark.prove
def test_pabutools_funds_the_same_projects_after_thousands_of_steps() -> None:
    compared = 0
    for file, name, winners in references():
        if file in MANY_STEPS and "add1" in name:
            check_against_pabutools(file, name, winners)
            compared += 1
    assert compared == 16
