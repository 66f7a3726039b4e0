"""Entries of the catalogue and their columns, in words."""

from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.reports.administration.standing import Kind

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


def kind_words(kind: Kind) -> str:
    """What an entry is."""
    return _(_KINDS[kind])


def field_words(name: str) -> str:
    """What a column of an entry says."""
    kind, _hyphen, number = name.partition("-")
    if kind == "attribute" and number.isdecimal():
        return _("Question %(number)s", number=int(number) + 1)
    return _(_FIELDS[name]) if name in _FIELDS else name
