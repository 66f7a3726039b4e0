"""What pyproject.toml asks for, what requirements.txt pins and what the code imports are one."""

import ast
from collections.abc import Iterable
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pin_requirements import RUNTIME, TEST, closure, direct_requirements, read_pins
from sources import ROOT, nodes_of, product

# Chosen at run time by the name in a database URL.
NAMED_IN_SETTINGS = {"psycopg"}
GIVEN_UP = {"flask-limiter", "flask-migrate"}
# It reads the list of files of everything that is installed.
_owners = cache(packages_distributions)


def pinned_version(pin: Requirement) -> str:
    (clause,) = pin.specifier
    assert clause.operator == "==", f"{pin} is no pin"
    # A wheel of one machine (+cpu, *) or a file of one disk would bind the pin to it.
    assert not pin.url
    assert not set(clause.version) & set("+*"), f"{pin} fits one kind of machine only"
    return clause.version


@pytest.mark.parametrize("part", ["runtime", "test"])
def test_the_pins_are_what_the_dependencies_lead_to(part: str) -> None:
    runtime, test = direct_requirements()
    pins, direct = read_pins(RUNTIME), runtime
    wanted = closure(runtime)
    if part == "test":
        pins, direct = pins | read_pins(TEST), [*runtime, *test]
        wanted = closure(direct)
    assert pins.keys() == wanted.keys()
    assert not wanted.keys() & GIVEN_UP
    for requirement in [*direct, *wanted.values()]:
        version = pinned_version(pins[canonicalize_name(requirement.name)])
        assert requirement.specifier.contains(version, prereleases=True), requirement


def test_a_test_pin_is_not_a_runtime_pin_too() -> None:
    assert not read_pins(RUNTIME).keys() & read_pins(TEST).keys()


@pytest.mark.parametrize("file", [RUNTIME, TEST])
def test_the_files_are_sorted_and_complete(file: Path) -> None:
    lines = file.read_text().splitlines()
    names = [line.partition("==")[0] for line in lines if "==" in line]
    assert names == sorted(names)
    assert lines[0].startswith("# ")
    assert lines[-1] == "-e ." if file == RUNTIME else lines[1] == "-r requirements.txt"


def test_what_the_product_imports_it_asks_for_and_the_other_way_round() -> None:
    runtime, _ = direct_requirements()
    asked = {canonicalize_name(one.name) for one in runtime}
    imported = distributions(module.tree for module in product())
    assert imported <= asked
    assert asked <= imported | NAMED_IN_SETTINGS


@pytest.mark.slow
def test_what_the_tests_and_benches_import_is_asked_for() -> None:
    runtime, test = direct_requirements()
    asked = {canonicalize_name(one.name) for one in [*runtime, *test]}
    files = [path for folder in ("tests", "bench", ".ci") for path in (ROOT / folder).rglob("*.py")]
    assert distributions(ast.parse(path.read_text()) for path in files) <= asked


def distributions(trees: Iterable[ast.AST]) -> set[str]:
    """Whose packages are imported, ours and Python's own apart."""
    names = {name for tree in trees for node in nodes_of(tree) for name in imported_names(node)}
    owners = _owners()
    found: set[str] = set()
    for name in names:
        top, *rest = name.split(".")
        owner = owners.get(top, [])
        # Many distributions share the name google; the next part tells them apart.
        found |= {f"{top}-{rest[0]}"} if len(owner) > 1 else set(map(canonicalize_name, owner))
    return found - {"evenward"}


def imported_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module]
    return []
