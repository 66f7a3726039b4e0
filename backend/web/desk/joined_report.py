"""A report that was joined to another since its page was made: nothing goes to the other unseen."""

from flask import request, url_for

from backend.core.db import current_session
from backend.core.errors import Conflict
from backend.reports.queries import find_incident, find_request
from backend.web.refused_form import stands_at


def place_of_form(number: str) -> None:
    """A form that was sent for the running request's report stands with that of `number` now."""
    values = (request.view_args or {}) | {"number": number}
    stands_at(url_for(request.endpoint or "", **values))


def check_is_not_joined(number: str, other: str = "") -> None:
    """Raise `Conflict` where what is sent for one report would go to the one it lies under now.

    It may lie under `other`, the number of a report.
    """
    session = current_session()
    asked, found = find_request(session, number).number, find_incident(session, number).number
    if found not in (asked, other):
        raise Conflict("report-joined", number=asked, target=found)
