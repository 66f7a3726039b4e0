"""A margin is a promise about another count: each is kept by counting the changed election."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import get_args

import pytest

from backend.ballots.tally.contenders import Eligibility, Ranking
from backend.ballots.tally.electorate import Utility
from backend.ballots.tally.equal_shares import Completion, EqualShares, Start
from backend.ballots.tally.greedy import Greedy, Variant
from backend.ballots.tally.margins import MOST_TIMES_VOTERS, margins
from backend.ballots.tally.phragmen import Phragmen
from backend.ballots.tally.profile import Ballot, Election, Meta, Project, VoteType
from backend.ballots.tally.rule_of_file import Rule, outcome_by
from backend.ballots.tally.ties import LEXICOGRAPHIC, TieBreak, cost_votes_lot
from backend.ballots.tally.what_if import WhatIf, election_if

TIES = (LEXICOGRAPHIC, cost_votes_lot("2026"), TieBreak(("more-votes", "lower-cost", "id")))
KINDS: tuple[VoteType, ...] = ("approval", "approval", "cumulative", "ordinal", "scoring")


def an_election(random: Random) -> Election:
    kind = random.choice(KINDS)
    ids = random.sample([str(number) for number in range(1, 30)], random.randint(2, 6))
    unit = random.choice([1, 3, 10])
    projects = tuple(
        Project(id, unit * random.randint(1, 8), further={"conflicts": random.choice(["", *ids])})
        for id in ids
    )
    ballots = []
    for _ in range(random.randint(1, 14)):
        choices = tuple(random.sample(range(len(ids)), random.randint(0, len(ids))))
        points = tuple(random.randint(0, 3) for _ in choices)
        ballots.append(Ballot(choices, points if kind in ("cumulative", "scoring") else None))
    budget = unit * random.randint(2, 20) + random.randint(0, 2)
    default = random.choice([0, 0, 1]) if kind == "scoring" else 0
    longest = len(ids) if kind == "ordinal" and random.random() < 0.5 else None
    entries = {"max_points": "3"} if random.random() < 0.5 else {}
    meta = Meta(kind, budget, 1, "", longest, default, entries)
    return Election(meta, projects, tuple(ballots))


def a_greedy(random: Random) -> Greedy:
    return Greedy(
        random.choice(get_args(Variant)),
        random.choice([None, *get_args(Ranking)]),
        random.randint(0, 6),
        random.choice(get_args(Eligibility)),
        random.choice(TIES),
    )


def equal_shares(random: Random) -> EqualShares:
    return EqualShares(
        random.choice(get_args(Utility)),
        random.choice(get_args(Completion)),
        random.random() < 0.3,
        random.choice(get_args(Start)),
        random.choice([None, 1, 2]),
        random.choice(get_args(Eligibility)),
        random.choice(TIES),
    )


def phragmen(random: Random) -> Phragmen:
    return Phragmen(random.choice(["stop", "skip"]), random.choice(TIES))


@pytest.mark.parametrize(
    ("a_rule", "times"),
    [
        (a_greedy, 80),
        (equal_shares, 8),
        (phragmen, 40),
        pytest.param(equal_shares, 200, marks=pytest.mark.slow),
    ],
)
def test_with_its_margin_a_project_wins_and_with_one_less_it_does_not(
    a_rule: Callable[[Random], Rule], times: int
) -> None:
    random = Random(4)
    found: list[int | None] = []
    for _ in range(times):
        election, rule = an_election(random), a_rule(random)
        costs = {one.id: (place, one.cost) for place, one in enumerate(election.projects)}
        most = MOST_TIMES_VOTERS * (len(election.ballots) + 1)
        for margin in margins(election, rule, outcome_by(election, rule)):
            place, cost = costs[margin.project]
            more = partial(WhatIf, place, cost)
            less = partial(cheaper, place, cost)
            check(election, rule, margin.votes, most, more)
            check(election, rule, margin.reduction, cost - 1, less)
            found += [margin.votes, margin.reduction]
    assert None in found
    assert any(found)


def cheaper(place: int, cost: int, amount: int) -> WhatIf:
    return WhatIf(place, cost - amount)


def check(
    election: Election, rule: Rule, amount: int | None, most: int, change: Callable[[int], WhatIf]
) -> None:
    """As a stranger would: the changed elections counted from their ballots."""

    def wins(by: int) -> bool:
        what_if = change(by)
        project = election.projects[what_if.project].id
        return project in outcome_by(election_if(election, what_if), rule).winners

    if amount is None:
        assert not wins(most)
    else:
        assert wins(amount)
        assert not wins(amount - 1)
