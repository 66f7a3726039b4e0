"""What the statistics refuse, as a refusal of the program."""

from typing import Any

from backend.core.errors import Invalid
from equity.errors import EquityError


def as_invalid(error: EquityError) -> Invalid:
    """The same slug and facts."""
    facts: dict[str, Any] = error.facts
    return Invalid(error.slug, **facts)
