"""The `.pb` reader: what it keeps, what it tolerates, and the sentence for everything else."""

from string import Formatter

import pytest

from backend.ballots.problem_texts import TEXTS
from backend.ballots.tally.findings import InvalidElection
from backend.ballots.tally.pabulib import read_election
from backend.ballots.tally.pabulib_sections import MAX_BYTES, MAX_COLUMNS
from backend.ballots.tally.profile import Ballot
from backend.ballots.tally.score import scores

APPROVAL = """\
META
key;value
description;Spring vote
country;Poland
unit;Town
instance;2026
num_projects;3
num_votes;3
budget;1000
vote_type;approval
rule;greedy
date_begin;2026
date_end;2026
PROJECTS
project_id;cost;votes;name;category;selected;latitude;target
1;400;2;"Benches; ""soft"" ones";public space, culture;1;52.5;seniors
2/a;700.0;1;Trees;;0;;
3;300;3;Lamps;;1;91;
VOTES
voter_id;vote;age;sex
v1;1,3;34;F
v2;1,3;60;M
v3;2/a,3;;F
"""
POINTS = (
    APPROVAL.replace("type;approval", "type;cumulative")
    .replace("age;sex", "points;sex")
    .replace("34;F", "3,2;F")
    .replace("60;M", "4,1;M")
    .replace("3;;F", "3;5,0;F")
)


def problems_of(data: bytes) -> dict[str, dict[str, object]]:
    """The facts of the first problem of each kind."""
    with pytest.raises(InvalidElection) as caught:
        read_election(data)
    found: dict[str, dict[str, object]] = {}
    for problem in caught.value.problems:
        found.setdefault(problem.slug, dict(problem.facts))
    return found


def test_everything_in_the_file_is_kept() -> None:
    election = read_election(APPROVAL.encode())
    benches, trees, lamps = election.projects
    assert (election.meta.budget, election.meta.scale, election.meta.rule) == (1000, 1, "greedy")
    assert election.meta.entries["unit"] == "Town"
    assert (benches.name, benches.categories) == (
        'Benches; "soft" ones',
        ("public space", "culture"),
    )
    assert (benches.selected, benches.latitude, lamps.latitude) == (1, 52.5, None)
    assert (trees.id, trees.cost, benches.further) == ("2/a", 700, {"target": "seniors"})
    assert election.ballots == (Ballot((0, 2)), Ballot((0, 2)), Ballot((1, 2)))
    assert election.attributes == {"age": ("34", "60", ""), "sex": ("F", "M", "F")}
    assert election.warnings == ()


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + APPROVAL,
        APPROVAL.replace("\n", "\r\n"),
        APPROVAL.replace("\n", "\r"),
        APPROVAL.replace("1,3", " 1 , 3 ").replace("v1;", " v1 ; "),
        APPROVAL.replace("1,3", "1,3,"),
        APPROVAL.replace("VOTES", "\nVotes;;;\n"),
    ],
    ids=["bom", "crlf", "cr", "spaces", "trailing-comma", "padded-title"],
)
def test_harmless_differences_change_nothing(text: str) -> None:
    assert read_election(text.encode()) == read_election(APPROVAL.encode())


def test_a_budget_with_cents_scales_the_whole_election_exactly() -> None:
    election = read_election(APPROVAL.replace("budget;1000", "budget;1000.07").encode())
    assert (election.meta.budget, election.meta.scale) == (100007, 100)
    assert [project.cost for project in election.projects] == [40000, 70000, 30000]
    whole = read_election(APPROVAL.replace("budget;1000", "budget;1000.00").encode())
    assert (whole.meta.budget, whole.meta.scale) == (1000, 1)


def test_an_approval_given_twice_is_one_approval_and_a_doubt() -> None:
    once = read_election(APPROVAL.replace("2/a,3;", "3;").encode())
    twice = read_election(APPROVAL.replace("2/a,3;", "3,3;").encode())
    assert twice.ballots == once.ballots
    assert twice.warnings[0].slug == "pb-approval-repeated"
    assert twice.warnings[0].facts == {"count": 1, "lines": "23"}


def test_a_place_given_twice_on_a_ranking_is_refused() -> None:
    ranking = APPROVAL.replace("type;approval", "type;ordinal").replace("2/a,3;", "3,3;")
    with pytest.raises(InvalidElection) as caught:
        read_election(ranking.encode())
    assert [problem.slug for problem in caught.value.problems] == ["pb-project-twice-in-ballot"]


