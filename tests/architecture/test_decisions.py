"""Whatever the program writes into the public log, anybody can read in words."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module

from sources import Module, calls_in, product
from worlds import World

from backend.web.public.decision_words import SENTENCES, decision_words

# The one action that is put together: what becomes of a set of weights that somebody decides on.
PUT_TOGETHER = {"f'weights.{chosen.state}'": ("weights.approved", "weights.retired")}
_ACTION = re.compile(r"[a-z0-9_]+\.[a-z_]+")


def decided() -> Iterator[str]:
    """Every action somebody calls `decide` with, also through a function that passes it on."""
    for module in product():
        for call, called in calls_in(module.tree):
            if called.rpartition(".")[2] != "decide" or not call.args:
                continue
            action = call.args[0]
            if isinstance(action, ast.Constant):
                yield str(action.value)
            elif isinstance(action, ast.JoinedStr):
                yield from PUT_TOGETHER[ast.unparse(action)]
            elif isinstance(action, ast.Name) and action.id.isupper():
                yield getattr(import_module(module.name), action.id)
            elif isinstance(action, ast.Subscript):
                yield from getattr(import_module(module.name), ast.unparse(action.value)).values()
            else:
                found = set(passed_on(module, call))
                assert found, module.at(call)
                yield from found


def passed_on(module: Module, decision: ast.Call) -> Iterator[str]:
    """The actions given to the function in which `decision` stands."""
    [name] = [
        one.name
        for one in module.tree.body
        if isinstance(one, ast.FunctionDef) and decision in ast.walk(one)
    ]
    for other in product():
        if other is not module and f"from {module.name} import" not in other.text:
            continue
        for call, called in calls_in(other.tree):
            for given in call.args if called == name else ():
                for part in ast.walk(given):
                    if isinstance(part, ast.Constant) and _ACTION.fullmatch(str(part.value)):
                        yield str(part.value)


def test_every_action_has_its_words_and_no_words_are_left_over() -> None:
    assert set(decided()) == SENTENCES.keys()


def test_facts_are_read_to_people_and_what_is_unknown_shows_itself(sqlite_city: World) -> None:
    moved = {"before": "received", "after": "resolved", "has_reason": False}
    entries: list[tuple[str, dict[str, object], str]] = [
        ("status.changed", moved, "Report A1: Received, then Done"),
        (
            "proposal.moved",
            moved | {"after": "refused", "before": "in_review"},
            "Proposal A1: Being reviewed, then Cannot be done",
        ),
        ("severity.changed", {"before": 3, "after": 0}, "Report A1: Ordinary, then Danger"),
        ("comment.added", {"kind": "answer"}, "Report A1: the city's answer was added"),
        ("retention.applied", {"days": 30}, "A1: what need not be kept went after 30 days"),
        ("staff.added", {"role": "ward_staff"}, "A staff account was added (Ward staff)"),
        (
            "staff.role_changed",
            {"was": "analyst", "became": "admin"},
            "A staff account got another role (Analyst, then Administrator)",
        ),
        ("outreach.planned", {"on": "2026-05-04"}, "A visit to A1 is planned for 4 May 2026"),
        (
            "reports.imported",
            {"requests": 11803, "file": "a.csv"},
            "11,803 reports were imported from a.csv",
        ),
        ("moon.landed", {}, "moon.landed A1"),
    ]
    with sqlite_city.app.test_request_context():
        for action, facts, words in entries:
            assert decision_words(action, "A1", facts) == words
