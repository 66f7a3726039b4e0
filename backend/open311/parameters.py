"""What a client asks, wherever it put it: the query string, a form, or a JSON object.

An empty parameter is an absent one. Everything that cannot be read raises `Invalid` naming it.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import orjson
from flask import Request

from backend.core.errors import Invalid

Value = TypeVar("Value")

# Further than any list goes, and still within what databases count to.
_MOST = 1_000_000
# attribute[CODE], attribute[CODE][] and attribute[CODE][0]
_ATTRIBUTE = re.compile(r"attributes?\[([^\[\]]+)\](?:\[\d*\])?")
# A plus that was not encoded arrives as a blank.
_LOST_PLUS = re.compile(r"(T[\d:.]+) (\d\d:?\d\d)$")
_MOMENT_WORDS = "a moment such as 2010-01-01T00:00:00Z"


class Parameters:
    """The parameters of one request by name, each with the values it was given."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        self._values = values

    def text(self, name: str) -> str:
        """The first value that is not blank, "" without one."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every value that is not blank."""
        return [one for one in (value.strip() for value in self._values.get(name, [])) if one]

    def needed(self, name: str) -> str:
        """The value of a parameter nothing can be done without."""
        text = self.text(name)
        if not text:
            raise Invalid("parameter-missing", pointer=f"/{name}", parameter=name)
        return text

    def words(self, name: str) -> tuple[str, ...]:
        """The entries of a comma list, or of a parameter given several times."""
        entries = (entry.strip() for value in self.all(name) for entry in value.split(","))
        return tuple(dict.fromkeys(entry for entry in entries if entry))

    def number(self, name: str) -> float | None:
        """A number that is one; None when absent."""
        return _read(_finite, self.text(name), name, "a number")

    def count(self, name: str) -> int | None:
        """A whole number from 1 on; None when absent."""
        return _read(_positive, self.text(name), name, f"a whole number from 1 to {_MOST}")

    def flag(self, name: str) -> bool:
        """Whether a parameter says yes."""
        return self.text(name).lower() in {"true", "1", "yes"}

    def moment(self, name: str) -> datetime | None:
        """A moment in UTC; without a zone it is taken as UTC, a day alone as its first moment."""
        return _read(_moment, self.text(name), name, _MOMENT_WORDS)

    def last_moment(self, name: str) -> datetime | None:
        """The end of a range: the whole second, or the whole day, belongs to it."""
        return _read(_last_moment, self.text(name), name, _MOMENT_WORDS)

    def point(self) -> tuple[float, float] | None:
        """`lat` and `long` as longitude and latitude; None when neither is given."""
        lat, lon = self.number("lat"), self.number("long")
        if lat is None and lon is None:
            return None
        if lat is None or lon is None:
            missing = "lat" if lat is None else "long"
            raise Invalid("parameter-missing", pointer=f"/{missing}", parameter=missing)
        return lon, lat

    def attributes(self) -> dict[str, list[str]]:
        """Answers to the questions of a service definition, by their codes."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, values in self._values.items():
            match = _ATTRIBUTE.fullmatch(name)
            if match is not None:
                found[match.group(1)] += values
        return {code: list(dict.fromkeys(values)) for code, values in found.items()}


def parameters_of(request: Request) -> Parameters:
    """The parameters of a request, of its query string and its body."""
    values: dict[str, list[str]] = defaultdict(list)
    for given in (request.args, request.form):
        for name, texts in given.lists():
            values[name] += texts
    # Some clients call every request JSON, also those without a body.
    if request.is_json and request.get_data():
        for name, text in _flattened(_json_object(request)):
            values[name].append(text)
    for name, texts in values.items():
        if any(_is_not_text(one) for one in (name, *texts)):
            raise Invalid("parameter-not-text", pointer="/")
    return Parameters(values)


def _json_object(request: Request) -> dict[str, Any]:
    try:
        content = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        content = None
    if not isinstance(content, dict):
        raise Invalid("body-not-an-object", pointer="")
    return content


def _flattened(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The members of a JSON object under the names a form gives them."""
    for name, value in content.items():
        if isinstance(value, dict):
            yield from _flattened({f"{name}[{key}]": one for key, one in value.items()})
        else:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict | list):
                    raise Invalid("parameter-not-text", pointer=f"/{name}")
                if one is not None:
                    yield name, one if isinstance(one, str) else orjson.dumps(one).decode()


def _is_not_text(text: str) -> bool:
    # PostgreSQL takes no NUL, and half a surrogate pair is no character.
    return "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)


def _read(kind: Callable[[str], Value], text: str, name: str, words: str) -> Value | None:
    if not text:
        return None
    try:
        return kind(text)
    except (ValueError, OverflowError) as error:
        raise Invalid(
            "parameter-not-valid", pointer=f"/{name}", parameter=name, kind=words
        ) from error


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= _MOST:
        raise ValueError(text)
    return number


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", text.upper()))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _last_moment(text: str) -> datetime:
    moment = _moment(text)
    if len(text) == len("YYYY-MM-DD"):
        return moment + timedelta(days=1, microseconds=-1)
    # Moments are told in whole seconds; one that was told must be within its own range.
    return moment if moment.microsecond else moment.replace(microsecond=999_999)
