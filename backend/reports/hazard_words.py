"""Words that mean danger: found in a description, they put a report among the hazards. Pure."""

import re
from collections.abc import Iterable

from backend.core.resemblance import folded


def hazard_pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for whole words and phrases, in any letter case; None without any.

    A word that ends in `*` stands for everything that begins with it, as languages inflect.
    """
    parts = [_part(folded(word)) for word in words if word.strip(" *")]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(parts))})") if parts else None


def first_hazard(pattern: re.Pattern[str] | None, text: str) -> str | None:
    """The first word of danger in `text`, as it was found; None without any."""
    found = pattern.search(folded(text)) if pattern else None
    return found.group() if found else None


def _part(word: str) -> str:
    stem = re.escape(word.rstrip("*").strip())
    return stem if word.endswith("*") else stem + r"(?!\w)"
