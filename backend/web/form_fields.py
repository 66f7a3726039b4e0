"""What single fields of a sent form hold; what they cannot hold is refused by its field."""

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask import request

from backend.ballots.cycle.models import Cycle
from backend.core.errors import Invalid

_Choice = TypeVar("_Choice", bound=StrEnum)
# Wider than any sum a cycle has, and short enough to count with.
_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,4})?", re.ASCII)


def text(name: str) -> str:
    """A field's words; browsers send a line's end as two characters."""
    return request.form.get(name, "").replace("\r\n", "\n")


def version() -> int:
    """The version of what the form changes, as it was when the form was made."""
    return request.form.get("version", 0, type=int)


def made_id(name: str = "id") -> UUID:
    """The id the page gave the form, so that sending it twice is safe."""
    try:
        return UUID(text(name))
    except ValueError as error:
        raise Invalid("form-without-id", pointer=f"/{name}") from error


def day(name: str) -> date:
    """A field's day; raises `Invalid` on what is none."""
    typed = text(name).strip()
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise Invalid("day-not-valid", pointer=f"/{name}", typed=typed[:20]) from error


def day_if_any(name: str) -> date | None:
    """A field's day, None where none was typed; raises `Invalid`."""
    return day(name) if text(name).strip() else None


def one_of(choices: type[_Choice], name: str) -> _Choice:
    """A field's choice; raises `Invalid` on what was not offered."""
    try:
        return choices(text(name))
    except ValueError as error:
        offered = [one.value for one in choices]
        raise Invalid("choice-not-offered", pointer=f"/{name}", choices=offered) from error


def pressed(*offered: str, name: str = "act") -> str:
    """Which of a form's buttons or boxes was used, empty where none; raises `Invalid` on another.

    What no button says must not do what some other button does.
    """
    said = text(name)
    if said and said not in offered:
        raise Invalid("choice-not-offered", pointer=f"/{name}", choices=list(offered))
    return said


def colleague() -> str | None:
    """Who gets it, None for nobody, which is a choice of its own; raises `Invalid` without one."""
    if "assignee" not in request.form:
        raise Invalid("assignee-unknown", pointer="/assignee")
    return text("assignee") or None


def amount(cycle: Cycle, name: str) -> int | None:
    """A field's sum in the cycle's smallest units, None where nothing was typed."""
    typed = text(name).strip()
    return units(cycle, typed, f"/{name}") if typed else None


def units(cycle: Cycle, typed: str, pointer: str) -> int:
    """A typed sum in the cycle's smallest units; raises `Invalid` on what is none."""
    counted = Decimal(typed) * cycle.money_scale if _AMOUNT.fullmatch(typed) else None
    if counted is None or counted != int(counted):
        raise Invalid("amount-not-readable", pointer=pointer, typed=typed[:60])
    return int(counted)
