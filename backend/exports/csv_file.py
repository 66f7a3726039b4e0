"""Requests as CSV (RFC 4180): exact for programs, and guarded for spreadsheets.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, whatever quotes
stand around it, and a formula that a stranger wrote can send away what lies beside it (OWASP, CSV
injection). No cell can hold such words both unchanged and harmless, so there are two files: the
exact one, and one for spreadsheets, whose guard can be taken off again without a loss.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from backend.exports.vintage import Vintage
from backend.reports.public_fields import PUBLIC_FIELDS, Kind, Value, public_values
from backend.reports.public_requests import PublicRequest

_CHUNK = 500
_STARTS = re.compile("[=+\\-@＝＋－＠]")
# Where a cell may begin, here or in a program that splits at other characters, and what makes it a
# formula, in its wide forms too.
_FORMULA = re.compile("(^|[\t\n\r,;|\"])('*)(?=[=+\\-@＝＋－＠])")
_GUARDED = re.compile("(^|[\t\n\r,;|\"])'('*)(?=[=+\\-@＝＋－＠])")


def write_csv(requests: Iterable[PublicRequest], _vintage: Vintage) -> Iterator[bytes]:
    """The exact file: UTF-8, a header line, empty cells for what there is not."""
    return _lines(map(_cells, requests))


def write_spreadsheet_csv(requests: Iterable[PublicRequest], _vintage: Vintage) -> Iterator[bytes]:
    """The file for spreadsheets: marked as UTF-8, and no text in it begins a formula."""
    yield "\ufeff".encode()
    yield from _lines(map(_guarded_cells, requests))


def guarded(text: str) -> str:
    """`text` with an apostrophe before whatever could begin a formula."""
    return _FORMULA.sub(r"\1'\2", text) if _STARTS.search(text) else text


def unguarded(text: str) -> str:
    """The words back from what `guarded` made of them."""
    return _GUARDED.sub(r"\1\2", text)


def _lines(rows: Iterator[list[Value]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(field.name for field in PUBLIC_FIELDS)
    while True:
        writer.writerows(islice(rows, _CHUNK))
        if not buffer.tell():
            return
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _cells(request: PublicRequest) -> list[Value]:
    cells = list(public_values(request))
    for place in _MOMENTS:
        moment = cells[place]
        if isinstance(moment, datetime):
            cells[place] = moment.isoformat()
    for place in _YES_NO:
        cells[place] = "true" if cells[place] else "false"
    return cells


def _guarded_cells(request: PublicRequest) -> list[Value]:
    # Only text: a number below zero is a number, and no formula.
    cells = _cells(request)
    for place in _TEXTS:
        text = cells[place]
        if isinstance(text, str):
            cells[place] = guarded(text)
    return cells


def _places(kind: Kind) -> tuple[int, ...]:
    return tuple(place for place, field in enumerate(PUBLIC_FIELDS) if field.kind is kind)


_TEXTS, _MOMENTS, _YES_NO = map(_places, (Kind.TEXT, Kind.MOMENT, Kind.YES_NO))
