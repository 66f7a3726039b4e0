"""Every problem the program can raise has its words, its facts and its page."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter

import pytest
from sources import Module, calls_in, nodes_of, product
from worlds import World

from backend.core.errors import DomainError
from backend.core.problem_text import ProblemText
from backend.wiring import PROBLEM_TEXTS

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
# What carries a slug besides the families: the pure packages' errors and the findings of a file.
CARRIERS = {"CoordinateError", "GeoJsonError", "EquityError", "Finding"}
TALLY_COLLECTS = {"add", "refuse", "_refuse"}


@dataclass(frozen=True, slots=True)
class Raised:
    """A slug at the place that raises it; `facts` is None where the code alone cannot tell them."""

    slug: str
    facts: frozenset[str] | None
    where: str


def families(family: type[DomainError] = DomainError) -> set[str]:
    return {family.__name__}.union(*(families(one) for one in family.__subclasses__()))


def raising_calls() -> Iterator[tuple[Module, ast.FunctionDef, ast.Call, str]]:
    """Every call that makes a problem, with its function and the last part of its name."""
    makers = families() | CARRIERS
    for module in product():
        collectors = TALLY_COLLECTS if module.is_in("backend.ballots.tally") else set()
        for function in nodes_of(module.tree):
            if isinstance(function, ast.FunctionDef):
                for call, name in calls_in(function):
                    last = name.rpartition(".")[2]
                    if call.args and last in makers | collectors:
                        yield module, function, call, last


def raised() -> Iterator[Raised]:
    for module, function, call, callee in raising_calls():
        for slug in slugs_of(call.args[0], function):
            yield Raised(slug, facts_of(call, callee), module.at(call))


def slugs_of(node: ast.expr, function: ast.FunctionDef) -> list[str]:
    """The slugs an argument can be: written there, or given to a name of the same function."""
    given = [node]
    if isinstance(node, ast.Name):
        assignments = [one for one in ast.walk(function) if isinstance(one, ast.Assign)]
        given = [one.value for one in assignments if ast.unparse(one.targets[0]) == node.id]
    words = [one.value for top in given for one in ast.walk(top) if isinstance(one, ast.Constant)]
    return [word for word in words if isinstance(word, str) and SLUG.fullmatch(word)]


def facts_of(call: ast.Call, callee: str) -> frozenset[str] | None:
    if callee == "_refuse" or any(keyword.arg is None for keyword in call.keywords):
        return None
    if callee == "Finding":
        facts = call.args[1]
        if not isinstance(facts, ast.Dict):
            return None
        return frozenset(str(key.value) for key in facts.keys if isinstance(key, ast.Constant))
    return frozenset(keyword.arg for keyword in call.keywords if keyword.arg) - {"pointer"}


def fields_of(text: ProblemText) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text.detail) if name is not None}


def test_every_slug_has_its_words_and_every_sentence_its_facts() -> None:
    found = list(raised())
    assert len(found) > 100
    assert [one for one in found if one.slug not in PROBLEM_TEXTS] == []
    assert [
        (one.where, one.slug, fields_of(PROBLEM_TEXTS[one.slug]) - one.facts)
        for one in found
        if one.facts is not None and not fields_of(PROBLEM_TEXTS[one.slug]) <= one.facts
    ] == []


def test_a_slug_that_is_not_written_is_handed_on() -> None:
    """What is neither written nor another error's slug would escape the test above."""
    unseen = [
        module.at(call)
        for module, function, call, callee in raising_calls()
        if not slugs_of(call.args[0], function)
        and ast.unparse(call.args[0]) != "error.slug"
        # A set of lines takes things too, and the collector itself passes on what it is given.
        and callee not in TALLY_COLLECTS
        and module.name != "backend.ballots.tally.findings"
    ]
    assert unseen == []


def test_no_words_wait_for_a_problem_nobody_raises() -> None:
    written = {
        node.value
        for module in product()
        if not module.name.endswith(".problem_texts")
        for node in nodes_of(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert sorted(PROBLEM_TEXTS.keys() - written) == []


def test_the_words_are_whole_sentences() -> None:
    for slug, text in PROBLEM_TEXTS.items():
        assert SLUG.fullmatch(slug), slug
        assert text.detail.endswith("."), slug
        assert text.remedy.endswith("."), slug
        assert not text.title.endswith("."), slug
        # Facts are put into the detail alone.
        assert "{" not in text.title + text.remedy, slug


@pytest.mark.slow
def test_every_problem_has_its_page(sqlite_city: World) -> None:
    client = sqlite_city.client()
    for slug in PROBLEM_TEXTS:
        page = client.get(f"/problems/{slug}")
        assert page.status_code == 200, slug
        assert slug in page.text
    assert client.get("/problems/no-such-problem").status_code == 404
