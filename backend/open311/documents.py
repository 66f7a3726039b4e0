"""One document, two forms: XML as GeoReport v2 lays it out, and JSON by the "Spark" mapping.

A document is a root's name and a value made of dicts, lists, text, numbers, booleans, moments and
None. JSON drops the root; in XML each entry of a list is an element named after the list, or bears
the list's own name where it has no other.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Response

XML, JSON = "xml", "json"
FORMATS = (XML, JSON)
XML_BEGINNING = '<?xml version="1.0" encoding="utf-8"?>\n'
MIME_TYPES = {XML: "text/xml", JSON: "application/json"}

_ENTRY_OF = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "media_urls": "media_url",
    "notes": "note",
    "photos": "photo",
    "service_request_updates": "request_update",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
_WHOLE_SECONDS = orjson.OPT_OMIT_MICROSECONDS | orjson.OPT_UTC_Z
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
# What must not or cannot stand in XML 1.0 as it is; a bare carriage return would be read as a
# line feed.
_NOT_PLAIN = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Document:
    """What is answered, whatever its form."""

    root: str
    content: dict[str, Any] | list[Any]


def answer(document: Document, form: str, status: int = 200) -> Response:
    """The document as `form`, xml or json."""
    body = as_json(document) if form == JSON else as_xml(document)
    return Response(body, status, content_type=f"{MIME_TYPES[form]}; charset=utf-8")


def as_json(document: Document) -> bytes:
    """The content alone; moments in UTC and whole seconds."""
    return orjson.dumps(document.content, option=_WHOLE_SECONDS)


def as_xml(document: Document) -> bytes:
    """An XML 1.0 document without attributes or namespaces, well-formed for any text."""
    parts = [XML_BEGINNING]
    _put(parts.append, document.root, document.content)
    return "".join(parts).encode()


def xml_element(name: str, value: Any) -> str:
    """One element of a document that is written piece by piece."""
    parts: list[str] = []
    _put(parts.append, name, value)
    return "".join(parts)


def _put(put: Callable[[str], None], name: str, value: Any) -> None:
    if value is None:
        put(f"<{name}/>")
    elif isinstance(value, str):
        put(f"<{name}>{_plain(value)}</{name}>")
    elif isinstance(value, dict):
        put(f"<{name}>")
        for key, one in value.items():
            _put(put, key, one)
        put(f"</{name}>")
    elif isinstance(value, list):
        entry = _ENTRY_OF.get(name)
        put(f"<{name}>" if entry else "")
        for one in value:
            _put(put, entry or name, one)
        put(f"</{name}>" if entry else "")
    else:
        put(f"<{name}>{_words_of(value)}</{name}>")


def _plain(text: str) -> str:
    return _NOT_PLAIN.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    # XML 1.0 has no way to write the others.
    return _MARKUP.get(match.group(), "\ufffd")


def _words_of(value: bool | float | datetime) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return moment_text(value)
    return repr(value)


def moment_text(moment: datetime) -> str:
    """A moment as GeoReport v2 writes it: `2010-01-01T00:00:00Z`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
