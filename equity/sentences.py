"""Facts as sentences a ward officer can repeat.

Every sentence is a key of a table of templates and its facts, so that a translation can replace the
table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import TypeAlias

Fact: TypeAlias = str | int | float
_BINARY = 1e-9
"""What a number with so many digits may be off in binary."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A key of a table and the facts its template takes."""

    key: str
    facts: Mapping[str, Fact]


def lower_limit(value: float, digits: int = 2) -> str:
    """The lower end of an interval, rounded down: it never looks narrower than it is."""
    return f"{floor(value * 10**digits + _BINARY) / 10**digits:.{digits}f}"


def upper_limit(value: float, digits: int = 2) -> str:
    """The upper end of an interval, rounded up likewise."""
    return f"{ceil(value * 10**digits - _BINARY) / 10**digits:.{digits}f}"


def in_words(sentences: Iterable[Sentence], templates: Mapping[str, str]) -> str:
    """The sentences one after the other, from a table of templates."""
    return " ".join(templates[sentence.key].format(**sentence.facts) for sentence in sentences)
