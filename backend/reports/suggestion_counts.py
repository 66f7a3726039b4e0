"""How often the words alone suggested what whoever reported then chose, by language."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.reports.models import ServiceRequest

_REQUEST = table_of(ServiceRequest)
_SUGGESTED = _REQUEST.c.suggested_service_code
_COUNTED = (
    sa.select(
        _REQUEST.c.language,
        sa.func.count(),
        sa.func.count(_SUGGESTED),
        sa.func.count(sa.case((_REQUEST.c.service_code == _SUGGESTED, 1))),
    )
    # Whoever taps on what is there writes no words.
    .where(_REQUEST.c.language.is_not(None), _REQUEST.c.description != "")
    .group_by(_REQUEST.c.language)
    .order_by(_REQUEST.c.language)
)


@dataclass(frozen=True, slots=True)
class SuggestionCount:
    """Of the `reports` written in a language, how many had a suggestion, and how many took it."""

    language: str
    reports: int
    suggested: int
    taken: int


def suggestion_counts(session: Session) -> list[SuggestionCount]:
    """By language; what has been erased since is not in it."""
    return [SuggestionCount(*row) for row in session.execute(_COUNTED)]
