"""What greedy promises for every election, and what the reader promises for every file."""

from dataclasses import replace
from random import Random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.ballots.problem_texts import TEXTS
from backend.ballots.tally.findings import InvalidElection
from backend.ballots.tally.greedy import Greedy, Variant, greedy
from backend.ballots.tally.pabulib import read_election
from backend.ballots.tally.pabulib_writer import write_election
from backend.ballots.tally.profile import Ballot, Election, Meta, Project, VoteType
from backend.ballots.tally.ties import TieBreak

IDS = st.text("ABab129/.-; \"'ąß", min_size=1, max_size=4).map(str.strip).filter(bool)
VARIANTS = st.sampled_from(("skip", "no-skip"))
ALL_VARIANTS = st.sampled_from(get_args(Variant)).map(lambda name: Greedy(name, threshold=2))
BY_COST = TieBreak(("lower-cost", "more-votes", "id"))
BY_POINTS: tuple[VoteType, ...] = ("cumulative", "scoring")


@st.composite
def elections(draw: st.DrawFn, *types: VoteType) -> Election:
    vote_type = draw(st.sampled_from(types or get_args(VoteType)))
    ids = draw(st.lists(IDS, min_size=1, max_size=7, unique=True))
    costs = st.integers(1, 20)
    projects = tuple(Project(id, draw(costs)) for id in ids)
    longest = 1 if vote_type == "choose-1" else len(ids)
    choice = st.lists(st.sampled_from(range(len(ids))), max_size=longest, unique=True).map(tuple)
    ballots = []
    for choices in draw(st.lists(choice, max_size=12)):
        points = st.tuples(*[st.integers(0, 5)] * len(choices))
        ballots.append(Ballot(choices, draw(points) if vote_type in BY_POINTS else None))
    meta = Meta(
        vote_type, draw(st.integers(1, 60)), max_length=1 if vote_type == "choose-1" else None
    )
    return Election(meta, projects, tuple(ballots))


def by_the_book(election: Election, variant: Variant) -> list[str]:
    """Greedy again, as a person would do it: look for the best project left, over and over."""

    def earned(place: int, ballot: Ballot) -> int:
        if place not in ballot.choices:
            return 0
        rank = ballot.choices.index(place)
        if election.meta.vote_type == "ordinal":
            return len(ballot.choices) - rank
        return 1 if ballot.points is None else ballot.points[rank]

    candidates = {}
    for place, project in enumerate(election.projects):
        score = sum(earned(place, ballot) for ballot in election.ballots)
        votes = sum(place in ballot.choices for ballot in election.ballots)
        if score > 0:
            candidates[project.id] = (-score, project.cost, -votes, project.id)
    winners: list[str] = []
    spent = 0
    while candidates:
        best = min(candidates, key=lambda id: candidates[id])
        cost = candidates.pop(best)[1]
        if spent + cost <= election.meta.budget:
            winners.append(best)
            spent += cost
        elif variant == "no-skip":
            break
    return winners


@given(elections(), VARIANTS)
def test_greedy_is_what_the_book_says_and_stays_within_budget(
    election: Election, variant: Variant
) -> None:
    outcome = greedy(election, Greedy(variant, ties=BY_COST))
    costs = {project.id: project.cost for project in election.projects}
    assert list(outcome.winners) == by_the_book(election, variant)
    assert outcome.cost == sum(costs[id] for id in outcome.winners) <= outcome.budget
    assert [d.project for d in outcome.decisions if d.score == 0 or d.votes == 0] == [
        d.project for d in outcome.decisions if d.verdict == "no-support"
    ]


@given(elections(), ALL_VARIANTS, st.randoms(use_true_random=False))
def test_neither_the_order_of_ballots_nor_of_projects_matters(
    election: Election, rule: Greedy, random: Random
) -> None:
    ballots = list(election.ballots)
    random.shuffle(ballots)
    last = len(election.projects) - 1
    turned = replace(
        election,
        projects=election.projects[::-1],
        ballots=tuple(b._replace(choices=tuple(last - c for c in b.choices)) for b in ballots),
    )
    assert greedy(turned, rule) == greedy(election, rule)


@given(elections(), ALL_VARIANTS)
def test_new_names_change_nothing_but_ties_by_name(election: Election, rule: Greedy) -> None:
    rule = replace(rule, ties=BY_COST)
    new = {p.id: f"{len(election.projects) - i:02}" for i, p in enumerate(election.projects)}
    renamed = replace(election, projects=tuple(replace(p, id=new[p.id]) for p in election.projects))
    before, after = greedy(election, rule), greedy(renamed, rule)
    assert [replace(d, project="") for d in before.decisions] == [
        replace(d, project="") for d in after.decisions
    ]
    if all(d.tie_broken_by != "id" for d in before.decisions):
        assert tuple(new[id] for id in before.winners) == after.winners


@given(elections("approval", "choose-1", *BY_POINTS), VARIANTS, st.data())
def test_more_support_never_makes_a_winner_lose(
    election: Election, variant: Variant, data: st.DataObject
) -> None:
    """Holds for approvals and points in both variants, since nothing else moves: the projects
    still ahead are funded as before. A ranked ballot moves others too, and there it fails."""
    for winner in greedy(election, Greedy(variant)).winners:
        place = [project.id for project in election.projects].index(winner)
        points = (data.draw(st.integers(1, 9)),) if election.meta.vote_type in BY_POINTS else None
        louder = replace(election, ballots=(*election.ballots, Ballot((place,), points)))
        assert winner in greedy(louder, Greedy(variant)).winners


@given(elections())
def test_what_is_written_is_read(election: Election) -> None:
    read = read_election(write_election(election).encode())
    assert (read.projects, read.ballots) == (election.projects, election.ballots)
    assert replace(read.meta, entries={}) == election.meta


@pytest.mark.slow
@settings(max_examples=300)
@given(elections(), st.data())
def test_a_damaged_file_is_read_or_refused_in_words(
    election: Election, data: st.DataObject
) -> None:
    damaged = write_election(election).encode()
    pieces = st.sampled_from(
        [b"\n", b";", b",", b'"', b"-", b".5", b"\r", b"\xff", b"\0", b"VOTES\n", b"META\n", b""]
    )
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(damaged)))
        end = start + data.draw(st.integers(0, 12))
        damaged = damaged[:start] + data.draw(pieces | st.binary(max_size=3)) + damaged[end:]
    try:
        outcome = greedy(read_election(damaged))
    except InvalidElection as refusal:
        for problem in refusal.problems:
            assert TEXTS[problem.slug].detail.format_map(problem.facts)
    else:
        assert outcome.cost <= outcome.budget
