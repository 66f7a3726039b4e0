"""What the desk's forms about reports hold."""

from datetime import date
from typing import Any

from flask import request

from backend.core.errors import Invalid


def version() -> int:
    """The version of the incident that the form was made for."""
    return request.form.get("version", 0, type=int)


def one_of(kind: Any, field: str) -> Any:
    """The choice of an enumeration; raises `Invalid` for anything else."""
    try:
        return kind(request.form.get(field, ""))
    except ValueError as error:
        choices = [str(choice) for choice in kind]
        raise Invalid("choice-not-offered", pointer=f"/{field}", choices=choices) from error


def day(field: str) -> date | None:
    """A day, None where none was typed; raises `Invalid`."""
    typed = request.form.get(field, "")
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise Invalid("day-not-valid", pointer=f"/{field}", typed=typed[:40]) from error
