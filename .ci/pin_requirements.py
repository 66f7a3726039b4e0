"""Write requirements.txt and requirements-test.txt: pyproject.toml's dependencies, pinned.

Run it in an environment that was just upgraded and passes the tests:
`.venv/bin/python .ci/pin_requirements.py`. Every package the direct dependencies lead to is pinned
to the version installed here; one that only another Python needs keeps its pin and its marker.
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
RUNTIME = ROOT / "requirements.txt"
TEST = ROOT / "requirements-test.txt"
# 3.11.2 is Debian 12's, and a few packages still know the difference to 3.11.3.
PYTHONS = ("3.11.2", "3.11.9", "3.12.0", "3.13.0", "3.14.0")
REFRESH = "# Pinned from pyproject.toml. Refresh: .venv/bin/python .ci/pin_requirements.py"


def direct_requirements() -> tuple[list[Requirement], list[Requirement]]:
    """What pyproject.toml asks for: to run, and besides to test."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime, test = project["dependencies"], project["optional-dependencies"]["test"]
    return [Requirement(line) for line in runtime], [Requirement(line) for line in test]


def closure(direct: Iterable[Requirement]) -> dict[str, Requirement]:
    """Every package `direct` leads to on Linux, on any Python we run on, by canonical name.

    Each comes with the last requirement that named it; its marker is kept where that was one.
    """
    found: dict[str, Requirement] = {}
    seen: set[tuple[str, str]] = set()
    waiting = list(direct)
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        found[name] = wanted
        for extra in {"", *wanted.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += _requirements_of(name, extra)
    return found


def read_pins(path: Path) -> dict[str, Requirement]:
    """The pinned requirements of a file, by canonical name."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]
    return {canonicalize_name(pin.name): pin for pin in pins}


def _requirements_of(name: str, extra: str) -> Iterator[Requirement]:
    try:
        lines = requires(name) or []
    except PackageNotFoundError:
        # Needed by another Python only; its own dependencies cannot be known here.
        return
    for line in lines:
        requirement = Requirement(line)
        if _applies(requirement.marker, extra):
            yield requirement


def _applies(marker: Marker | None, extra: str) -> bool:
    if marker is None:
        return not extra
    return any(marker.evaluate(_environment(python, extra)) for python in PYTHONS)


def _environment(python: str, extra: str) -> dict[str, str]:
    here: dict[str, str] = {name: str(value) for name, value in default_environment().items()}
    short = python.rpartition(".")[0]
    return here | {"python_version": short, "python_full_version": python, "extra": extra}


def _pins(wanted: Mapping[str, Requirement], kept: Mapping[str, Requirement]) -> list[str]:
    lines = []
    for name in sorted(wanted):
        try:
            lines.append(f"{name}=={version(name)}")
        except PackageNotFoundError:
            if name not in kept:
                sys.exit(f"{name} is not installed here and was never pinned: pin it by hand once.")
            lines.append(str(kept[name]))
    return lines


def main() -> None:
    """Write both files."""
    runtime, test = direct_requirements()
    to_run, to_test = closure(runtime), closure(test)
    kept = {**read_pins(RUNTIME), **read_pins(TEST)}
    only_test = {name: wanted for name, wanted in to_test.items() if name not in to_run}
    RUNTIME.write_text("\n".join([REFRESH, *_pins(to_run, kept), "-e .", ""]), encoding="utf-8")
    TEST.write_text(
        "\n".join([REFRESH, "-r requirements.txt", *_pins(only_test, kept), ""]), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
