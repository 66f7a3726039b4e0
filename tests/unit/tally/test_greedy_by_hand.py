"""Greedy on elections small enough to check on paper, and the transcript that records them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

from backend.ballots.tally.greedy import Greedy, greedy
from backend.ballots.tally.profile import Ballot, Election, Meta, Project
from backend.ballots.tally.ties import TieBreak, cost_votes_lot
from backend.ballots.tally.transcript import canonical_json, transcript_sha256


def election(budget: int, costs: dict[str, int], *ballots: Sequence[str]) -> Election:
    """Approval ballots, each the ids of its projects."""
    projects = tuple(Project(id, cost) for id, cost in costs.items())
    places = {project.id: place for place, project in enumerate(projects)}
    return Election(
        Meta("approval", budget),
        projects,
        tuple(Ballot(tuple(places[id] for id in ballot)) for ballot in ballots),
    )


def test_skip_goes_on_and_no_skip_stops() -> None:
    small = election(10, {"a": 6, "b": 5, "c": 4, "z": 1}, "abc", "ab", "a", "c")
    cheap_first = TieBreak(("lower-cost", "id"))
    skip, stop = (
        greedy(small, Greedy("skip", ties=cheap_first)),
        greedy(small, Greedy("no-skip", ties=cheap_first)),
    )
    assert skip.winners == ("a", "c")
    assert [(d.project, d.money_before, d.verdict) for d in skip.decisions] == [
        ("a", 10, "funded"),
        ("c", 4, "funded"),
        ("b", 0, "does-not-fit"),
        ("z", 0, "no-support"),
    ]
    tight = replace(small, meta=Meta("approval", 9))
    assert [d.verdict for d in greedy(tight, Greedy("no-skip", ties=cheap_first)).decisions] == [
        "funded",
        "does-not-fit",
        "stopped",
        "no-support",
    ]
    assert stop.cost == skip.cost == 10


def test_a_project_that_costs_exactly_what_is_left_is_funded() -> None:
    assert greedy(election(10, {"a": 7, "b": 3}, "ab", "a")).winners == ("a", "b")
    assert greedy(election(9, {"a": 7, "b": 3}, "ab", "a")).winners == ("a",)


def test_ties_follow_the_stated_order_and_say_which_criterion_decided() -> None:
    tied = election(100, {"2": 5, "10": 5, "x": 4, "y": 9}, ["2", "10", "x"])
    assert [(d.project, d.tie_broken_by) for d in greedy(tied).decisions] == [
        ("10", None),
        ("2", "id"),
        ("x", "id"),
        ("y", None),
    ]
    # SHA-256 of "Wieliczka|2" begins with a6, of "Wieliczka|10" with c7.
    lot = Greedy(ties=cost_votes_lot("Wieliczka"))
    assert [(d.project, d.tie_broken_by) for d in greedy(tied, lot).decisions] == [
        ("x", None),
        ("2", "lower-cost"),
        ("10", "lot"),
        ("y", None),
    ]
    points = Election(
        Meta("cumulative", 100),
        (Project("a", 1), Project("b", 9)),
        (Ballot((0, 1), (4, 2)), Ballot((1,), (2,))),
    )
    by_votes = Greedy(ties=TieBreak(("more-votes", "id")))
    assert greedy(points, by_votes).winners == ("b", "a")
    assert greedy(points, by_votes).decisions[1].tie_broken_by == "more-votes"


def test_the_variants_of_cities() -> None:
    projects = election(10, {"a": 6, "b": 5, "c": 4, "d": 1}, "abc", "ab", "a", "c", "cd")
    assert greedy(projects, Greedy("threshold", threshold=3)).winners == ("a", "c")
    assert greedy(projects, Greedy("threshold", threshold=4)).winners == ()
    # What is left, 4, is just 80 % of 5, and less than 80 % of 6.
    poznan = election(10, {"a": 6, "b": 5, "c": 4}, "abc", "ab", "a")
    assert greedy(poznan, Greedy("percent80")).winners == ("a", "b")
    assert greedy(poznan, Greedy("percent80")).cost == 11
    dearer = replace(poznan, projects=(poznan.projects[0], Project("b", 6), poznan.projects[2]))
    assert greedy(dearer, Greedy("percent80")).winners == ("a",)
    # b is in conflict with a, which has more votes; c may stand for it.
    rivals = (Project("a", 3), Project("b", 3, further={"conflicts": "a, x"}), Project("c", 3))
    exclusive = greedy(replace(poznan, projects=rivals), Greedy("exclusive"))
    assert [d.verdict for d in exclusive.decisions] == ["funded", "excluded", "funded"]
    # Three voters, 10 of money: 2 votes allow a cost of up to 20, 1 vote up to 10.
    light = replace(poznan, projects=(Project("a", 9), Project("b", 21), Project("c", 11)))
    wanted = greedy(light, Greedy(eligibility="third-of-budget-share"))
    assert [d.verdict for d in wanted.decisions] == ["funded", "not-eligible", "not-eligible"]


def test_value_for_money_ranks_by_votes_for_each_unit_of_cost() -> None:
    small = election(10, {"a": 6, "b": 2, "c": 3}, "abc", "ab", "a", "c")
    assert greedy(small, Greedy(ranking="votes-per-cost")).winners == ("b", "c")


def test_a_higher_place_can_cost_an_ordinal_winner_its_place() -> None:
    """Why the promise of the property tests is for approvals and points only: on a ranked ballot
    a rise pushes others down, which can reorder the projects ahead and leave less money."""
    projects = (Project("a", 1), Project("b", 10), Project("c", 9))
    others = (Ballot((1, 0, 2)), Ballot((1, 0, 2)))
    before = Election(Meta("ordinal", 10), projects, (Ballot((0, 2, 1)), *others))
    raised = replace(before, ballots=(Ballot((2, 0, 1)), *others))
    assert (greedy(before).winners, greedy(raised).winners) == (("a", "c"), ("b",))


def test_the_transcript_is_canonical_and_moves_with_every_decision() -> None:
    small = election(10, {"ą": 6, "b": 5}, "ą", "ą", "b")
    outcome = greedy(small)
    text = canonical_json(outcome)
    assert (
        json.dumps(
            json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()
        == text
    )
    assert transcript_sha256(outcome) == hashlib.sha256(text).hexdigest()
    assert "ą".encode() in text
    assert b"." not in text
    others = (greedy(small, Greedy("no-skip")), greedy(replace(small, meta=Meta("approval", 11))))
    assert len({transcript_sha256(each) for each in (outcome, *others)}) == 3
