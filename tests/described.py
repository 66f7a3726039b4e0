"""Checking an answer of the mobile API against the OpenAPI document that describes it."""

import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from mobile_api import openapi_document
from werkzeug.test import TestResponse

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}
_FORMATS = {
    "date-time": lambda text: datetime.fromisoformat(text).utcoffset() is not None,
    "url": lambda text: bool(urlsplit(text).scheme and urlsplit(text).netloc),
    "uuid": lambda text: bool(uuid.UUID(text)),
}
_ANNOTATIONS = {"description", "default"}


def check_described(app: Flask, rule: str, answer: TestResponse) -> None:
    """Fail unless `answer` has a status, a content type and a body the document names for it."""
    document = openapi_document(app)
    method = answer.request.method.lower()
    described = document["paths"][rule][method]["responses"]
    assert str(answer.status_code) in described, f"{rule} does not say it may answer {answer}"
    content = described[str(answer.status_code)]["content"]
    assert answer.mimetype in content, f"{answer.mimetype} is not among {list(content)}"
    _check(answer.get_json(force=True), content[answer.mimetype]["schema"], document, "")


def _check(value: Any, schema: dict[str, Any], document: dict[str, Any], at: str) -> None:
    """The keywords of JSON Schema 2020-12 that the document uses; any other fails the test."""
    schema = dict(schema)
    if reference := schema.pop("$ref", None):
        name = reference.removeprefix("#/components/schemas/")
        _check(value, document["components"]["schemas"][name], document, at)
    if kinds := schema.pop("type", None):
        names = [kinds] if isinstance(kinds, str) else kinds
        assert any(_is(value, name) for name in names), f"{at}: {value!r} is no {kinds}"
    if choices := schema.pop("anyOf", None):
        assert any(_fits(value, one, document) for one in choices), f"{at}: {value!r}"
    if words := schema.pop("enum", None):
        assert value in words, f"{at}: {value!r} is none of {words}"
    if (kind := schema.pop("format", None)) and value is not None:
        assert _FORMATS[kind](value), f"{at}: {value!r} is no {kind}"
    if item := schema.pop("items", None):
        for position, one in enumerate(value):
            _check(one, item, document, f"{at}/{position}")
    if (properties := schema.pop("properties", None)) is not None:
        required = set(schema.pop("required", ()))
        assert schema.pop("additionalProperties") is False
        assert required <= value.keys() <= properties.keys(), f"{at} has {sorted(value)}"
        for name in value:
            _check(value[name], properties[name], document, f"{at}/{name}")
    assert schema.keys() <= _ANNOTATIONS, f"{at}: {sorted(schema)} is not checked here"


def _is(value: Any, name: str) -> bool:
    is_number = name in {"integer", "number"}
    return isinstance(value, _TYPES[name]) and not (is_number and isinstance(value, bool))


def _fits(value: Any, schema: dict[str, Any], document: dict[str, Any]) -> bool:
    try:
        _check(value, schema, document, "")
    except AssertionError:
        return False
    return True
