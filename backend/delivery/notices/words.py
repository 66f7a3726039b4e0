"""What a notice says: a title, sentences, and the page it leads to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

_LONGEST_QUOTE = 240


@dataclass(frozen=True, slots=True)
class Words:
    """The words in one language; `path` is the page at the city."""

    title: str
    lines: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom the words are for: what they read, and the moment they do."""

    language: str
    now: datetime


Describe: TypeAlias = Callable[[Session, str, dict[str, Any], Reader], Words | None]
"""From a subject's number or slug and the facts to the words for a reader; None where the subject
is gone or nothing of it is to be said any more."""


def quoted(text: str | None) -> tuple[str, ...]:
    """The beginning of public words as one more sentence, none without any."""
    words = " ".join((text or "").split())
    if len(words) > _LONGEST_QUOTE:
        words = words[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    return (f"“{words}”",) if words else ()
