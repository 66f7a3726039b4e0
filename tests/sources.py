"""The product's own source, parsed: what the architecture tests read."""

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "backend": ROOT / "backend",
    "mobile_api": ROOT / "mobile-api" / "mobile_api",
    "equity": ROOT / "equity",
    "geo": ROOT / "geo",
}
SLICES = ("accounts", "places", "delivery", "photos", "reports", "ballots", "triage", "audits")


@dataclass(frozen=True, slots=True)
class Module:
    """One module of the product; `name` is the one it is imported by."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    def at(self, node: ast.expr | ast.stmt) -> str:
        """Where a node stands, as an editor understands it."""
        return f"{self.path.relative_to(ROOT)}:{node.lineno}"

    def is_in(self, *packages: str) -> bool:
        """Whether the module is one of `packages` or lies in one."""
        return any(self.name == one or self.name.startswith(f"{one}.") for one in packages)


@cache
def product() -> tuple[Module, ...]:
    """Every module of the product."""
    modules = tuple(_read())
    # These stay: two hundred thousand nodes, out of every later search for garbage.
    gc.freeze()
    return modules


def import_everything() -> None:
    """Import the product, so that every event, table and mapper is known."""
    for module in product():
        if not module.is_in("backend.__main__", "backend.migrations"):
            import_module(module.name)


@cache
def nodes_of(tree: ast.AST) -> tuple[ast.AST, ...]:
    """All of a tree, walked through once for every test that asks."""
    return tuple(ast.walk(tree))


@cache
def calls_in(tree: ast.AST) -> tuple[tuple[ast.Call, str], ...]:
    """Every call with the dotted name of what is called, `?` for a part that is no name."""
    return tuple((node, dotted(node.func)) for node in nodes_of(tree) if isinstance(node, ast.Call))


def dotted(node: ast.expr) -> str:
    """`a.b.c` as it is written."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def _read() -> Iterator[Module]:
    for package, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            name = ".".join([package, *(part for part in parts if part != "__init__")])
            text = path.read_text(encoding="utf-8")
            yield Module(name, path, text, ast.parse(text))
