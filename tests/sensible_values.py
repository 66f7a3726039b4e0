"""Every other generated request gets values the city knows, to reach past the first check.

Loaded by schemathesis through the environment variable SCHEMATHESIS_HOOKS.
"""

import os
from typing import Any

import schemathesis

NUMBER = "EVENWARD_PROVE_NUMBER"


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


def _is_other(value: Any) -> bool:
    return len(repr(value)) % 2 == 0
