"""Every request as one file: the GeoReport Bulk specification, as CSV (RFC 4180), JSON or XML."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from flask import Response, request
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from backend.core.access import access
from backend.core.db import current_session
from backend.core.limits import network_of
from backend.core.long_answers import take_turn
from backend.core.runtime import current_runtime
from backend.open311.documents import (
    JSON,
    MIME_TYPES,
    XML,
    XML_BEGINNING,
    Document,
    as_json,
    moment_text,
    xml_element,
)
from backend.open311.face import blueprint
from backend.open311.request_view import status_text
from backend.open311.status_words import OWN_WORDS
from backend.reports.public_requests import PublicRequest, RequestFilter, stream_public_requests

CSV = "csv"
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
_AT_ONCE = 500


@blueprint.get("/bulk.csv")
@blueprint.get("/bulk.<string:form>")
@access()
def download_bulk(form: str = CSV) -> Response:
    """The file, sent while it is read."""
    runtime, who = current_runtime(), network_of(request.remote_addr or "")
    runtime.limits.check(runtime.settings.export_limit, "export", who)
    pieces = _read_pieces(current_session().get_bind().engine, form)
    response = Response(pieces, content_type=f"{_FORMS[form].mime_type}; charset=utf-8")
    name = f"service_requests.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return take_turn(response)


def _read_pieces(engine: Engine, form: str) -> Iterator[str]:
    # The answer outlives the request and its session.
    with Session(engine) as session:
        yield from bulk_pieces(stream_public_requests(session, RequestFilter()), form)


def bulk_pieces(requests: Iterable[PublicRequest], form: str) -> Iterator[str]:
    """The file as `form`, csv, json or xml, in pieces; in constant memory.

    Words stand as they are: whoever opens CSV in a spreadsheet tells it that cells are text.
    """
    how, rows = _FORMS[form], map(_row, requests)
    yield how.beginning
    between = ""
    while piece := how.between.join(map(how.write, islice(rows, _AT_ONCE))):
        yield between + piece
        between = how.between
    yield how.end


def _row(request: PublicRequest) -> dict[str, Any]:
    values = (
        request.number,
        request.requested_at,
        request.updated_at,
        request.closed_at,
        request.state,
        status_text(request, OWN_WORDS),
        request.source,
        request.service_name,
        request.group_name or None,
        request.description or None,
        request.agency,
        request.address,
        request.lat,
        request.lon,
    )
    return dict(zip(_COLUMNS, values, strict=True))


@dataclass(frozen=True, slots=True)
class _Form:
    """How a list of rows is written."""

    mime_type: str
    beginning: str
    write: Callable[[dict[str, Any]], str]
    between: str
    end: str


def _csv_line(cells: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _as_csv(row: dict[str, Any]) -> str:
    return _csv_line(
        moment_text(cell) if isinstance(cell, datetime) else cell for cell in row.values()
    )


def _as_json(row: dict[str, Any]) -> str:
    return as_json(Document("request", row)).decode()


def _as_xml(row: dict[str, Any]) -> str:
    return xml_element("request", row)


_ROOT = "service_requests"
_FORMS = {
    CSV: _Form("text/csv", _csv_line(_COLUMNS), _as_csv, "", ""),
    JSON: _Form(MIME_TYPES[JSON], "[", _as_json, ",\n", "]"),
    XML: _Form(MIME_TYPES[XML], f"{XML_BEGINNING}<{_ROOT}>", _as_xml, "\n", f"</{_ROOT}>"),
}
FORMS = tuple(_FORMS)
