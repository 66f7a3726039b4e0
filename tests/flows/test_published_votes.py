"""What is published of a vote held here is what others' programs take."""

import contextlib
import io

import pytest
from acting import do
from cycles import A_CYCLE, go_to
from votes import PROJECTS, SLUG, TRUSTEES_KEY, a_ballot, credential_of, enrol, make_vote
from worlds import World

from backend.ballots.cycle.phases import Phase
from backend.ballots.published import BALLOTS, published_file
from backend.ballots.queries import elections
from backend.ballots.stored_rule import rule_of_parameters
from backend.ballots.tally.pabulib import read_election
from backend.ballots.tally.rule_of_file import outcome_by
from backend.ballots.tally.transcript import transcript_sha256
from backend.ballots.voting.ballot_form import Choices
from backend.ballots.voting.cast_ballot import cast_ballot
from backend.ballots.voting.commands import CountBallots
from backend.ballots.voting.count_ballots import count_ballots
from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.db import current_session
from backend.places.describe_city import describe_city

# Three ballots of each kind, with points or without; two projects are equal wherever they can be.
SAID: dict[str, tuple[tuple[str, tuple[int, ...] | None], ...]] = {
    "approval": (("C2", None), ("C1 C3", None), ("C3 C1", None)),
    "knapsack": (("C2", None), ("C1 C3", None), ("C3 C1", None)),
    "choose-1": (("C2", None), ("C3", None), ("C1", None)),
    "points": (("C2 C1", (1, 4)), ("C3", (5,)), ("C1 C3", (1, 4))),
    "ranking": (("C2 C1", None), ("C3 C1 C2", None), ("C1 C2", None)),
}


@pytest.mark.parametrize("kind", SAID)
def test_pabulib_checker_accepts_a_vote_held_here(sqlite_city: World, kind: str) -> None:
    checker = pytest.importorskip("pabulib.checker", reason="pabulib-checker is not installed")
    do(OPERATOR, lambda work, code: describe_city(work, country=code), "PL")
    has_points, points = kind in ("points", "ranking"), {"points": 5} if kind == "points" else {}
    rule = A_CYCLE.rule | ({"ranking": "points"} if has_points else {})
    # Costs with cents put a file into cents, and nothing else.
    cents = 50 if kind == "knapsack" else 0
    projects = [(code, part, cost - cents, kind_) for code, part, cost, kind_ in PROJECTS[::-1]]
    make_vote(sqlite_city, projects, ballot_form={"kind": kind, **points}, rule=rule)
    enrol({n: ("SW", "SE", None)[n % 3] for n in range(9)})
    go_to(sqlite_city, Phase.VOTE)
    for voter in range(9):
        codes, given = SAID[kind][voter % 3]
        ballot = a_ballot(credential_of(voter))
        ballot.parts["citywide"] = Choices(tuple(codes.split()), given)
        if voter % 3 == 0:
            ballot.parts["SW"] = Choices(("W2",), given and (5,))
        do(ANONYMOUS, cast_ballot, ballot)
    go_to(sqlite_city, Phase.DELIVERY)
    do(OPERATOR, count_ballots, CountBallots(SLUG, TRUSTEES_KEY))
    session = current_session()
    held = elections(session)
    texts = [published_file(session, one, BALLOTS).decode() for one in held]
    with contextlib.redirect_stdout(io.StringIO()):
        found = checker.Checker().process_files(texts)
    assert found["metadata"]["valid"] == len(texts) == 3, found
    assert all("\ncountry;PL\n" in text for text in texts)
    assert {(one.currency, one.money_scale) for one in held} == {("EUR", 100 if cents else 1)}
    assert all(("\ncurrency;EUR\n" in text) is not bool(cents) for text in texts)
    for one, text in zip(held, texts, strict=True):
        rule = rule_of_parameters(one.rule_parameters)
        assert transcript_sha256(outcome_by(read_election(text.encode()), rule)) == (
            one.transcript_sha256
        )
