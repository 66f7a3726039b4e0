"""Moments as cities write them, and which of two numbers is the day."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

_LOCAL_MOMENT = re.compile(
    r"(?P<first>\d{1,2})(?P<sign>[/.])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4})"
    r"(?:,?\s+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second_of_minute>\d\d)(?:\.\d+)?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)
_MONTHS = 12
_ENOUGH = 1000


class OrderUnknown(ValueError):
    """Nothing says whether the day or the month comes first; `args[0]` is an example."""


def read_moment(text: str, is_day_first: bool | None = None) -> datetime:
    """In UTC, from ISO 8601, DD.MM.YYYY, or numbers with slashes in the order that is given.

    Where none is given, only what fits a single order is read. Raises ValueError where the text is
    no moment.
    """
    text = text.strip()
    if local := _LOCAL_MOMENT.fullmatch(text):
        return _local_moment(local, is_day_first)
    try:
        moment = datetime.fromisoformat(text.removesuffix(" UTC"))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:  # the year 1 or 9999, moved out of the calendar by its zone
        raise ValueError(text) from error


def day_order(texts: Iterable[str]) -> bool | None:
    """Whether the day comes first in all `texts` with slashes, as most of the first thousand that
    fit one order alone say; None where it makes no difference. Raises OrderUnknown."""
    fits: Counter[bool | None] = Counter()
    either = ""
    for text in texts:
        if "/" in text and (local := _LOCAL_MOMENT.fullmatch(text.strip())):
            order = _only_order(local)
            fits[order] += 1
            if order is None and local["first"] != local["second"]:
                either = either or text
            if fits[True] + fits[False] >= _ENOUGH:
                break
    if fits[True] or fits[False]:
        return fits[True] > fits[False]
    if either:
        raise OrderUnknown(either)
    return None


def _only_order(parts: re.Match[str]) -> bool | None:
    """The order without which there would be a month above twelve."""
    first, second = int(parts["first"]), int(parts["second"])
    return None if (first > _MONTHS) == (second > _MONTHS) else first > _MONTHS


def _local_moment(parts: re.Match[str], is_day_first: bool | None) -> datetime:
    if parts["sign"] == ".":
        is_day_first = True
    elif is_day_first is None:
        is_day_first = _only_order(parts)
        if is_day_first is None and int(parts["first"]) != int(parts["second"]):
            raise ValueError(parts[0])
    day, month = ("first", "second") if is_day_first else ("second", "first")
    hour, half = int(parts["hour"] or 0), (parts["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(parts[0])
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime(
        int(parts["year"]),
        int(parts[month]),
        int(parts[day]),
        hour,
        int(parts["minute"] or 0),
        int(parts["second_of_minute"] or 0),
        tzinfo=UTC,
    )
