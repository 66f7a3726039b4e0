"""Greedy against real elections: the official winners, and the outcomes of pabutools."""

import csv
import json
from functools import cache
from pathlib import Path

import pytest

from backend.ballots.tally.greedy import Variant, greedy
from backend.ballots.tally.pabulib import read_election
from backend.ballots.tally.profile import Election
from backend.ballots.tally.ties import DEFAULT_TIE_BREAK, Criterion

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "pabulib"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real elections in ../shared are absent"),
]
# One ballot of this file names four projects twice.
REPEATING = "Netherlands_Amsterdam_604.pb"
ID_ONLY: tuple[Criterion, ...] = ("id",)


@cache
def read(file: str) -> Election:
    return read_election((DATA / file).read_bytes())


def index() -> list[dict[str, str]]:
    with (DATA / "INDEX.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def official(election: Election) -> set[str]:
    return {project.id for project in election.projects if project.selected == 1}


def test_every_election_is_read_and_its_declared_columns_recounted() -> None:
    for row in index():
        election = read(row["file"])
        assert len(election.ballots) == int(row["num_votes"]), row["file"]
        doubts = {warning.slug for warning in election.warnings}
        expected = {"pb-approval-repeated", "pb-differs-from-recount"}
        assert doubts == (expected if row["file"] == REPEATING else set()), row["file"]


def test_official_winners_are_reproduced() -> None:
    rows = index()
    cases: list[tuple[str, Variant]] = [
        (row["file"], "skip") for row in rows if row["plain_greedy_reproduces"] == "1"
    ]
    cases += [
        (row["file"], "no-skip")
        for row in rows
        if row["rule"] == "greedy-no-skip" and row["named_greedy_variant_reproduces"] == "1"
    ]
    assert len(cases) == 18
    for file, variant in cases:
        election = read(file)
        for tie_break in (DEFAULT_TIE_BREAK, ID_ONLY):  # no official result hangs on a tie
            winners = greedy(election, variant, tie_break).winners
            assert set(winners) == official(election), (file, variant, tie_break)


def test_pabutools_funds_the_same_projects_in_the_same_order() -> None:
    """Its greedy over `Cost_Sat` is by votes with ties by id; it also funds the unsupported."""
    instances = json.loads((DATA / "reference.json").read_text(encoding="utf-8"))["instances"]
    compared = 0
    for file, instance in instances.items():
        reference = instance["results"].get("greedy_cost")
        if reference is None:
            continue
        outcome = greedy(read(file), tie_break=ID_ONLY)
        unsupported = {d.project for d in outcome.decisions if d.verdict == "no-support"}
        expected = [winner for winner in reference["winners"] if winner not in unsupported]
        assert list(outcome.winners) == expected, file
        compared += 1
    assert compared == 24