@pytest.mark.parametrize(
    ("old", "new", "slug", "facts"),
    [
        ("budget;1000\n", "", "pb-missing-key", {"key": "budget"}),
        ("vote_type;approval\n", "", "pb-missing-key", {"key": "vote_type"}),
        ("num_votes;3\n", "", "pb-missing-key", {"key": "num_votes"}),
        ("unit;Town", "budget;5", "pb-repeated-key", {"line": 9, "first_line": 5}),
        ("budget;1000", "budget;1 000 zł", "pb-budget-not-a-number", {"line": 9}),
        ("budget;1000", "budget;0", "pb-budget-not-positive", {"line": 9}),
        ("budget;1000", "budget;-5", "pb-budget-not-positive", {"value": "-5"}),
        ("type;approval", "type;knapsack", "pb-unknown-vote-type", {"value": "knapsack"}),
        ("num_votes;3", "num_votes;x", "pb-not-a-whole-number", {"key": "num_votes"}),
        ("num_votes;3", "num_votes;4", "pb-wrong-count", {"line": 8, "value": "4", "found": 3}),
        ("num_projects;3", "num_projects;2", "pb-wrong-count", {"key": "num_projects"}),
        ("3;300;3", "1;300;3", "pb-repeated-project", {"line": 18, "first_line": 16}),
        ("3;300;3", ";300;3", "pb-missing-value", {"column": "project_id", "line": 18}),
        ("1;400", "1;12.50", "pb-cost-has-decimals", {"line": 16, "project": "1"}),
        ("1;400", "1;-400", "pb-cost-not-positive", {"line": 16}),
        ("1;400", "1;0", "pb-cost-not-positive", {"cost": "0"}),
        ("1;400", "1;4e2", "pb-cost-not-a-number", {"cost": "4e2"}),
        ("1;400", "1;" + "9" * 5000, "pb-cost-not-a-number", {"line": 16}),
        ("v2;", "v1;", "pb-repeated-voter", {"line": 22, "first_line": 21}),
        ("v2;", ";", "pb-missing-value", {"column": "voter_id", "line": 22}),
        ("2/a,3;", "2/b,3;", "pb-unknown-project", {"project": "2/b", "line": 23}),
        ("type;approval", "type;choose-1", "pb-ballot-too-long", {"line": 21, "most": 1}),
        ("type;approval", "type;scoring", "pb-missing-column", {"column": "points"}),
        ("id;cost", "id;price", "pb-missing-column", {"column": "cost", "section": "PROJECTS"}),
        ("id;cost", "id;cost;cost", "pb-repeated-column", {"column": "cost"}),
        ("60;M", "60;M;x", "pb-too-many-fields", {"line": 22, "found": 5, "expected": 4}),
        ("Trees", '"Trees', "pb-broken-quotes", {"line": 23}),
        ("Trees", "T" * 200_000, "pb-field-too-long", {"line": 17}),
        ("age;sex", ";" * MAX_COLUMNS, "pb-too-many-columns", {"line": 20}),
        ("VOTES\n", "VOTES\nPROJECTS\n", "pb-repeated-section", {"line": 20}),
        ("VOTES\n", "", "pb-missing-section", {"sections": "VOTES"}),
        ("META\n", "", "pb-missing-section", {"sections": "META"}),
        ("Trees", "Tr\0ees", "pb-null-byte", {"line": 17}),
    ],
)
def test_a_mistake_is_named_with_its_place(
    old: str, new: str, slug: str, facts: dict[str, object]
) -> None:
    assert old in APPROVAL
    found = problems_of(APPROVAL.replace(old, new, 1).encode())
    assert facts.items() <= found[slug].items()


@pytest.mark.parametrize(
    ("old", "new", "slug"),
    [
        ("3,2;F", "3;F", "pb-points-do-not-match"),
        ("3,2;F", "3,2.5;F", "pb-points-not-whole"),
        ("3,2;F", "3,-2;F", "pb-points-not-whole"),
    ],
)
def test_mistakes_in_points(old: str, new: str, slug: str) -> None:
    assert problems_of(POINTS.replace(old, new).encode())[slug]["line"] == 21


def test_files_that_are_not_elections() -> None:
    assert "pb-empty-file" in problems_of(b" \r\n")
    assert "pb-file-too-large" in problems_of(b"x" * (MAX_BYTES + 1))
    assert problems_of(APPROVAL.replace("Trees", "Bäume").encode("latin-1")) == {
        "pb-not-utf8": {"line": 17}
    }
    assert "pb-not-utf8" in problems_of(APPROVAL.encode("utf-16"))
    meta, rest = APPROVAL.split("PROJECTS")
    projects, votes = rest.split("VOTES")
    shuffled = f"PROJECTS{projects}{meta}VOTES{votes}"
    assert "pb-sections-out-of-order" in problems_of(shuffled.encode())


def test_all_problems_come_together_and_the_list_stays_short() -> None:
    wrong = APPROVAL.replace("budget;1000", "budget;none").replace("1;400", "1;-4")
    assert problems_of(wrong.replace("v2;", "v1;").encode()).keys() == {
        "pb-budget-not-a-number",
        "pb-cost-not-positive",
        "pb-repeated-voter",
    }
    many = APPROVAL + "".join(f"w{i};nowhere\x1b{i};;\n" for i in range(500))
    with pytest.raises(InvalidElection) as caught:
        read_election(many.encode())
    assert (len(caught.value.problems), caught.value.facts["count"]) == (20, 501)
    assert all("\x1b" not in str(problem.facts) for problem in caught.value.problems)


def test_doubts_that_do_not_change_the_result_are_warnings() -> None:
    text = APPROVAL.replace("1;400;2", "1;400;7").replace("country;Poland\n", "")
    missing, differing = read_election(text.encode()).warnings
    assert missing.facts == {"keys": "country"}
    assert differing.facts == {"column": "votes", "count": 1, "projects": "1 (7, counted 2)"}


def test_the_score_of_each_kind_of_vote() -> None:
    def scored(text: str) -> tuple[int, ...]:
        return scores(read_election(text.encode()))

    ordinal = APPROVAL.replace("type;approval", "type;ordinal")
    assert scored(APPROVAL) == (2, 1, 3)
    assert scored(POINTS) == (7, 5, 3)
    assert scored(POINTS.replace("rule;", "default_score;2\nrule;")) == (9, 9, 3)
    assert scored(ordinal) == (4, 2, 3)
    assert scored(ordinal.replace("rule;", "max_length;3\nrule;")) == (6, 3, 6)


def test_every_text_formats_with_facts_alone() -> None:
    for text in TEXTS.values():
        assert all(
            name is None or name.isidentifier() for _, name, _, _ in Formatter().parse(text.detail)
        )
        assert "{" not in text.remedy
