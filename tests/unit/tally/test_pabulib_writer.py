"""The `.pb` writer: nothing is lost on the way, and pabulib-checker accepts what comes of it."""

import contextlib
import io
from dataclasses import replace
from pathlib import Path

import pytest

from backend.ballots.tally.equal_shares import EqualShares
from backend.ballots.tally.greedy import Greedy
from backend.ballots.tally.pabulib import read_election
from backend.ballots.tally.pabulib_writer import write_election
from backend.ballots.tally.phragmen import Phragmen
from backend.ballots.tally.profile import Ballot, Election, Meta, Project, VoteType
from backend.ballots.tally.rule_of_file import Rule, outcome_by, rule_of_file
from backend.ballots.tally.ties import cost_votes_lot

PROJECTS = (
    Project("10", 6000, "Trees; many", ("green", "street"), latitude=50.06, longitude=19.94),
    Project("2", 5000, 'Lamps "LED"', ("street",), further={"beneficiaries": "adults,seniors"}),
    Project("x-3", 4000, "Ławki", further={"beneficiaries": ""}),
)
ENTRIES = {
    "comment": "#1: A first remark",
    "currency": "PLN",
    "description": "Green budget",
    "country": "Poland",
    "unit": "Wieliczka",
    "instance": "2026",
    "date_begin": "03.04.2026",
    "date_end": "21.04.2026",
    "language": "pl",
}
CHOICES = (((0, 1), (3, 2)), ((0,), (3,)), ((0,), (4,)), ((2, 1), (3, 3)), ((0,), (2,)))
KINDS: tuple[VoteType, ...] = ("approval", "choose-1", "cumulative", "ordinal", "scoring")


def an_election(kind: VoteType) -> Election:
    has_points = kind in ("cumulative", "scoring")
    ballots = [
        Ballot(choices[:1] if kind == "choose-1" else choices, points if has_points else None)
        for choices, points in CHOICES
    ]
    longest = 2 if kind == "ordinal" else None
    entries = ENTRIES | ({"max_sum_points": "6"} if kind == "cumulative" else {})
    ages = ("17", "", "64", "30", "30")
    methods = ("paper", "internet", "internet", "internet", "paper")
    return Election(
        Meta(kind, 100505, 10, "", longest, 0, entries),
        tuple(replace(one, cost=one.cost * 10, neighborhood="Bemowo") for one in PROJECTS),
        tuple(ballots),
        {"voting_method": methods, "age": ages, "favourite": ("a", "b", "", "c", "d")},
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_ballot_comes_back_with_all_that_is_known(kind: VoteType) -> None:
    election = an_election(kind)
    read = read_election(write_election(election).encode())
    beneficiaries = [project.further.get("beneficiaries", "") for project in election.projects]
    assert [project.further["beneficiaries"] for project in read.projects] == beneficiaries
    assert [replace(one, further={}) for one in read.projects] == [
        replace(one, further={}) for one in election.projects
    ]
    assert (read.ballots, dict(read.attributes)) == (election.ballots, dict(election.attributes))
    assert read.meta.entries.items() >= ENTRIES.items()
    assert (read.meta.budget, read.meta.scale) == (100505, 10)
    assert write_election(read) == write_election(election)


def test_voters_columns_are_written_where_asked() -> None:
    election = an_election("approval")
    assert dict(read_election(write_election(election, None, ()).encode()).attributes) == {}
    assert "\nvoter_id;vote;age\n1;10,2;17\n" in write_election(election, None, ["age"])


NAMES: tuple[tuple[Rule, str], ...] = (
    (Greedy(), "greedy"),
    (Greedy("no-skip"), "greedy-no-skip"),
    (Greedy("threshold", threshold=2), "greedy-threshold"),
    (Greedy("exclusive"), "greedy-exclusive"),
    (Greedy("percent80"), "greedy-custom"),
    (Greedy(ranking="votes-per-cost"), "greedy-custom"),
    (EqualShares(), "equalshares"),
    (EqualShares(comparison=True), "equalshares-comparison"),
    (EqualShares(completion="add1", start="integral"), "equalshares/add1"),
    (
        EqualShares(completion="add1", start="integral", comparison=True),
        "equalshares/add1-comparison",
    ),
    (EqualShares(completion="add1"), "unknown"),
    (EqualShares("cardinality"), "unknown"),
    (Phragmen(), "unknown"),
)


@pytest.mark.parametrize(("rule", "name"), NAMES)
def test_the_rule_has_the_name_by_which_it_is_counted_again(rule: Rule, name: str) -> None:
    election = an_election("approval")
    outcome = outcome_by(election, rule)
    read = read_election(write_election(election, outcome).encode())
    assert read.meta.rule == name
    assert [one.id for one in read.projects if one.selected] == [
        one.id for one in election.projects if one.id in outcome.winners
    ]
    assert read.warnings == ()
    again = rule_of_file(read)
    assert again is None or outcome_by(read, again).winners == outcome.winners


def test_the_comment_says_what_the_format_has_no_field_for() -> None:
    election = an_election("approval")
    rule = EqualShares(completion="add1e", ties=cost_votes_lot("2026"))
    outcome = outcome_by(election, rule)
    text = write_election(election, outcome)
    assert (
        "comment;#1: A first remark #2: counted by equal-shares: utility cost, completion add1e, "
        "comparison False, start exact, eligibility all, step 1, step_unit PLN. stops before the "
        "first overrun, or when no supported project fits any more. ties go by lower-cost, then "
        "more-votes, then lot (SHA-256 of seed|id, seed 2026)\n"
    ) in text
    assert write_election(read_election(text.encode()), outcome) == text


@pytest.mark.parametrize("kind", KINDS)
def test_pabulib_checker_accepts_every_kind(kind: VoteType) -> None:
    checker = pytest.importorskip("pabulib.checker", reason="pabulib-checker is not installed")
    known = replace(an_election(kind), attributes={"voting_method": ("paper",) * 5})
    texts = [write_election(known, outcome_by(known, rule)) for rule, _ in NAMES]
    with contextlib.redirect_stdout(io.StringIO()):
        found = checker.Checker().process_files(texts)
    assert found["metadata"]["valid"] == len(texts), found


@pytest.mark.shared
def test_real_elections_come_back(shared: Path) -> None:
    for file in (shared / "data" / "pabulib").glob("*.pb"):
        if file.stat().st_size < 60_000:
            election = read_election(file.read_bytes())
            again = read_election(write_election(election).encode())
            assert again == election, file.name
