"""A demand as a CSV file: one row for each pair of area and category."""

import csv
from math import nan
from pathlib import Path

import numpy as np

from backend.audits.targets.plan import Served
from backend.core.errors import Invalid
from equity.levers.targets import MOST

_NUMBERS = ("requests_per_day", "importance", "travel_hours")
COLUMNS = ("area", "category", *_NUMBERS)
TODAY = ("inspected_share", "days")
"""Both or neither; `days` is empty where nothing is inspected."""
WAITING = "waiting"
"""How many wait now, where the file says so."""

_Cells = dict[tuple[str, str], dict[str, float]]


def read_demand(path: Path) -> Served:
    """Every row, and today's service where the file has its columns; raises `Invalid`.

    The importance of a category and the travel of an area are those of its first row.
    """
    header, lines = _lines(path)
    if missing := [name for name in COLUMNS if name not in header]:
        raise Invalid("columns-missing", missing=", ".join(missing), present=", ".join(header))
    names = [*_NUMBERS, *(TODAY if set(TODAY) <= set(header) else ())]
    names += [WAITING] if WAITING in header else []
    cells: _Cells = {}
    for line, row in lines:
        pair = row["area"], row["category"]
        if "" in pair or pair in cells:
            reason = (
                "the area or the category is empty" if "" in pair else "the pair is there twice"
            )
            raise Invalid("demand-row-unreadable", file=str(path), line=line, reason=reason)
        cells[pair] = {name: _number(path, line, name, row[name]) for name in names}
    return _served(path, cells)


def _served(path: Path, cells: _Cells) -> Served:
    areas = tuple(dict.fromkeys(area for area, _ in cells))
    categories = tuple(dict.fromkeys(category for _, category in cells))
    for area in areas:
        for category in categories:
            if (area, category) not in cells:
                raise Invalid("demand-incomplete", file=str(path), area=area, category=category)

    def table(name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.array([[cells[area, kind][name] for kind in categories] for area in areas])

    if not cells:
        raise Invalid("file-empty", file=str(path))
    known = next(iter(cells.values()))
    has_today = TODAY[0] in known
    return Served(
        areas,
        categories,
        table("requests_per_day"),
        table("importance")[0],
        table("travel_hours")[:, 0],
        inspected_share=table("inspected_share") if has_today else None,
        days=table("days") if has_today else None,
        waiting=table(WAITING) if WAITING in known else None,
    )


def _lines(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            rows = [(reader.line_num, cells) for cells in reader if cells]
    except UnicodeDecodeError as error:
        raise Invalid("file-not-utf8", file=str(path)) from error
    except csv.Error as error:
        line = reader.line_num
        raise Invalid("file-not-csv", file=str(path), line=line, reason=str(error)) from error
    except OSError as error:
        raise Invalid("file-unreadable", file=str(path), reason=error.strerror) from error
    if not header:
        raise Invalid("file-empty", file=str(path))
    for line, cells in rows:
        if len(cells) != len(header):
            reason = f"it has {len(cells)} cells where the header has {len(header)}"
            raise Invalid("demand-row-unreadable", file=str(path), line=line, reason=reason)
    stripped = [(line, [cell.strip() for cell in cells]) for line, cells in rows]
    return header, [(line, dict(zip(header, cells, strict=True))) for line, cells in stripped]


def _number(path: Path, line: int, name: str, text: str) -> float:
    if name == "days" and not text:
        return nan
    try:
        number = float(text)
    except ValueError:
        number = nan
    least = 0.0 if name in {*TODAY, WAITING} else 1e-9
    if not least <= number <= MOST:
        reason = f"{name} is no number above 0 and up to a million: {text[:40]!r}"
        raise Invalid("demand-row-unreadable", file=str(path), line=line, reason=reason)
    return number
