"""Who may import whom, and what importing the web program may cost."""

import ast
import subprocess
import sys

import pytest
from click.testing import CliRunner
from importlinter.api import read_configuration
from importlinter.cli import lint_imports_command
from sources import ROOT, product

PROJECT = str(ROOT / "pyproject.toml")
BOUNDARY_READERS = {"geopandas", "pandas", "pyogrio"}
HEAVY = BOUNDARY_READERS | {"firebase_admin", "scipy"}
HEAVY |= {"matplotlib", "statsmodels", "grpc", "waitress"}


def test_the_import_contracts_are_kept() -> None:
    verdict = CliRunner().invoke(lint_imports_command, ["--config", PROJECT, "--no-cache"])
    assert verdict.exit_code == 0, verdict.output
    assert "0 broken" in verdict.output


def test_every_part_of_the_house_has_its_floor() -> None:
    layers = read_configuration(PROJECT)["contracts_options"][0]["layers"]
    floors = {part for layer in layers for part in layer.split(" | ")}
    parts = {
        ".".join(module.name.split(".")[: 2 if module.is_in("backend") else 1])
        for module in product()
    }
    assert parts - {"backend"} == floors


@pytest.mark.slow
def test_the_web_program_imports_nothing_heavy() -> None:
    program = "import sys, backend.app; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert "backend.app" in loaded
    assert HEAVY.isdisjoint(loaded)


def test_only_a_function_that_reads_boundaries_pays_for_geopandas() -> None:
    found = [
        module.at(node)
        for module in product()
        for node in module.tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name]
        if name.partition(".")[0] in BOUNDARY_READERS
    ]
    assert found == []
