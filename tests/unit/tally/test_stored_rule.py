"""A rule read back from the parameters of a transcript is the rule that was told."""

import json
from random import Random
from typing import get_args

from backend.ballots.asked_rule import Asked, asked_rule
from backend.ballots.stored_rule import rule_of_parameters
from backend.ballots.tally.contenders import Eligibility, Ranking
from backend.ballots.tally.electorate import Utility
from backend.ballots.tally.equal_shares import Completion, EqualShares, Start
from backend.ballots.tally.greedy import Greedy, Variant
from backend.ballots.tally.phragmen import Overrun, Phragmen
from backend.ballots.tally.profile import Ballot, Election, Meta, Project
from backend.ballots.tally.rule_of_file import Rule, outcome_by
from backend.ballots.tally.ties import LEXICOGRAPHIC, cost_votes_lot
from backend.ballots.tally.transcript import canonical_json

ELECTION = Election(
    Meta("cumulative", 1005, scale=10, entries={"currency": "EUR"}),
    (Project("A", 600), Project("B", 400), Project("C", 90)),
    (Ballot((0, 1), (2, 1)), Ballot((1,), (3,)), Ballot((2, 0), (1, 1))),
)


def a_rule(random: Random) -> Rule:
    """With parameters that are any of those there are."""
    pick = random.choice
    ties = pick([LEXICOGRAPHIC, cost_votes_lot("a seed")])
    eligibility = pick(get_args(Eligibility))
    variant: Variant = pick(get_args(Variant))
    threshold = 2 if variant == "threshold" else None
    shares = EqualShares(
        pick(get_args(Utility)),
        pick(get_args(Completion)),
        pick([True, False]),
        pick(get_args(Start)),
        pick([None, 7]),
        eligibility,
        ties,
    )
    greedy = Greedy(variant, pick(get_args(Ranking)), threshold, eligibility, ties)
    return pick([shares, greedy, Phragmen(pick(get_args(Overrun)), ties)])


def test_the_parameters_of_a_transcript_are_the_whole_rule() -> None:
    random = Random(1)
    for rule in (a_rule(random) for _ in range(150)):
        told = canonical_json(outcome_by(ELECTION, rule))
        again = outcome_by(ELECTION, rule_of_parameters(json.loads(told)["parameters"]))
        assert canonical_json(again) == told, rule


def test_nothing_asked_for_is_the_rule_of_the_file() -> None:
    meta = Meta("approval", 10, rule="equalshares/add1", entries={})
    election = Election(meta, (Project("A", 6),), (Ballot((0,)),))
    told = EqualShares(completion="add1", start="integral")
    assert asked_rule(election, Asked()) == told
