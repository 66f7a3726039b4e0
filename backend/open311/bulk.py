"""Every request as one file: the GeoReport Bulk specification, as CSV (RFC 4180)."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from flask import Response, request
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from backend.core.access import access
from backend.core.db import current_session
from backend.core.limits import network_of
from backend.core.runtime import current_runtime
from backend.open311.documents import moment_text
from backend.open311.face import blueprint
from backend.open311.request_view import status_text
from backend.open311.status_words import OWN_WORDS
from backend.reports.public_requests import PublicRequest, RequestFilter, stream_public_requests

_COLUMNS = (
    "service_request_id",
    "requested_datetime",
    "updated_datetime",
    "closed_date",
    "status_description",
    "status_notes",
    "source",
    "service_name",
    "service_subtype",
    "description",
    "agency_responsible",
    "address",
    "lat",
    "long",
)
_LINES_AT_ONCE = 500
_SOURCES = {
    "app": "Mobile App",
    "web": "Website",
    "phone": "Phone",
    "text": "Text/SMS",
    "email": "E-mail",
    "paper": "Paper",
    "staff": "Staff",
    "helper": "Helper",
    "outreach": "Outreach",
    "crew": "Crew",
    "sensor": "Sensor",
    "sweep": "Sweep",
}


@blueprint.get("/bulk.csv")
@access()
def download_bulk() -> Response:
    """The file, sent while it is read."""
    runtime, who = current_runtime(), network_of(request.remote_addr or "")
    runtime.limits.check(runtime.settings.export_limit, "export", who)
    lines = _read_lines(current_session().get_bind().engine)
    response = Response(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="service_requests.csv"'
    return response


def _read_lines(engine: Engine) -> Iterator[str]:
    # The answer outlives the request and its session.
    with Session(engine) as session:
        yield from bulk_lines(stream_public_requests(session, RequestFilter()))


def bulk_lines(requests: Iterable[PublicRequest]) -> Iterator[str]:
    """The file in pieces, a header line first; in constant memory.

    Words stand as they are: whoever opens the file in a spreadsheet tells it that cells are text.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for count, one in enumerate(requests, start=1):
        writer.writerow(_row(one))
        if count % _LINES_AT_ONCE == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _row(request: PublicRequest) -> tuple[Any, ...]:
    return (
        request.number,
        moment_text(request.requested_at),
        moment_text(request.updated_at),
        _moment_or_blank(request.closed_at),
        request.state,
        status_text(request, OWN_WORDS),
        _SOURCES.get(request.channel, "Other"),
        request.service_name,
        request.group_name,
        request.description,
        request.agency,
        request.address,
        request.lat,
        request.lon,
    )


def _moment_or_blank(moment: datetime | None) -> str:
    return "" if moment is None else moment_text(moment)


def _emptied(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
