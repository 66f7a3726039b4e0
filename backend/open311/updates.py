"""mySociety's updates extension: what happened is read here, and told here by others."""

from datetime import datetime, timedelta

from flask import Response

from backend.core.access import access
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.runtime import current_runtime
from backend.open311.face import (
    blueprint,
    change,
    current_client,
    listing,
    parameters,
    slow_down,
)
from backend.open311.pages import lead_on, page_asked
from backend.open311.parameters import Parameters
from backend.open311.status_words import plain_words
from backend.open311.submission import reporter_of
from backend.open311.take_update import TakeUpdate, take_update
from backend.open311.update_feed import updates_between, view_update

_ROOT = "service_request_updates"
_USUAL = timedelta(days=1)


@blueprint.get("/servicerequestupdates.<string:form>")
@access()
def list_updates(form: str) -> Response:
    """Updates of a window, oldest first; of the last day where none is named."""
    asked = parameters()
    start, end = _window(asked, current_runtime().clock.now())
    page, words = page_asked(asked), plain_words()
    found = updates_between(current_session(), start, end, limit=page.size, offset=page.offset)
    response = listing(_ROOT, [view_update(one, words) for one in found], form)
    lead_on(response, page, len(found))
    return response


@blueprint.post("/servicerequestupdates.<string:form>")
@access()
def create_update(form: str) -> Response:
    """Take an update; the same id of the client's own gives the same answer again."""
    slow_down()
    asked, client = parameters(), current_client()
    # When the client says it happened; here it counts from when the city knew.
    asked.needed("updated_datetime")
    asked.moment("updated_datetime")
    command = TakeUpdate(
        external_id=asked.text("update_id") or asked.text("update_id_ext"),
        number=asked.needed("service_request_id"),
        status=asked.needed("status"),
        text=asked.needed("description"),
    )
    if not command.external_id:
        asked.needed("update_id")
    with change(client.actor(reporter_of(asked, client, current_runtime()))) as work:
        update_id = take_update(work, client, command)
    return listing(_ROOT, [{"update_id": update_id}], form)


def _window(asked: Parameters, now: datetime) -> tuple[datetime, datetime]:
    start, end = asked.moment("start_date"), asked.last_moment("end_date")
    if start is None and end is None:
        return now - _USUAL, now
    if start is None or end is None:
        missing = "start_date" if start is None else "end_date"
        raise Invalid("parameter-missing", pointer=f"/{missing}", parameter=missing)
    return start, end
