"""What the pages of the administration show, as plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.reports.administration.standing import Entry
from backend.web.admin.admin_words import value_words
from backend.web.catalogue_words import field_words
from backend.web.words import severity_words


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A field, what it said and what it says."""

    field: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class AdminChange:
    """A change that was made, or would be; `rows` say what of an entry."""

    at: datetime | None
    words: str
    is_added: bool
    is_removed: bool
    rows: tuple[ChangedRow, ...]
    is_own: bool = False


def changed_rows(
    was: Entry | None, becomes: Entry | None, fields: Iterable[str]
) -> tuple[ChangedRow, ...]:
    """Both values of each field in words."""
    if was is None or becomes is None:
        return ()
    return tuple(
        ChangedRow(field_words(name), _words(name, was), _words(name, becomes))
        for name in fields
        if name in was or name in becomes
    )


def _words(name: str, entry: Mapping[str, Any]) -> str:
    value = entry.get(name)
    is_band = name == "severity_band" and isinstance(value, int)
    return severity_words(int(value or 0)) if is_band else value_words(value)
