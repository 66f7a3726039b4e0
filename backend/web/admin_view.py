"""What the pages of the administration show, as plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from flask_babel import format_date, get_locale

from backend.reports.administration.standing import Entry
from backend.web.admin_words import field_words, value_words
from backend.web.face import blueprint
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


@blueprint.app_template_global()
def language_words(language: str) -> str:
    """A language in the reader's own."""
    try:
        named = Locale.parse(language, sep="-").get_display_name(get_locale())
    except (UnknownLocaleError, ValueError):
        named = None
    return named[0].upper() + named[1:] if named else language


@blueprint.app_template_filter()
def plain_day(day: date) -> str:
    """A day of the calendar, which is the same in every time zone."""
    return format_date(day, "d MMM y", rebase=False)


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
