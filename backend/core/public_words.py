"""What people write for others to read: present, short enough, and nothing in it that hides."""

import unicodedata
from collections.abc import Iterator

from backend.core.errors import Invalid

MAX_REASON = 1000
MAX_COMMENT = 4000
# Embedding and override controls reorder the text around them, so that a reader sees other words
# than a program does. Plain right-to-left marks (U+200F, U+061C) are how Arabic is typed and stay.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Drawn as nothing though Unicode counts them among letters and symbols: the Hangul fillers and the
# Braille pattern without dots.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs"})


def without_blank(text: str) -> str:
    """The text without space around it; empty where no character could be seen by itself."""
    words = text.strip()
    is_seen = any(c not in _BLANK and unicodedata.category(c) not in _UNSEEN for c in words)
    return words if is_seen else ""


def checked_reason(reason: str | None, *, is_needed: bool) -> str | None:
    """The reason as it is kept; raises `Invalid` when one is needed and missing, or too long."""
    check_text((reason or "").strip(), "/reason", MAX_REASON)
    words = without_blank(reason or "")
    if is_needed and not words:
        raise Invalid("reason-missing", pointer="/reason")
    return words or None


def checked_words(text: str) -> str:
    """A comment or note as it is kept; raises `Invalid` on none, or on what cannot be read."""
    return checked_line(text, "/text", MAX_COMMENT)


def checked_line(text: str, pointer: str, longest: int) -> str:
    """Words that must be there, as they are kept."""
    check_text(text.strip(), pointer, longest)
    words = without_blank(text)
    if not words:
        raise Invalid("text-missing", pointer=pointer)
    return words


def check_text(text: str, pointer: str, longest: int) -> None:
    """Raise `Invalid` on text that is too long or holds what no reader could see."""
    if len(text) > longest:
        raise Invalid("text-too-long", pointer=pointer, length=len(text), longest=longest)
    position = next(_unreadable(text), None)
    if position is not None:
        code = f"U+{ord(text[position]):04X}"
        slug = "text-reordering" if text[position] in _REORDERING else "text-control-character"
        raise Invalid(slug, pointer=pointer, position=position + 1, code=code)


def is_readable(character: str) -> bool:
    """Whether a reader sees the character, or what it does to the words around it."""
    is_control = character < " " and character not in "\t\n\r"
    is_surrogate = "\ud800" <= character <= "\udfff"
    return not (is_control or is_surrogate or character == "\x7f" or character in _REORDERING)


def _unreadable(text: str) -> Iterator[int]:
    return (position for position, character in enumerate(text) if not is_readable(character))
