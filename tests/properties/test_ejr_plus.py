"""EJR+ by sorting is EJR+ by looking at every group; Equal Shares always satisfies it."""

from itertools import combinations
from random import Random

from backend.ballots.tally.ejr_plus import ejr_plus_violations
from backend.ballots.tally.equal_shares import EqualShares
from backend.ballots.tally.greedy import Greedy
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.profile import Ballot, Election, Meta, Project
from backend.ballots.tally.rule_of_file import outcome_by


def an_election(random: Random) -> Election:
    projects = tuple(Project(str(place), random.randint(1, 8)) for place in range(5))
    ballots = tuple(
        Ballot(tuple(random.sample(random.choice([(0, 1, 2), (0, 1, 2), (3, 4)]), 2)))
        for _ in range(random.randint(1, 7))
    )
    return Election(Meta("approval", random.randint(3, 15)), projects, ballots)


def by_the_book(election: Election, outcome: Outcome) -> dict[str, int]:
    """The size of the largest group with too little, of each project that has one."""
    costs = {one.id: one.cost for one in election.projects}
    found = {}
    for place, project in enumerate(election.projects):
        supporters = [ballot for ballot in election.ballots if place in ballot.choices]
        for size in range(1, len(supporters) + 1):
            for group in combinations(supporters, size):
                worth = [
                    sum(costs[str(c)] for c in ballot.choices if str(c) in outcome.winners)
                    for ballot in group
                ]
                share = size * election.meta.budget
                enough = (max(worth) + project.cost) * len(election.ballots) <= share
                if project.id not in outcome.winners and enough:
                    found[project.id] = size
    return found


def test_ejr_plus_is_what_the_book_says_and_equal_shares_satisfies_it() -> None:
    random, violated = Random(5), 0
    for _ in range(250):
        election = an_election(random)
        outcome = outcome_by(election, Greedy())
        found = {one.project: one.group for one in ejr_plus_violations(election, outcome)}
        assert found == by_the_book(election, outcome)
        violated += bool(found)
        assert ejr_plus_violations(election, outcome_by(election, EqualShares())) == ()
    assert violated > 20
