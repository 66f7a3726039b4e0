"""Facts as sentences a ward officer can repeat.

Every sentence is a key of a table of templates and its facts, so that a translation can replace the
table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Fact: TypeAlias = str | int | float


@dataclass(frozen=True, slots=True)
class Sentence:
    """A key of a table and the facts its template takes."""

    key: str
    facts: Mapping[str, Fact]


def in_words(sentences: Iterable[Sentence], templates: Mapping[str, str]) -> str:
    """The sentences one after the other, from a table of templates."""
    return " ".join(templates[sentence.key].format(**sentence.facts) for sentence in sentences)
