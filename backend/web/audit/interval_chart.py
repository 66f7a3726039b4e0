"""Where an interval and its estimate stand on a line that begins at zero."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.audits.findings.words import rounded

_LEFT, _RIGHT = 2.0, 232.0
_MOST = 1.6


@dataclass(frozen=True, slots=True)
class Interval:
    """Pixels from the left; `middle` is None where nothing is told, `low` where not how sure.

    `is_cut` is where the interval goes on beyond the end.
    """

    middle: float | None
    low: float | None
    high: float | None
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """From `first` to `last`, at `left` and `right` in pixels; zero is always on it."""

    first: float
    last: float
    left: float = _LEFT
    right: float = _RIGHT

    @property
    def zero(self) -> float:
        """Pixels from the left."""
        return self.at(0.0)

    @property
    def first_words(self) -> str:
        """The figure at the left end."""
        return rounded(self.first)

    @property
    def last_words(self) -> str:
        """The figure at the right end."""
        return rounded(self.last)

    def place(self, estimate: Mapping[str, Any]) -> Interval:
        """An estimate with `value`, `low` and `high`."""
        value, low, high = (estimate[name] for name in ("value", "low", "high"))
        if value is None:
            return Interval(None, None, None, False)
        if low is None:
            return Interval(self.at(value), None, None, False)
        return Interval(self.at(value), self.at(low), self.at(high), high > self.last)

    def at(self, value: float) -> float:
        """Pixels of a value, those of an end for what lies beyond it."""
        inside = min(max(value, self.first), self.last)
        share = (inside - self.first) / (self.last - self.first)
        return round(self.left + (self.right - self.left) * share, 1)


def scale_of(
    estimates: Iterable[Mapping[str, Any]], left: float = _LEFT, right: float = _RIGHT
) -> Scale:
    """Long enough for every value, and for the intervals within reason."""
    told = [one for one in estimates if one["value"] is not None]
    values = [one["value"] for one in told]
    ends = [one[end] for one in told for end in ("low", "high") if one[end] is not None]
    largest = max([0.0, *values])
    last = max(largest, min(max([0.0, *ends]), _MOST * largest))
    first = min([0.0, *values, *ends])
    return Scale(first, last if last > first else first + 1.0, left, right)
