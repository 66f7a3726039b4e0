"""Checking an answer of the mobile API against the OpenAPI document that describes it."""

import uuid
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from mobile_api import openapi_document
from werkzeug.test import TestResponse

_FORMATS = FormatChecker(())


@_FORMATS.checks("date-time", ValueError)
def _has_zone(text: object) -> bool:
    # A format says something about strings only; null is for the type to allow.
    return not isinstance(text, str) or datetime.fromisoformat(text).utcoffset() is not None


@_FORMATS.checks("url")
def _is_address(text: object) -> bool:
    parts = urlsplit(str(text))
    return not isinstance(text, str) or bool(parts.scheme and parts.netloc)


@_FORMATS.checks("uuid", ValueError)
def _is_uuid(text: object) -> bool:
    return not isinstance(text, str) or bool(uuid.UUID(text))


@cache
def _document() -> dict[str, Any]:
    return openapi_document()


def check_described(rule: str, answer: TestResponse) -> None:
    """Fail unless `answer` has a status, a content type and a body the document names for it."""
    document = _document()
    method = answer.request.method.lower()
    described = document["paths"][rule][method]["responses"]
    assert str(answer.status_code) in described, f"{rule} does not say it may answer {answer}"
    content = described[str(answer.status_code)]["content"]
    assert answer.mimetype in content, f"{answer.mimetype} is not among {list(content)}"
    _validator(content[answer.mimetype]["schema"]).validate(answer.get_json(force=True))


def fits(component: str, value: Any) -> bool:
    """Whether `value` is what the document says of one of its components."""
    return _validator({"$ref": f"#/components/schemas/{component}"}).is_valid(value)


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    # JSON Schema 2020-12, as OpenAPI 3.1 uses it; the document's own parts are what it refers to.
    whole = schema | {"components": _document()["components"]}
    return Draft202012Validator(whole, format_checker=_FORMATS)
