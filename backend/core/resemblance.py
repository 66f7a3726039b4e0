"""How much two texts have in common, without a dictionary. Pure.

Words are compared by their resemblance, the Jaccard index of their shingles (Broder, "On the
resemblance and containment of documents", 1997), here of three letters within a word: that needs
no dictionary and forgives misspellings and endings.
"""

import unicodedata

_COMPARED_CHARACTERS = 500


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


def folded(text: str) -> str:
    """Text as it is compared: no letter case, accents or invisible characters, single blanks.

    A hyphen or a slash is a blank: a gas-leak is a gas leak.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join(plain.translate(_FOLDING).split())


def shingles(text: str) -> frozenset[str]:
    """The letters of `text` in threes, each word between blanks; a long text's beginning."""
    beginning = folded(text[:_COMPARED_CHARACTERS])
    # Marks are letters' vowels in many scripts.
    letters = "".join(one if unicodedata.category(one)[0] in "LMN" else " " for one in beginning)
    padded = (f" {word} " for word in letters.split())
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))


def resemblance(one: frozenset[str], other: frozenset[str]) -> float | None:
    """The Jaccard index of two sets of shingles, None where one is empty."""
    if not one or not other:
        return None
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)
