"""A program that speaks Open311 with a city, and what its answers must be like.

The schemas say what the GeoReport v2 standard says, and what the JSON Schemas of
open311/schema-validation ask for: real booleans, ids as text, moments with a zone.
"""

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse
from worlds import IN_SW, World

from backend.accounts.api_keys import IssueKey, issue_key
from backend.core.actors import OPERATOR
from backend.core.channels import Channel
from backend.core.uow import unit_of_work

LISTS = {
    "attributes",
    "endpoints",
    "errors",
    "formats",
    "media_urls",
    "notes",
    "photos",
    "service_request_updates",
    "service_requests",
    "services",
    "values",
}
_TEXT = {"type": "string", "minLength": 1}
_TEXT_OR_NULL = {"type": ["string", "null"], "minLength": 1}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
_ADDRESS = {"type": ["string", "null"], "pattern": "^https?://"}


def _record(needed: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(needed),
        "properties": needed | optional,
        "additionalProperties": False,
    }


def _list(entry: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": entry, **more}


SERVICES = _list(
    _record(
        {
            "service_code": {"type": "string", "pattern": "^[A-Z0-9_-]+$"},
            "service_name": _TEXT,
            "description": _TEXT_OR_NULL,
            "metadata": {"type": "boolean"},
            "type": {"enum": ["realtime", "batch", "blackbox"]},
            "keywords": _TEXT_OR_NULL,
            "group": _TEXT_OR_NULL,
        }
    )
)
_VALUE = _record({"key": _TEXT, "name": _TEXT})
DEFINITION = _record(
    {
        "service_code": _TEXT,
        "attributes": _list(
            _record(
                {
                    "variable": {"type": "boolean"},
                    "code": _TEXT,
                    "datatype": {
                        "enum": [
                            "string",
                            "number",
                            "datetime",
                            "text",
                            "singlevaluelist",
                            "multivaluelist",
                        ]
                    },
                    "required": {"type": "boolean"},
                    "datatype_description": _TEXT_OR_NULL,
                    "order": {"type": "integer", "minimum": 1},
                    "description": _TEXT,
                },
                values=_list(_VALUE),
            )
        ),
    }
)
_REQUEST: dict[str, Any] = {
    "service_request_id": _TEXT,
    "status": {"enum": ["open", "closed"]},
    "status_notes": _TEXT_OR_NULL,
    "service_name": _TEXT,
    "service_code": _TEXT,
    "description": {"type": ["string", "null"], "maxLength": 4000},
    "agency_responsible": _TEXT_OR_NULL,
    "service_notice": _TEXT_OR_NULL,
    "requested_datetime": _MOMENT,
    "updated_datetime": _MOMENT,
    "expected_datetime": {"anyOf": [_MOMENT, {"type": "null"}]},
    "address": _TEXT_OR_NULL,
    "address_id": _TEXT_OR_NULL,
    "zipcode": _TEXT_OR_NULL,
    "lat": {"type": "number"},
    "long": {"type": "number"},
    "media_url": _ADDRESS,
}
REQUESTS = _list(_record(_REQUEST))
_EXTENDED = {
    "extended_attributes": {"type": "object", "required": ["channel", "detailed_status", "photos"]},
    "attributes": _list(_record({"code": _TEXT, "label": _TEXT, "values": _list(_VALUE)})),
    "notes": _list(
        _record(
            {
                "datetime": _MOMENT,
                "type": {"enum": ["submitted", "opened", "activity", "closed"]},
                "summary": _TEXT_OR_NULL,
                "description": _TEXT_OR_NULL,
            }
        ),
        minItems=1,
    ),
}
EXTENDED_REQUESTS = _list(_record(_REQUEST | _EXTENDED))
_CREATED = {"service_notice": _TEXT_OR_NULL, "account_id": _TEXT_OR_NULL}
CREATED = _list(
    {
        "oneOf": [
            _record({"service_request_id": _TEXT, **_CREATED}),
            _record({"token": _TEXT, **_CREATED}),
        ]
    },
    minItems=1,
    maxItems=1,
)
UPDATES = _list(
    _record(
        {
            "update_id": _TEXT,
            "service_request_id": _TEXT,
            "status": {
                "enum": [
                    *("open", "closed", "fixed", "in_progress", "planned", "action_scheduled"),
                    *("investigating", "duplicate", "not_councils_responsibility", "reopen"),
                    *("no_further_action", "internal_referral", "cancelled", "for_triage"),
                    "unchanged",
                ]
            },
            "updated_datetime": _MOMENT,
            "description": _TEXT,
            "media_url": {"anyOf": [_ADDRESS, _list(_ADDRESS, minItems=2)]},
            "external_status_code": _TEXT_OR_NULL,
        }
    )
)
ERRORS = _list(_record({"code": {"type": "integer"}, "description": _TEXT}), minItems=1)
DISCOVERY = _record(
    {
        "changeset": _MOMENT,
        "contact": _TEXT,
        "key_service": _TEXT,
        "endpoints": _list(
            _record(
                {
                    "specification": {"const": "http://wiki.open311.org/GeoReport_v2"},
                    "url": {"type": "string", "pattern": "^https?://.*/v2$"},
                    "changeset": _MOMENT,
                    "type": {"enum": ["production", "test"]},
                    "formats": {"const": ["text/xml", "application/json"]},
                }
            )
        ),
    }
)
for _schema in (
    *(SERVICES, DEFINITION, REQUESTS, EXTENDED_REQUESTS),
    *(CREATED, UPDATES, ERRORS, DISCOVERY),
):
    Draft202012Validator.check_schema(_schema)
CONTENT_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Program:
    """A client of one city with a key of its own."""

    world: World
    key: str

    def get(self, path: str, schema: dict[str, Any] | None = None, **asked: Any) -> Any:
        """The content of a document below the endpoint, checked in both of its forms."""
        answers = {
            form: self.world.client().get(f"/open311/v2/{path}.{form}", query_string=asked)
            for form in ("json", "xml")
        }
        return same_in_both(answers, 200, schema)

    def post(self, path: str, **fields: Any) -> TestResponse:
        """The answer to a form with the key in it."""
        fields = {"api_key": self.key, **fields}
        return self.world.client().post(f"/open311/v2/{path}", data=fields)

    def report(self, **fields: Any) -> str:
        """The number of a new report."""
        answer = self.post("requests.json", **(a_form() | fields))
        assert answer.status_code == 200, answer.text
        check(answer.json, CREATED)
        return str(answer.json[0]["service_request_id"])


def program(world: World, *, is_desk: bool = False, channel: Channel = Channel.APP) -> Program:
    """A program with a new key."""
    with unit_of_work(OPERATOR) as work:
        key = issue_key(work, IssueKey("Lantern app", channel, is_desk))
    return Program(world, key)


def a_form(place: tuple[float, float] = IN_SW) -> dict[str, Any]:
    """The least a new request says, and a few words."""
    return {
        "service_code": "POTHOLE",
        "lat": place[1],
        "long": place[0],
        "description": "A hole as deep as a hand",
    }


def check(content: Any, schema: dict[str, Any]) -> None:
    """Refuse content that is not as `schema`, sound as seen above, says."""
    Draft202012Validator(schema).validate(content)


def same_in_both(
    answers: dict[str, TestResponse], status: int, schema: dict[str, Any] | None
) -> Any:
    """The JSON content, after checking that the XML says the same."""
    for form, answer in answers.items():
        assert (answer.status_code, answer.content_type) == (status, CONTENT_TYPES[form])
    content = answers["json"].json
    if schema is not None:
        check(content, schema)
    assert answers["xml"].data.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<')
    assert from_xml(ElementTree.fromstring(answers["xml"].data)) == _as_words(content)
    return content


def from_xml(element: ElementTree.Element) -> Any:
    """An element as the "Spark" mapping has it, with every value as text."""
    assert not element.attrib
    if element.tag in LISTS:
        return [from_xml(entry) for entry in element]
    if len(element):
        found: dict[str, list[Any]] = {}
        for child in element:
            found.setdefault(child.tag, []).append(from_xml(child))
        return {tag: all_ if len(all_) > 1 else all_[0] for tag, all_ in found.items()}
    return element.text


def _as_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_words(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_words(one) for one in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value if value is None or isinstance(value, str) else repr(value)
