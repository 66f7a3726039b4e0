"""The guard of the file for spreadsheets: nothing begins a formula, and nothing is lost."""

import csv
import io
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sources import ROOT

from backend.exports.csv_file import guarded, unguarded

TRICKY = st.text(st.sampled_from("='+-@＝＠\t\r\n,;|\" a1'")) | st.text()
STARTS = tuple("=+-@＝＋－＠")


@given(TRICKY)
def test_the_words_come_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(TRICKY)
def test_no_cell_begins_a_formula_wherever_a_program_splits(text: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([guarded(text), "x"])
    (cells,) = csv.reader(io.StringIO(buffer.getvalue(), newline=""))
    assert not cells[0].startswith(STARTS)
    # As a spreadsheet of another language does, that ignores our quotes and splits at its own.
    pieces = re.split('[\t\n\r,;|"]', buffer.getvalue())
    assert not any(piece.startswith(STARTS) for piece in pieces)


@given(TRICKY)
def test_the_guide_takes_the_guard_off(text: str) -> None:
    guide = (ROOT / "docs" / "guide" / "open-data.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", guide, re.DOTALL)[0], names)
    assert names["unguarded"](guarded(text)) == text


def test_words_that_are_no_formula_stay_as_they_are() -> None:
    for text in ("Deep hole, -5 cm", "it's 3 - 2", "'quoted'", "a=b", "", "8-10 o'clock"):
        assert guarded(text) == text
