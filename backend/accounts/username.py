"""A user name for signing in: short, in one script, and nothing that only looks like it. Pure."""

import re
import unicodedata

from backend.core.errors import Invalid

SHORTEST, LONGEST = 2, 60
_MARKS = "._-@"
# Written together in Japanese.
_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA"})


def read_username(typed: str) -> str:
    """The name in small letters, composed by compatibility (NFKC); raises `Invalid`.

    Letters of one script, 0-9 and . _ - @, beginning with a letter or a digit.
    """
    name = unicodedata.normalize("NFKC", typed).strip().lower()
    letters = [one for one in name if one not in _MARKS and not re.match("[0-9]", one)]
    is_plain = (
        SHORTEST <= len(name) <= LONGEST
        and name[0] not in _MARKS
        and all(unicodedata.category(one)[0] in "LM" for one in letters)
    )
    scripts = {unicodedata.name(one, "").partition(" ")[0] for one in letters} if is_plain else ()
    if not is_plain or (len(scripts) > 1 and not _TOGETHER.issuperset(scripts)):
        raise Invalid("username-not-valid", pointer="/username", shortest=SHORTEST, longest=LONGEST)
    return name
