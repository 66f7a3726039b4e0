"""What the catalogue is made of, in words: kinds of entries, their fields, and concerns."""

from typing import Any

from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.reports.answer_words import LONGEST_SENTENCE, Concern
from backend.reports.rules import DATATYPES

_DATATYPES = dict(
    zip(
        DATATYPES,
        (
            marked("A line of text"),
            marked("A number"),
            marked("A day and time"),
            marked("Longer text"),
            marked("One of a list"),
            marked("Several of a list"),
        ),
        strict=True,
    )
)


def datatype_words(datatype: str) -> str:
    """How a question is answered."""
    return _(_DATATYPES[datatype])


def value_words(value: Any) -> str:
    """A value of an entry, short enough for a table."""
    match value:
        case None | "" | []:
            return _("nothing")
        case bool():
            return _("yes") if value else _("no")
        case list():
            return ", ".join(map(_item_words, value))
        case _:
            return str(value)


def concern_words(concern: Concern) -> str:
    """What may be wrong with a text, and what to do."""
    return {
        Concern.SHOUTS: _("A word is all in capital letters, which reads like shouting."),
        Concern.EXCLAIMS: _("It has an exclamation mark. A calm sentence is kinder."),
        Concern.BLAMES: _("It may sound like blame. Say what the city does, not what they did."),
        Concern.NO_NEXT: _("It does not say what happens next."),
        Concern.NO_WHEN: _("It does not say when. Use {day}, or name a time."),
        Concern.LONG_SENTENCE: _(
            "A sentence has more than %(most)s words. Two short ones are easier to read.",
            most=LONGEST_SENTENCE,
        ),
    }[concern]


def _item_words(item: Any) -> str:
    if isinstance(item, dict):
        return str(item.get("code") or item.get("language") or item.get("key") or "")
    return str(item)
