"""The bytes of a `.pb` file to its three sections of rows, each row with its line number.

Format: https://pabulib.org/format. UTF-8 (a byte-order mark is tolerated), any line ending,
`;` between fields, fields quoted with doubled quotes, sections META, PROJECTS, VOTES in this order.
"""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter

from backend.ballots.tally.findings import Problems

MAX_BYTES = 64 * 1024 * 1024
MAX_COLUMNS = 200
NEEDED_COLUMNS = {
    "META": ("key", "value"),
    "PROJECTS": ("project_id", "cost"),
    "VOTES": ("voter_id", "vote"),
}


@dataclass(slots=True)
class Section:
    """A titled part at `line`; rows are (line where the row ends, as many cells as columns)."""

    line: int
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)

    def column(self, name: str) -> list[str]:
        """One column's cells, stripped."""
        cell = itemgetter(self.columns.index(name))
        return list(map(str.strip, map(cell, map(itemgetter(1), self.rows))))


def read_sections(data: bytes, problems: Problems) -> dict[str, Section]:
    """Split a file into its sections; raises `InvalidElection` where no further reading helps."""
    sections: dict[str, Section] = {}
    current: Section | None = None
    reader = csv.reader(
        io.StringIO(_decode(data, problems), newline=""), delimiter=";", strict=True
    )
    try:
        for cells in reader:
            if current and 1 < len(cells) == len(current.columns) and cells[1]:
                current.rows.append((reader.line_num, cells))  # a sound row: a city has many
                continue
            if not any(cells):
                continue
            title = cells[0].strip().upper()
            if title not in NEEDED_COLUMNS or any(cells[1:]):
                if current:
                    _take_row(current, cells, reader.line_num, problems)
            elif title in sections:
                problems.add("pb-repeated-section", section=title, line=reader.line_num)
            else:
                sections[title] = current = Section(reader.line_num)
    except csv.Error as error:
        if "limit" in str(error):
            problems.refuse("pb-field-too-long", line=reader.line_num, most=csv.field_size_limit())
        problems.refuse("pb-broken-quotes", line=reader.line_num)
    _check_sections(sections, problems)
    return sections


def _decode(data: bytes, problems: Problems) -> str:
    if len(data) > MAX_BYTES:
        problems.refuse("pb-file-too-large", megabytes=MAX_BYTES // 1024**2)
    if not data.strip():
        problems.refuse("pb-empty-file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.refuse("pb-not-utf8", line=_line_at(data, error.start))
    if "\0" in text:
        problems.refuse("pb-null-byte", line=_line_at(data, data.index(b"\0")))
    return text


def _line_at(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _take_row(section: Section, cells: list[str], line: int, problems: Problems) -> None:
    if not section.columns:
        if len(cells) > MAX_COLUMNS:
            problems.refuse("pb-too-many-columns", line=line, found=len(cells), most=MAX_COLUMNS)
        section.columns = [cell.strip().lower() for cell in cells]
        return
    missing = len(section.columns) - len(cells)
    if missing > 0:
        cells += [""] * missing
    elif missing < 0 and any(cells[missing:]):
        problems.add(
            "pb-too-many-fields", line=line, expected=len(section.columns), found=len(cells)
        )
    section.rows.append((line, cells[: len(section.columns)]))


def _check_sections(sections: dict[str, Section], problems: Problems) -> None:
    missing = [title for title in NEEDED_COLUMNS if title not in sections]
    if missing:
        problems.add("pb-missing-section", sections=", ".join(missing))
    elif list(sections) != list(NEEDED_COLUMNS):
        problems.add("pb-sections-out-of-order", sections=", ".join(sections))
    for title, section in sections.items():
        for name, times in Counter(section.columns).items():
            if times > 1 and name:
                problems.add("pb-repeated-column", column=name, section=title, line=section.line)
        for name in NEEDED_COLUMNS[title]:
            if name not in section.columns:
                problems.add("pb-missing-column", column=name, section=title, line=section.line)
    problems.refuse_if_any()
