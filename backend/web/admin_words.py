"""What the catalogue is made of, in words: kinds of entries, their fields, roles, and concerns."""

from typing import Any

from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.reports.administration.standing import Kind
from backend.reports.answer_words import LONGEST_SENTENCE, Concern
from backend.reports.rules import DATATYPES

_KINDS = {
    Kind.SERVICE: marked("Kind of problem"),
    Kind.TEAM: marked("Team"),
    Kind.BODY: marked("Other body"),
    Kind.ROUTE: marked("Route"),
    Kind.HOLIDAY: marked("Holiday"),
    Kind.HAZARD_WORDS: marked("Words of danger"),
    Kind.POLICY: marked("What the city decided"),
    Kind.TEMPLATE: marked("Template"),
}
_FIELDS = {
    "code": marked("Code"),
    "name": marked("Name"),
    "description": marked("Description"),
    "group_name": marked("Group"),
    "keywords": marked("Words that point to it"),
    "severity_band": marked("Severity"),
    "target_hours": marked("Target in hours"),
    "counts_working_days": marked("Only working days count"),
    "is_active": marked("In use"),
    "duplicate_metres": marked("Metres between repeats"),
    "public_grid_metres": marked("Rounding of the public place in metres"),
    "retention_days": marked("Days it is kept"),
    "notice": marked("Note to whoever reports"),
    "translations": marked("Translations"),
    "attributes": marked("Questions"),
    "public_contact": marked("Public contact"),
    "service_code": marked("Kind of problem"),
    "district_code": marked("District"),
    "team_code": marked("Team"),
    "body_code": marked("Other body"),
    "day": marked("Day"),
    "words": marked("Words"),
    "working_week": marked("Working week"),
    "confirm_days": marked("Days to say that it is not done"),
    "links_repeats": marked("Certain repeats are joined by themselves"),
    "needs_photo_approval": marked("A person looks at photos first"),
    "step": marked("Step"),
    "services": marked("Kinds of problems"),
    "texts": marked("Texts"),
}
_ROLES = {
    "ward_staff": marked("Ward staff"),
    "analyst": marked("Analyst"),
    "admin": marked("Administrator"),
}
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


def kind_words(kind: Kind) -> str:
    """What an entry is."""
    return _(_KINDS[kind])


def field_words(name: str) -> str:
    """What a column of an entry says."""
    return _(_FIELDS[name]) if name in _FIELDS else name


def role_words(role: str) -> str:
    """What somebody is to the city."""
    return _(_ROLES[role])


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
