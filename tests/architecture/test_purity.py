"""Where the clock, chance and the commit may be found."""

import ast
import re

from sources import SLICES, Module, calls_in, dotted, nodes_of, product

DECIDING = re.compile(
    r"(geo|equity)(\..+)?|backend\.\w+\.(rules|workflow)|backend\.ballots\.tally\b.*"
)
# A measuring clock only, for the log line of a request.
STOPWATCH = {"time.perf_counter"}
CLOCKS = re.compile(
    r"(.*\.)?(datetime|date)\.(now|utcnow|today)"
    r"|time\.(time|time_ns|monotonic|monotonic_ns|perf_counter|perf_counter_ns|localtime|gmtime)"
)
CHANCE = re.compile(
    r"random\..+|secrets\..+|os\.urandom|uuid\.uuid[14678]|uuid_utils\..+"
    r"|(np|numpy)\.random\.(?!default_rng$|Generator$|SeedSequence$|PCG64$).+"
)
MAY_READ_THE_CLOCK = {"backend.core.clock"}
MAY_DRAW = {"backend.core.ids", "backend.core.keys"}


def readings(module: Module, pattern: re.Pattern[str]) -> list[str]:
    """Every use of a name of `pattern`, with aliases of imports undone."""
    long_names = {
        alias.asname or alias.name: f"{prefix}{alias.name}"
        for node in nodes_of(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for prefix in [f"{node.module}." if isinstance(node, ast.ImportFrom) else ""]
        for alias in node.names
    }
    found = []
    for node in nodes_of(module.tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, dot, rest = dotted(node).partition(".")
            name = long_names.get(first, first) + dot + rest
            if pattern.fullmatch(name) and name not in STOPWATCH:
                found.append(f"{module.at(node)} {name}")
    return found


def test_only_the_clock_reads_the_time() -> None:
    found = [
        reading
        for module in product()
        if module.name not in MAY_READ_THE_CLOCK
        for reading in readings(module, CLOCKS)
    ]
    assert found == []


def test_only_ids_and_keys_draw_by_chance() -> None:
    found = [
        reading
        for module in product()
        if module.name not in MAY_DRAW
        for reading in readings(module, CHANCE)
    ]
    assert found == []


def test_every_simulation_is_seeded() -> None:
    calls = [
        (module.at(call), call)
        for module in product()
        for call, name in calls_in(module.tree)
        if name.endswith("default_rng")
    ]
    assert calls
    assert [where for where, call in calls if not call.args] == []


def test_rules_and_use_cases_are_told_the_time() -> None:
    slices = tuple(f"backend.{name}" for name in SLICES)
    found = [
        module.at(call)
        for module in product()
        if module.is_in("geo", "equity", *slices)
        for call, name in calls_in(module.tree)
        if name.endswith((".now", ".utcnow", ".today"))
    ]
    assert found == []


def test_what_decides_touches_no_file() -> None:
    found = [
        module.at(call)
        for module in product()
        if DECIDING.fullmatch(module.name)
        for call, name in calls_in(module.tree)
        if name == "open" or name.endswith((".open", ".read_text", ".read_bytes", ".write_text"))
    ]
    assert found == []


def test_only_the_unit_of_work_commits() -> None:
    found = {
        module.name
        for module in product()
        for _, name in calls_in(module.tree)
        if name.endswith(".commit")
    }
    # backend.core.db settles a new connection's parameters before any work is done on it.
    assert found == {"backend.core.uow", "backend.core.db"}
