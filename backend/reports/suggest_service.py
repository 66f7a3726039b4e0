"""Which kind of problem somebody's words are about, by rules anybody can read and edit. Pure.

A keyword is a word or a phrase; `*` at either end stands for any letters there, as languages
inflect. Text and keywords are compared without letter case, accents and vowel marks, a hyphen or a
slash being a blank (`backend.core.resemblance.folded`). A keyword that is there counts as many
points as it has words, once. The service with most points is suggested, of equals the more severe,
then the first by code. It is a suggestion and no more: whoever reports chooses.

The same rules run on the phone, without a network (mobile-api/README.md).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from backend.core.resemblance import folded

MOST = 3


@dataclass(frozen=True, slots=True)
class Suggestible:
    """A service with its keywords in one language."""

    code: str
    severity_band: int
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A service, its points, and the keywords that were found."""

    code: str
    points: int
    found: tuple[str, ...]


def suggest_services(text: str, services: Iterable[Suggestible]) -> list[Suggestion]:
    """The likeliest first, at most `MOST`; none where no keyword is there."""
    words = folded(text)
    scored = []
    for service in services:
        found = tuple(one for one in service.keywords if _pattern(one).search(words))
        points = sum(len(folded(one).split()) for one in found)
        if points:
            suggestion = Suggestion(service.code, points, found)
            scored.append(((-points, service.severity_band, service.code), suggestion))
    return [suggestion for _, suggestion in sorted(scored, key=lambda one: one[0])[:MOST]]


def _pattern(keyword: str) -> re.Pattern[str]:
    text = folded(keyword)
    before = "" if text.startswith("*") else r"(?<!\w)"
    after = "" if text.endswith("*") else r"(?!\w)"
    return re.compile(before + re.escape(text.strip("*").strip()) + after)
