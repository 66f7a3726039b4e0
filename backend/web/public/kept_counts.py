"""Counts over all there is, which cost more than the page they stand on: kept for some minutes."""

from collections import defaultdict
from collections.abc import Callable, Hashable
from time import perf_counter
from typing import TypeVar

from sqlalchemy.orm import Session

from backend.core.city_cache import CityCache
from backend.core.runtime import current_runtime

Value = TypeVar("Value")
# So many times as long as an open page: five minutes where that is fifteen seconds.
MINUTES = 20
# An hour there: for sums over a year, which a day's reports hardly move.
HOUR = 240
_MOST = 200
_kept: defaultdict[int, CityCache[dict[Hashable, object]]] = defaultdict(CityCache)


def kept_count(
    session: Session, key: Hashable, count: Callable[[], Value], times: int = MINUTES
) -> Value:
    """What `count` gave for `key` a few minutes ago at most, or as many `times` an open page."""
    seconds = times * current_runtime().settings.open_page_seconds
    if not seconds:
        return count()
    kept = _kept[times].get(session, int(perf_counter() // seconds), dict)
    if key not in kept:
        value = count()
        if len(kept) < _MOST:
            kept[key] = value
        return value
    return kept[key]  # type: ignore[return-value]
