"""Words of messages in the resident's language, from the catalogues in `locales`.

The language is the message's own, as nobody's request is running when it is sent.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeAlias

from babel.dates import format_date
from babel.messages.pofile import read_po

Say: TypeAlias = Callable[[str], str]
LANGUAGES = ("en", "es", "pl", "ar")
_LOCALES = Path(__file__).parent / "locales"
_RIGHT_TO_LEFT = frozenset({"ar"})


@cache
def speaker(language: str) -> Say:
    """What gives a marked message in `language`; in English what is not translated."""
    words = read_catalogue(language)
    return lambda message: words.get(message) or message


@cache
def read_catalogue(language: str) -> dict[str, str]:
    """The translations by their messages; empty for English, in which the messages are written."""
    if language not in LANGUAGES[1:]:
        return {}
    with (_LOCALES / f"{language}.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file, locale=language) if one.id}


def day_in(language: str, day: date) -> str:
    """The day as people write it."""
    return format_date(day, format="long", locale=language)


def text_direction(language: str) -> str:
    """`ltr`, or `rtl` where lines begin on the right."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"
