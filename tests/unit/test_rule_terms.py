"""A voting rule in JSON: every parameter stated, none implied, and the same rule back."""

from itertools import product
from typing import Any, get_args

import pytest
from worlds import World

from backend.ballots.cycle.rule_terms import most_it_can_cost, rule_faults, rule_of, terms_of
from backend.ballots.cycle.rule_words import rule_words
from backend.ballots.tally.equal_shares import Completion
from backend.ballots.tally.greedy import Greedy
from backend.core.errors import Invalid

SEED = {"ties": "cost-votes-lot", "seed": "Drawn on the town square, 1 May 2026"}
GREEDY = {"rule": "greedy", "variant": "skip", "ranking": "votes", "eligibility": "all", **SEED}
SHARES = {
    "rule": "equal-shares",
    "utility": "cost",
    "completion": "add1u",
    "step": 1,
    "comparison": True,
    "start": "integral",
    "eligibility": "third-of-budget-share",
    "ties": "lexicographic",
}
PHRAGMEN = {"rule": "phragmen", "variant": "stop", **SEED}
THRESHOLD = GREEDY | {"variant": "threshold", "threshold": 25}


def slugs(terms: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(fault.slug, fault.pointer) for fault in rule_faults(terms)}


@pytest.mark.parametrize("terms", [GREEDY, SHARES, PHRAGMEN, THRESHOLD])
def test_a_stated_rule_comes_back_and_without_any_one_parameter_it_is_none(
    terms: dict[str, Any],
) -> None:
    assert slugs(terms) == set()
    assert terms_of(rule_of(terms)) == terms
    for name in terms:
        less = {one: value for one, value in terms.items() if one != name}
        assert f"/rule/{name}" in {pointer for _, pointer in slugs(less)}
        with pytest.raises(Invalid, match="rule-not-stated"):
            rule_of(less)
    assert slugs(terms | {"luck": 7}) == {("rule-term-unknown", "/rule/luck")}


@pytest.mark.parametrize(
    ("terms", "name", "value"),
    [
        (SHARES, "comparison", 1),
        (SHARES, "comparison", "true"),
        (SHARES, "step", True),
        (SHARES, "step", 0),
        (SHARES, "completion", "none"),  # and the step with it means nothing
        (THRESHOLD, "threshold", 2.5),
        (GREEDY, "variant", "exclusive"),
        (GREEDY, "variant", ["skip"]),
        (GREEDY, "seed", " "),
        (GREEDY, "ties", "lexicographic"),
        (PHRAGMEN, "rule", None),
    ],
)
def test_a_value_that_cannot_be_is_named(terms: dict[str, Any], name: str, value: object) -> None:
    assert len(slugs(terms | {name: value})) == 1


def test_every_parameter_is_read_to_people(sqlite_city: World) -> None:
    """Whatever is changed in a rule changes its words."""
    with sqlite_city.app.test_request_context():
        shares = {
            rule_words(SHARES | {"completion": one, "comparison": is_compared, "step": 2}, "EUR")
            for one, is_compared in product(get_args(Completion), (True, False))
        }
        others = {rule_words(one, "EUR") for one in (GREEDY, PHRAGMEN, THRESHOLD)}
    assert len(shares) == 2 * len(get_args(Completion))
    assert len(others) == 3
    assert "%(" not in "".join("".join(one) for one in shares | others)


def test_what_can_never_win_depends_on_the_rule() -> None:
    assert most_it_can_cost(rule_of(GREEDY), 100) == 100
    # Poznan's reserve pays the last fifth.
    assert most_it_can_cost(Greedy("percent80"), 100) == 125
