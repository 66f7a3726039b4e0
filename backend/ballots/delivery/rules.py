"""What a plan, an entry and a purpose must be. Pure: no database, no clock."""

import re
from datetime import date

from backend.core.errors import Invalid
from backend.core.public_words import MAX_COMMENT, check_text, checked_line

MAX_TITLE = 120
MAX_NAME = 200
MAX_CONTACT = 300
MOST_MILESTONES = 100
# Exact in every JSON reader (RFC 8259, section 6).
MAX_AMOUNT = 2**53 - 1
_PURPOSE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}", re.ASCII)
LARGE = 10
"""An entry of more than so many times a project's cost has to be meant."""
# Years beyond these are slips of the keyboard.
_FIRST_YEAR, _LAST_YEAR = 2000, 2200


def check_day(
    day: date, pointer: str, *, earliest: date | None = None, latest: date | None = None
) -> None:
    """Raise `Invalid` on a slip of the keyboard, on a day before `earliest`, which nobody can plan
    for any more, and on one after `latest`, which has not come."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Invalid("day-far-away", pointer=pointer, day=day.isoformat())
    if earliest is not None and day < earliest:
        raise Invalid("day-gone", pointer=pointer, day=day.isoformat())
    if latest is not None and day > latest:
        raise Invalid("day-to-come", pointer=pointer, day=day.isoformat())


def check_amount(amount: int) -> None:
    """Raise `Invalid` on nothing, less, or more than programs count exactly."""
    if not 0 < amount <= MAX_AMOUNT:
        raise Invalid("amount-not-valid", pointer="/amount", most=MAX_AMOUNT)


def checked_purpose(code: str, name: str) -> str:
    """The name as it is kept; raises `Invalid` on a code that cannot stand in a file."""
    if not _PURPOSE.fullmatch(code):
        raise Invalid("purpose-code-not-valid", pointer="/code", code=code[:60])
    return checked_line(name, "/name", MAX_NAME)


def optional_words(text: str, pointer: str = "/words", longest: int = MAX_COMMENT) -> str:
    """Words that may be missing, as they are kept."""
    check_text(text, pointer, longest)
    return text.strip()


def missing_in_plan(deliverer: str | None, milestones: int, reassess_on: date | None) -> list[str]:
    """What keeps work from beginning in public, by name."""
    checks = {
        "deliverer": deliverer is not None,
        "milestones": milestones > 0,
        "reassessment": reassess_on is not None,
    }
    return [name for name, is_there in checks.items() if not is_there]
