"""The shape of the code: sizes, names, docstrings, and what pages may hold."""

import ast
import re

from sources import PACKAGES, ROOT, import_everything, nodes_of, product

from backend.core.db import Base

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
# Names with no edge: whatever fits nowhere ends up in such a file.
EDGELESS = {"utils", "util", "helpers", "common", "misc", "service"}
WEB = PACKAGES["backend"] / "web"


def test_no_file_is_too_long() -> None:
    lengths = {str(module.path): len(module.text.splitlines()) for module in product()}
    assert [path for path, lines in lengths.items() if lines > LONGEST_FILE] == []


def test_no_function_is_too_long() -> None:
    found = [
        module.at(node)
        for module in product()
        # A migration's length is that of its tables, read from top to bottom.
        if not module.is_in("backend.migrations.versions")
        for node in nodes_of(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert found == []


def test_every_file_has_a_name_with_an_edge() -> None:
    assert [module.name for module in product() if module.path.stem in EDGELESS] == []


def test_every_public_thing_says_what_it_is() -> None:
    found = []
    for module in product():
        if module.text and not ast.get_docstring(module.tree):
            found.append(str(module.path))
        if module.is_in("backend.migrations.versions"):
            continue
        found += [
            f"{module.at(node)} {node.name}"
            for node in module.tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert found == []


def test_no_relationship_loads_behind_the_readers_back() -> None:
    import_everything()
    relationships = [one for mapper in Base.registry.mappers for one in mapper.relationships]
    assert relationships
    assert [str(one) for one in relationships if one.lazy != "raise"] == []


def test_pages_hold_no_inline_style_or_script_and_no_foreign_address() -> None:
    forbidden = re.compile(
        # A block of data runs nothing.
        r"<(script(?! type=\"application/json\")|style|iframe|object|embed)\b"
        r"|\s(style|on[a-z]+)\s*=|javascript:|(https?:)?//\w",
        re.IGNORECASE,
    )
    files = [
        path
        for folder in ("templates", "static", "client/src")
        for path in (WEB / folder).rglob("*")
        if path.suffix in {".html", ".css", ".svg", ".js", ".txt", ".xml"}
    ]
    assert len(files) > 10
    found = []
    for path in files:
        # The name of SVG's namespace is an identifier nobody opens.
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        found += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in forbidden.finditer(text)]
    assert found == []
