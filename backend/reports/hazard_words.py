"""Words that mean danger: found in a description, they put a report among the hazards. Pure."""

import re
import unicodedata
from collections.abc import Iterable


class _Folding(dict[int, str]):
    """What becomes of each character, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if category in ("Pd", "Pc") or character in "/\\":
            character = " "
        elif category in ("Mn", "Cf"):
            character = ""
        self[code] = "'" if character == "’" else character
        return self[code]


_FOLDING = _Folding()


def hazard_pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for whole words and phrases, in any letter case; None without any.

    A word that ends in `*` stands for everything that begins with it, as languages inflect.
    """
    parts = [_part(folded(word)) for word in words if word.strip(" *")]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(parts))})") if parts else None


def folded(text: str) -> str:
    """Text as it is compared: no letter case, accents or invisible characters, single blanks.

    A hyphen or a slash is a blank: a gas-leak is a gas leak.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join(plain.translate(_FOLDING).split())


def first_hazard(pattern: re.Pattern[str] | None, text: str) -> str | None:
    """The first word of danger in `text`, as it was found; None without any."""
    found = pattern.search(folded(text)) if pattern else None
    return found.group() if found else None


def _part(word: str) -> str:
    stem = re.escape(word.rstrip("*").strip())
    return stem if word.endswith("*") else stem + r"(?!\w)"
