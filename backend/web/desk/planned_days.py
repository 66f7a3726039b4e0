"""The days that a form offers for planned work."""

from backend.core.runtime import current_runtime
from backend.reports.rules import PLANNED_WITHIN
from backend.web.face import local


def planned_days() -> tuple[str, str]:
    """The first and the last of them, as the field of a form has them."""
    today = local(current_runtime().clock.now()).date()
    return today.isoformat(), (today + PLANNED_WITHIN).isoformat()
