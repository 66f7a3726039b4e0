"""A city's own list of projects as a CSV file: for a vote without proposals in this program."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.ballots.cycle.commands import ProjectOnBallot
from backend.ballots.tally.amounts import read_amount
from backend.core.errors import DomainError, Invalid

NEEDED = ("code", "part", "title", "cost")
OPTIONAL = ("category", "lon", "lat")
_MOST_FAULTS = 50


def read_projects(path: Path, money_scale: int) -> list[ProjectOnBallot]:
    """The projects in the file's order; raises `Invalid` with everything that cannot be read.

    `cost` in the currency with at most as many decimals as it has; `lon` and `lat` in degrees.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(file.readlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid("project-file-not-readable", file=path.name, why=str(error)) from error
    columns = list(rows[0][1]) if rows else []
    for name in NEEDED:
        if name not in columns:
            raise Invalid("project-column-missing", file=path.name, column=name)
    unknown = [name for name in columns if name not in (*NEEDED, *OPTIONAL)]
    if unknown:
        offered = [*NEEDED, *OPTIONAL]
        raise Invalid("project-column-unknown", file=path.name, columns=unknown, offered=offered)
    faults: list[DomainError] = []
    projects = [_project(line, row, money_scale, faults) for line, row in rows]
    if faults:
        raise Invalid(
            "project-file-not-valid", *faults[:_MOST_FAULTS], file=path.name, count=len(faults)
        )
    return projects


def _rows(lines: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row with the line of the file it ends on; without rows, the header with line 1."""
    first = lines[0] if lines else ""
    reader = csv.DictReader(lines, delimiter=";" if first.count(";") > first.count(",") else ",")
    for row in reader:
        yield reader.line_num, {str(name).strip(): value for name, value in row.items()}


def _project(
    line: int, row: dict[str, Any], money_scale: int, faults: list[DomainError]
) -> ProjectOnBallot:
    text = {name: (row.get(name) or "").strip() for name in (*NEEDED, *OPTIONAL)}
    cost = read_amount(text["cost"])
    if cost is None or 10**cost.places > money_scale:
        faults.append(Invalid("project-cost-not-a-number", line=line, value=text["cost"][:60]))
    return ProjectOnBallot(
        code=text["code"],
        part_code=text["part"],
        title=text["title"],
        cost=cost.at(money_scale) if cost else 0,
        category=text["category"] or None,
        lon=_degrees(line, text["lon"], faults),
        lat=_degrees(line, text["lat"], faults),
        line=line,
    )


def _degrees(line: int, text: str, faults: list[DomainError]) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        faults.append(Invalid("project-degrees-not-a-number", line=line, value=text[:60]))
        return None
