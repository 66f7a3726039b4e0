"""Equal Shares and Phragmen: what they promise, and that floats never decide anything.


The slow references work in whole numbers and fractions alone. The elections are small, with few
different costs and ballots, so that exact ties and exactly affordable projects are common.
"""

import json
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any, get_args

import pytest

from backend.ballots import recount
from backend.ballots.tally.contenders import Eligibility
from backend.ballots.tally.electorate import Utility
from backend.ballots.tally.equal_shares import Completion, EqualShares, Start, equal_shares
from backend.ballots.tally.pabulib_writer import write_election
from backend.ballots.tally.phragmen import Phragmen, phragmen
from backend.ballots.tally.profile import Ballot, Election, Meta, Project, VoteType
from backend.ballots.tally.rule_of_file import outcome_by
from backend.ballots.tally.ties import LEXICOGRAPHIC, TieBreak, cost_votes_lot
from backend.ballots.tally.transcript import canonical_json

TIES = (LEXICOGRAPHIC, cost_votes_lot("2026"), TieBreak(("more-votes", "lower-cost", "id")))


def an_election(random: Random, vote_type: VoteType = "approval") -> Election:
    ids = random.sample([str(number) for number in range(1, 30)], random.randint(1, 7))
    unit = random.choice([1, 3, 10, 100])
    projects = tuple(Project(id, unit * random.randint(1, 8)) for id in ids)
    ballots = []
    for _ in range(random.randint(0, 14)):
        choices = tuple(random.sample(range(len(ids)), random.randint(0, len(ids))))
        points = tuple(random.randint(0, 3) for _ in choices)
        ballots.append(Ballot(choices, points if vote_type == "cumulative" else None))
    budget = unit * random.randint(1, 25) + random.randint(0, 2)
    return Election(Meta(vote_type, budget), projects, tuple(ballots))


def a_rule(random: Random) -> EqualShares:
    return EqualShares(
        utility=random.choice(get_args(Utility)),
        completion=random.choice(get_args(Completion)),
        comparison=random.random() < 0.3,
        start=random.choice(get_args(Start)),
        step=random.choice([None, 1, 2]),
        eligibility=random.choice(get_args(Eligibility)),
        ties=random.choice(TIES),
    )


@pytest.mark.slow
def test_every_transcript_is_that_of_slow_exact_arithmetic() -> None:
    random = Random(1)
    ties = exact_purses = 0
    for _ in range(1200):
        election = an_election(random, random.choice(["approval", "cumulative", "ordinal"]))
        outcome = equal_shares(election, a_rule(random))
        text = canonical_json(outcome)
        parameters = json.loads(text)["parameters"]
        again = recount.transcript(recount.Election(write_election(election)), parameters)
        assert json.loads(text) == again, write_election(election)
        ties += any(each.tied for each in outcome.rounds)
        exact_purses += any(each.payers == 0 for each in outcome.rounds)
    assert min(ties, exact_purses) > 60


def phragmen_by_the_book(election: Election, variant: str) -> list[str]:
    budget, loads = election.meta.budget, [Fraction(0)] * len(election.ballots)
    supporters = {
        project.id: [v for v, ballot in enumerate(election.ballots) if place in ballot.choices]
        for place, project in enumerate(election.projects)
    }
    costs = {p.id: p.cost for p in election.projects if p.cost <= budget and supporters[p.id]}
    winners: list[str] = []
    while costs:
        would_be = {
            id: (sum(loads[v] for v in supporters[id]) + cost) / Fraction(len(supporters[id]))
            for id, cost in costs.items()
        }
        tied = sorted(id for id in costs if would_be[id] == min(would_be.values()))
        too_dear = [id for id in tied if costs[id] > budget]
        if too_dear and variant == "stop":
            break
        for id in too_dear or tied[:1]:
            cost = costs.pop(id)
            if not too_dear:
                winners.append(id)
                budget -= cost
                for voter in supporters[id]:
                    loads[voter] = would_be[id]
    return winners


@pytest.mark.slow
def test_phragmen_is_what_the_book_says() -> None:
    random = Random(2)
    for _ in range(1000):
        election = an_election(random)
        for variant in ("stop", "skip"):
            outcome = phragmen(election, Phragmen(variant))
            assert list(outcome.winners) == phragmen_by_the_book(election, variant)
            assert outcome.cost <= election.meta.budget


@pytest.mark.slow
def test_nothing_but_the_ballots_and_the_stated_order_of_ties_matters() -> None:
    """Not the order of ballots or projects, nor names; and never more than the budget."""
    random = Random(3)
    for _ in range(500):
        election = an_election(random, random.choice(["approval", "cumulative"]))
        rule: Any = random.choice([a_rule(random), Phragmen("skip"), Phragmen("stop")])
        rule = replace(rule, ties=TieBreak(("more-votes", "lower-cost", "id")))
        outcome = outcome_by(election, rule)
        assert outcome.cost <= election.meta.budget
        last = len(election.projects) - 1
        turned = replace(
            election,
            projects=election.projects[::-1],
            ballots=tuple(
                ballot._replace(choices=tuple(last - choice for choice in ballot.choices))
                for ballot in random.sample(election.ballots, len(election.ballots))
            ),
        )
        assert outcome_by(turned, rule) == outcome
        new = {project.id: f"new {project.id:>3}" for project in election.projects}
        renamed = replace(
            election, projects=tuple(replace(one, id=new[one.id]) for one in election.projects)
        )
        if not any(each.tied for each in outcome.rounds):
            again = outcome_by(renamed, rule)
            assert {new[id] for id in outcome.winners} == set(again.winners)
