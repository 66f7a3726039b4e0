"""The check of a ballot against one written apart from it, on thousands of small ballots."""

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from backend.ballots.voting.ballot_form import (
    BadForm,
    BallotForm,
    BallotPart,
    BallotProject,
    Choices,
    Districts,
    Kind,
    check,
    form_from_json,
    form_to_json,
)

CATEGORIES = (None, "parks", "roads")
PARTS = tuple(
    BallotPart(
        code,
        is_citywide=code == "city",
        budget=9,
        projects=tuple(
            BallotProject(f"{code}{n}", cost=n + 1, category=CATEGORIES[n % 3]) for n in range(5)
        ),
    )
    for code in ("city", "NW", "S/E")
)
CODES = [project.code for part in PARTS for project in part.projects]
SLUGS = {
    "ballot-empty",
    "ballot-part-unknown",
    "ballot-part-not-yours",
    "ballot-one-district",
    "ballot-project-unknown",
    "ballot-project-repeated",
    "ballot-too-few-projects",
    "ballot-too-many-projects",
    "ballot-over-budget",
    "ballot-category-limit",
    "ballot-points-not-asked",
    "ballot-points-do-not-match",
    "ballot-points-of-project",
    "ballot-too-many-points",
    "counts",
}


def a_form(chance: Random) -> BallotForm:
    kind = chance.choice(list(Kind))
    least, most = sorted(chance.choices((1, 1, 2, 3), k=2))
    has_points = kind is Kind.POINTS
    return BallotForm(
        kind,
        least=1 if kind is Kind.CHOOSE_ONE else least,
        most=1 if kind is Kind.CHOOSE_ONE else chance.choice([None, most]),
        points=chance.randint(1, 10) if has_points else None,
        most_points=chance.choice([None, 2, 4]) if has_points else None,
        category_limits=chance.choice([{}, {}, {"parks": 1}, {"parks": 1, "roads": 2}]),
        districts=chance.choice(list(Districts)),
    )


def a_ballot(chance: Random, form: BallotForm) -> dict[str, Choices]:
    """One that nearly counts: of every ten one is likely to do."""
    ballot = {}
    for part in chance.sample(PARTS, k=chance.choice((1, 1, 2, 3))):
        own = [project.code for project in part.projects] if chance.random() < 0.95 else CODES
        count = chance.choice((1, 1, 2, 2, 3, 0))
        is_odd = chance.random() < 0.05
        projects = chance.choices(own, k=count) if is_odd else chance.sample(own, k=count)
        has_points = (form.kind is Kind.POINTS) == (chance.random() < 0.95)
        many = count if chance.random() < 0.95 else count + 1
        points = tuple(chance.choices((1, 1, 1, 2, 3, 0), k=many)) if has_points else None
        code = part.code if chance.random() < 0.97 else "nowhere"
        ballot[code] = Choices(tuple(projects), points)
    return ballot


def test_a_ballot_counts_where_the_other_check_says_so() -> None:
    chance, met = Random(7), Counter[str]()
    for _ in range(1500):
        form = a_form(chance)
        assert form_from_json(form_to_json(form)) == form
        for district in (None, "NW", "S/E"):
            ballot = a_ballot(chance, form)
            found = check(form, PARTS, ballot, district)
            assert (found == []) == counts(form, ballot, district), (form, ballot, district)
            document = {"parts": {code: as_json(one) for code, one in ballot.items()}}
            for one in found:
                assert place(document, one.pointer) is not None or one.pointer.endswith("/points")
            met.update({one.slug for one in found} or {"counts"})
    assert met.keys() == SLUGS
    assert min(met.values()) > 10, met


def counts(form: BallotForm, ballot: dict[str, Choices], district: str | None) -> bool:
    """Whether a ballot counts, said once more and without looking for the reason."""
    parts = {part.code: part for part in PARTS}
    filled = {code: one for code, one in ballot.items() if one.projects}
    if not filled or not filled.keys() <= parts.keys():
        return False
    districts = filled.keys() - {"city"}
    if {
        Districts.NONE: districts,
        Districts.OWN: districts - {district},
        Districts.ANY_ONE: len(districts) > (0 if district is None else 1),
    }[form.districts]:
        return False
    return all(part_counts(form, parts[code], one) for code, one in filled.items())


def part_counts(form: BallotForm, part: BallotPart, one: Choices) -> bool:
    offered = {project.code: project for project in part.projects}
    if len(set(one.projects)) < len(one.projects) or not set(one.projects) <= offered.keys():
        return False
    chosen = [offered[code] for code in one.projects]
    if not form.least <= len(chosen) <= (form.most or 99):
        return False
    if form.kind is Kind.KNAPSACK and sum(project.cost for project in chosen) > 9:
        return False
    for category, most in form.category_limits.items():
        if [project.category for project in chosen].count(category) > most:
            return False
    if form.kind is not Kind.POINTS:
        return one.points is None
    points = one.points or ()
    is_matched = len(points) == len(chosen) and sum(points) <= (form.points or 0)
    return is_matched and all(1 <= given <= (form.most_points or 99) for given in points)


def as_json(one: Choices) -> dict[str, Any]:
    points = {} if one.points is None else {"points": list(one.points)}
    return {"projects": list(one.projects), **points}


def place(document: Any, pointer: str) -> Any:
    """What a JSON Pointer (RFC 6901) leads to, None where it leads nowhere."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        try:
            document = document[key] if isinstance(document, dict) else document[int(key)]
        except (KeyError, IndexError):
            return None
    return document


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "kind"),
        ({"kind": "lottery"}, "kind"),
        ({"kind": "approval", "min": 3, "max": 2}, "max"),
        ({"kind": "approval", "max": 0}, "max"),
        ({"kind": "approval", "max": True}, "max"),
        ({"kind": "approval", "max": "3"}, "max"),
        ({"kind": "approval", "points": 5}, "points"),
        ({"kind": "points"}, "points"),
        ({"kind": "ranking", "max_points": 2}, "max_points"),
        ({"kind": "choose-1", "max": 2}, "max"),
        ({"kind": "approval", "category_limits": {"parks": 0}}, "category_limits/parks"),
        ({"kind": "approval", "category_limits": ["parks"]}, "category_limits"),
        ({"kind": "approval", "districts": "all"}, "districts"),
        ({"kind": "approval", "maximum": 3}, "maximum"),
    ],
)
def test_a_form_that_cannot_be_is_refused_by_its_member(
    document: Mapping[str, Any], field: str
) -> None:
    with pytest.raises(BadForm) as refused:
        form_from_json(document)
    assert refused.value.facts == {"field": field}
