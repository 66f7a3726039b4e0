"""Real elections as a city stores them: the official winners, and files that count again."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds import World

from backend.ballots.import_election import import_election
from backend.ballots.published import TRANSCRIPT, published_file, published_profile
from backend.ballots.queries import projects_of
from backend.ballots.stored_rule import rule_of_parameters
from backend.ballots.tally.rule_of_file import outcome_by
from backend.ballots.tally.transcript import canonical_json
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.uow import unit_of_work

MOST_VOTES = 4_000


def one_of_each_kind(folder: Path) -> Iterator[tuple[Path, bool]]:
    """A file for each rule and kind of ballot, and whether its rule gives its winners."""
    kinds = set()
    with (folder / "INDEX.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            kind = row["rule"], row["vote_type"]
            if kind not in kinds and int(row["num_votes"]) <= MOST_VOTES:
                kinds.add(kind)
                reproduces = row["named_greedy_variant_reproduces"] == "1"
                yield folder / row["file"], reproduces or "equalshares" in row["rule"]


@pytest.mark.shared
@pytest.mark.slow
def test_real_elections_are_stored_with_their_official_winners(
    sqlite_city: World, shared: Path
) -> None:
    checked = 0
    for file, is_reproduced in one_of_each_kind(shared / "data" / "pabulib"):
        with unit_of_work(OPERATOR) as work:
            election = import_election(work, file.read_bytes()).election
        session = current_session()
        projects = projects_of(session, election)
        if is_reproduced:
            assert all(one.is_winner is one.is_official for one in projects), file.name
            checked += 1
        rule = rule_of_parameters(election.rule_parameters or {})
        again = canonical_json(outcome_by(published_profile(session, election), rule))
        assert again == published_file(session, election, TRANSCRIPT), file.name
    assert checked >= 6
    assert sqlite_city
