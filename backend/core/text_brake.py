"""A brake on one sender of many texts in nearly the same words.

What two different senders write never adds up: after a storm a whole street writes the same. So
few words are the same in many mouths that they are not compared at all.
"""

import unicodedata
from hashlib import blake2b
from uuid import UUID
from zlib import crc32

import numpy as np

from backend.core.errors import TooManyRequests
from backend.core.limits import RateLimits

_ONCE = "1 per hour"
_BANDS, _ROWS = 5, 3
_FEWEST_SHINGLES = 20
_SHINGLE = 3
_COMPARED_CHARACTERS = 4000
# Odd, and otherwise arbitrary: each orders the trigrams anew (Dietzfelbinger et al. 1997).
_MULTIPLIERS = np.frombuffer(blake2b(digest_size=4 * _BANDS * _ROWS).digest(), "<u4") | np.uint32(1)


def hold_back_alike(limits: RateLimits, rule: str, sender: str, id_: UUID, text: str) -> None:
    """Count the words of `text`; raises `TooManyRequests` when `sender` used them too often.

    What is sent again with the same id, after a lost answer, counts once.
    """
    names = likenesses(text)
    once = (_ONCE, "report words of", sender, str(id_))
    if not names or not limits.has_room(*once):
        return
    for name in names:
        seconds = limits.use(rule, "report words", sender, name)
        if seconds:
            raise TooManyRequests("too-many-alike", seconds=seconds)
    limits.use(*once)


def likenesses(text: str) -> tuple[str, ...]:
    """Names of `text` of which nearly the same texts share at least one; () for a few words.

    MinHash over the trigrams of its letters (Broder 1997), in 5 bands of 3 (locality-sensitive
    hashing, Indyk and Motwani 1998). Of texts whose trigrams are alike to s (Jaccard), a share of
    1 - (1 - s^3)^5 meets: 99.9 % at 0.9, 97 % at 0.8, 49 % at 0.5, 4 % at 0.2.
    """
    letters = _letters(text)
    shingles = {letters[at : at + _SHINGLE] for at in range(len(letters) - _SHINGLE + 1)}
    if len(shingles) < _FEWEST_SHINGLES:
        return ()
    seeds = np.fromiter(map(crc32, map(str.encode, shingles)), np.uint32, len(shingles))
    least = (seeds[:, None] * _MULTIPLIERS).min(axis=0).reshape(_BANDS, _ROWS)
    return tuple(f"{band}:{row.tobytes().hex()}" for band, row in enumerate(least))


def _letters(text: str) -> str:
    """Letters alone: house numbers, blanks, case, accents and emoji do not make other words."""
    folded = unicodedata.normalize("NFKD", text[:_COMPARED_CHARACTERS].casefold())
    return "".join(filter(str.isalpha, folded))
