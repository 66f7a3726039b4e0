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
    is_rehearsal,
    listing,
    parameters,
    slow_down,
)
from backend.open311.pages import lead_on, page_asked
from backend.open311.parameters import Parameters
from backend.open311.pictures import update_pictures
from backend.open311.sent_pictures import keep_pictures, read_pictures
from backend.open311.status_words import plain_words
from backend.open311.submission import read_email, read_media_urls, reporter_of
from backend.open311.take_update import (
    TakeUpdate,
    act_id,
    check_external_id,
    read_status,
    take_update,
)
from backend.open311.update_feed import updates_between, view_update

_ROOT = "service_request_updates"
_USUAL = timedelta(days=1)


@blueprint.get("/servicerequestupdates.<string:form>")
@access()
def list_updates(form: str) -> Response:
    """Updates of a window, oldest first; of the last day where none is named."""
    with parameters().reading() as asked:
        start, end = _window(asked, current_runtime().clock.now())
        page = page_asked(asked)
        if asked.text("sort"):
            asked.refuse(Invalid("sort-not-served", pointer="/sort"))
    session, words = current_session(), plain_words()
    found = updates_between(session, start, end, limit=page.size, offset=page.offset)
    pictures = update_pictures(session, [one.act_id for one in found if one.act_id])
    views = [
        view_update(one, words, pictures.get(one.act_id, ()) if one.act_id else ()) for one in found
    ]
    response = listing(_ROOT, views, form)
    lead_on(response, page, len(found), start_date=start.isoformat(), end_date=end.isoformat())
    return response


@blueprint.post("/servicerequestupdates.<string:form>")
@access()
def create_update(form: str) -> Response:
    """Take an update; the same id of the client's own gives the same answer again."""
    slow_down()
    runtime, client = current_runtime(), current_client()
    with parameters().reading() as asked:
        command, pictures = _command(asked), read_pictures(asked)
    owner = act_id(client, command.external_id)
    files = [] if is_rehearsal() else keep_pictures(runtime, owner, pictures)
    with change(client.actor(reporter_of(asked, client, runtime))) as work:
        update_id = take_update(work, client, command, files)
    return listing(_ROOT, [{"update_id": update_id}], form)


def _command(asked: Parameters) -> TakeUpdate:
    # When the client says it happened; here it counts from when the city knew.
    asked.needed("updated_datetime")
    asked.moment("updated_datetime")
    read_email(asked)
    external_id = (
        asked.text("update_id") or asked.text("update_id_ext") or asked.needed("update_id")
    )
    with asked.noting():
        check_external_id(external_id)
    status = asked.needed("status")
    with asked.noting():
        status = status and read_status(status)
    return TakeUpdate(
        external_id=external_id,
        number=asked.needed("service_request_id"),
        status=status,
        text=asked.needed("description"),
        media_urls=read_media_urls(asked),
    )


def _window(asked: Parameters, now: datetime) -> tuple[datetime, datetime]:
    if asked.text("start_date") or asked.text("end_date"):
        asked.needed("start_date")
        asked.needed("end_date")
    start, end = asked.moment("start_date"), asked.last_moment("end_date")
    if start and end and end < start:
        asked.refuse(Invalid("range-not-valid", pointer="/end_date"))
    return start or now - _USUAL, end or now
