"""Facts as sentences a ward officer can repeat.

Every sentence is a key of a table of templates and its facts, so that a translation can replace the
table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TypeAlias

Fact: TypeAlias = str | int | float
_BINARY = 1e-9
"""What a number with so many digits may be off in binary."""

_SMALL, _MOST_DIGITS = 0.1, 6


@dataclass(frozen=True, slots=True)
class Sentence:
    """A key of a table and the facts its template takes."""

    key: str
    facts: Mapping[str, Fact]


def digits_of(value: float, digits: int) -> int:
    """So many after the point; below 0.1 as many as two that are not zero take, up to six.

    What lies above zero is not to read as zero. Whole numbers (0 digits) stay whole.
    """
    if not digits or not 0 < abs(value) < _SMALL:
        return digits
    return max(digits, min(_MOST_DIGITS, 1 - floor(log10(abs(value)))))


def lower_limit(value: float, digits: int = 2) -> str:
    """The lower end of an interval, rounded down: it never looks narrower than it is."""
    digits = digits_of(value, digits)
    return f"{floor(value * 10**digits + _BINARY) / 10**digits:.{digits}f}"


def upper_limit(value: float, digits: int = 2) -> str:
    """The upper end of an interval, rounded up likewise."""
    digits = digits_of(value, digits)
    return f"{ceil(value * 10**digits - _BINARY) / 10**digits:.{digits}f}"


def in_words(sentences: Iterable[Sentence], templates: Mapping[str, str]) -> str:
    """The sentences one after the other, from a table of templates."""
    return " ".join(templates[sentence.key].format(**sentence.facts) for sentence in sentences)
