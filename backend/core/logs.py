"""Structured logs: one JSON object a line, and never a personal field.

What may be personal is dropped by name before it is rendered, and exceptions are logged by type
and place, not by message, because messages quote data.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

PERSONAL_FIELDS = frozenset(
    {"name", "reporter_name", "first_name", "last_name", "display_name", "phone", "email"}
    | {"contact", "note", "description", "address", "address_string", "username", "password"}
    | {"token", "authorization", "cookie"}
)


def configure_logs(level: str) -> None:
    """Send structured logs to standard error from `level` up."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            drop_personal_fields,
            describe_exception,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        # Looked up at each entry: whoever replaces standard error, replaces it here too.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def drop_personal_fields(
    _logger: object, _method: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Remove every key that may hold something personal."""
    for key in PERSONAL_FIELDS & entry.keys():
        del entry[key]
    return entry


def describe_exception(
    _logger: object, _method: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace `exc_info` by the exception's type and the lines it passed through."""
    exc_info = entry.pop("exc_info", None)
    error = sys.exc_info()[1] if exc_info is True else exc_info
    if isinstance(error, BaseException):
        entry["exception"] = type(error).__name__
        entry["at"] = _places(error.__traceback__)
    return entry


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-8:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
