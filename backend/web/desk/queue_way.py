"""The way through a list: from one report's page to the next of it, and back to where it stood.

A line of the queue leads to its report with the address of the list (`from`) and its place in it
(`at`). Forms of the report's page carry both along.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from backend.core.actors import Actor
from backend.core.errors import DomainError
from backend.triage.queries import queue_neighbour
from backend.triage.queue_cursor import QueueCursor, read_cursor
from backend.triage.saved_views import views_for
from backend.web.desk.queue_address import PLACES, read_address

PAGE_SIZE = 50
"""Lines of a page of the queue."""
FROM, AT = "from", "at"


@dataclass(frozen=True, slots=True)
class QueueWay:
    """Where the page of a report leads: `back_url` to its line, None where no other is there.

    `fields` is what a form of the page sends along.
    """

    back_url: str
    previous_url: str | None = None
    next_url: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


def way_query(list_url: str) -> str:
    """What a list at `list_url` puts behind the address of each report, before its place."""
    return f"?{urlencode({FROM: list_url})}&{AT}="


def report_url(number: str) -> str:
    """The page of a report, with the way the running request came by."""
    return _report_url(number, _given())


def queue_way(session: Session, number: str, viewer: Actor, now: datetime) -> QueueWay:
    """The way from a report's page; without a list that can be read only to the queue itself."""
    given = _given()
    plain = QueueWay(f"{url_for('web.queue')}#{number}")
    parts = urlsplit(given.get(FROM, ""))
    if parts.path != url_for("web.queue") or parts.netloc or parts.scheme:
        return plain
    asked = MultiDict(parse_qsl(parts.query))
    try:
        address = read_address(asked, views_for(session, viewer.key))
        wanted = address.wanted(session, viewer)
    except DomainError:
        return plain
    ways = {name: asked[name] for name in PLACES if read_cursor(asked.get(name, ""))}
    way = QueueWay(f"{address.url(**ways)}#{number}", fields=given)
    at = read_cursor(given.get(AT, ""))
    if at is None:
        return way

    def beside(side: str) -> str | None:
        found = queue_neighbour(session, wanted, now, at, side)
        if found is None or found.cursor is None:
            return None
        # What stands on another page of the list leads back to that page.
        page = ways if _is_on_page(found.cursor, asked) else {side: str(at)}
        more = {FROM: address.url(**page), AT: str(found.cursor)}
        return _report_url(found.number, more)

    return replace(way, previous_url=beside("before"), next_url=beside("after"))


def _report_url(number: str, way: Mapping[str, str]) -> str:
    address = url_for("web.incident", number=number)
    return f"{address}?{urlencode(way)}" if way else address


def _given() -> dict[str, str]:
    return {name: request.values[name] for name in (FROM, AT) if name in request.values}


def _is_on_page(cursor: QueueCursor, asked: MultiDict[str, str]) -> bool:
    before, after = read_cursor(asked.get("before", "")), read_cursor(asked.get("after", ""))
    if before is not None:
        return before.position - PAGE_SIZE <= cursor.position < before.position
    first = after.position if after is not None else 0
    return first < cursor.position <= first + PAGE_SIZE
