"""Every other generated request gets values the city knows, to reach past the first check.

Loaded by schemathesis through the environment variable SCHEMATHESIS_HOOKS.
"""

import os
from typing import Any

import schemathesis

NUMBER, TOKEN = "EVENWARD_PROVE_NUMBER", "EVENWARD_PROVE_TOKEN"
STAFF_TOKEN = "EVENWARD_PROVE_STAFF_TOKEN"


@schemathesis.hook
def map_path_parameters(_context: Any, parameters: Any) -> Any:
    if parameters and _is_other(parameters) and "number" in parameters:
        return {**parameters, "number": os.environ[NUMBER]}
    return parameters


@schemathesis.hook
def map_body(_context: Any, body: Any) -> Any:
    if not isinstance(body, dict) or not _is_other(body):
        return body
    known = {"service_code": "POTHOLE", "lat": 50.004, "lon": 10.004, "repeat_of": None}
    return {name: known.get(name, value) for name, value in body.items()}


@schemathesis.hook
def before_call(_context: Any, case: Any, _arguments: Any) -> None:
    is_desk = case.path.startswith("/v1/desk")
    # What is deleted with a token ends the token.
    if case.method != "DELETE" and (is_desk or _is_other(case.body)):
        case.headers["Authorization"] = f"Bearer {os.environ[STAFF_TOKEN if is_desk else TOKEN]}"


@schemathesis.serializer("application/offset+octet-stream")
def piece_of_a_photo(_context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


def _is_other(value: Any) -> bool:
    return len(repr(value)) % 2 == 0
