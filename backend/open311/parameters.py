"""What a client asks, wherever it put it: the query string, a form, or a JSON object.

An empty parameter is an absent one. What cannot be read is refused by name, and everything that is
wrong with one request at once.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

import orjson
from flask import Request

from backend.core.errors import DomainError, Invalid, NotFound

Value = TypeVar("Value")

# Further than any list goes, and still within what databases count to.
_MOST = 1_000_000_000
# attribute[CODE], attribute[CODE][] and attribute[CODE][0]
_ATTRIBUTE = re.compile(r"attributes?\[([^\[\]]+)\](?:\[\d*\])?")
# A plus that was not encoded arrives as a blank.
_LOST_PLUS = re.compile(r"(T[\d:.]+) (\d\d:?\d\d)$")
_MOMENT_WORDS = "a moment such as 2010-01-01T00:00:00Z"


class Refused(Exception):
    """Several things are wrong with one request."""

    def __init__(self, refusals: Sequence[DomainError]) -> None:
        super().__init__(*refusals)
        self.refusals = tuple(refusals)


class Parameters:
    """The parameters of one request by name, each with the values it was given.

    While they are being `reading`, what cannot be read is noted and taken for absent; the end of
    that raises what was noted: `Invalid` or `NotFound`, or `Refused` for several.
    """

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        self._values = values
        self._noted: list[DomainError] | None = None

    @contextmanager
    def reading(self) -> Iterator["Parameters"]:
        """Let nothing that is refused inside come out of it, and name all of it together."""
        noted: list[DomainError] = []
        self._noted = noted
        try:
            with self.noting():
                yield self
        finally:
            self._noted = None
        if len(noted) > 1:
            raise Refused(noted)
        if noted:
            raise noted[0]

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note what is refused inside, and go on after it."""
        try:
            yield
        except (Invalid, NotFound) as error:
            self.refuse(error)

    def refuse(self, error: DomainError) -> None:
        """Note what is wrong; raise it where nobody is reading."""
        if self._noted is None:
            raise error
        if all((one.slug, one.pointer) != (error.slug, error.pointer) for one in self._noted):
            self._noted.append(error)

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
            self.refuse(Invalid("parameter-missing", pointer=f"/{name}", parameter=name))
        return text

    def words(self, name: str) -> tuple[str, ...]:
        """The entries of a comma list, or of a parameter given several times."""
        entries = (entry.strip() for value in self.all(name) for entry in value.split(","))
        return tuple(dict.fromkeys(entry for entry in entries if entry))

    def number(self, name: str) -> float | None:
        """A number that is one; None when absent."""
        return self._read(_finite, name, "a number")

    def count(self, name: str) -> int | None:
        """A whole number from 1 on; None when absent."""
        return self._read(_positive, name, f"a whole number from 1 to {_MOST}")

    def offset(self, name: str) -> int | None:
        """A whole number from 0 on; None when absent."""
        return self._read(_not_negative, name, f"a whole number from 0 to {_MOST}")

    def one_of(self, name: str, known: Mapping[str, Value]) -> Value | None:
        """What a word in any case stands for; None when absent."""
        words = "one of " + ", ".join(known)
        return self._read(lambda text: known[text.lower()], name, words)

    def flag(self, name: str) -> bool:
        """Whether a parameter says yes."""
        return self.text(name).lower() in {"true", "1", "yes"}

    def moment(self, name: str) -> datetime | None:
        """A moment in UTC; without a zone it is taken as UTC, a day alone as its first moment."""
        return self._read(_moment, name, _MOMENT_WORDS)

    def last_moment(self, name: str) -> datetime | None:
        """The end of a range: the whole second, or the whole day, belongs to it."""
        return self._read(_last_moment, name, _MOMENT_WORDS)

    def point(self) -> tuple[float, float] | None:
        """`lat` and `long` as longitude and latitude; None when neither is given."""
        if not (self.text("lat") or self.text("long")):
            return None
        self.needed("lat")
        self.needed("long")
        lat, lon = self.number("lat"), self.number("long")
        return None if lat is None or lon is None else (lon, lat)

    def attributes(self) -> dict[str, list[str]]:
        """Answers to the questions of a service definition, by their codes."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, values in self._values.items():
            match = _ATTRIBUTE.fullmatch(name)
            if match is not None:
                found[match.group(1)] += values
        return {code: list(dict.fromkeys(values)) for code, values in found.items()}

    def _read(self, kind: Callable[[str], Value], name: str, words: str) -> Value | None:
        text = self.text(name)
        if not text:
            return None
        try:
            return kind(text)
        except (ValueError, OverflowError, KeyError):
            facts = {"parameter": name, "kind": words}
            self.refuse(Invalid("parameter-not-valid", pointer=f"/{name}", **facts))
            return None


def parameters_of(request: Request) -> Parameters:
    """The parameters of a request, of its query string and its body."""
    _check_encoding(request)
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


def _check_encoding(request: Request) -> None:
    """Raise `Invalid` on bytes that are not UTF-8, which the framework would let pass."""
    written = [request.query_string]
    if request.mimetype == "application/x-www-form-urlencoded":
        written.append(request.get_data())
    try:
        for one in written:
            unquote_to_bytes(one).decode()
    except UnicodeDecodeError as error:
        raise Invalid("parameter-not-utf8", pointer="") from error
    # In a form of several parts they are replaced before anybody can look.
    is_in_parts = request.mimetype == "multipart/form-data"
    if is_in_parts and any("\ufffd" in text for _, text in request.form.items(multi=True)):
        raise Invalid("parameter-not-utf8", pointer="")


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
            if name.endswith("]"):
                # The names of a form have one pair of brackets.
                raise Invalid("parameter-not-text", pointer=f"/{name}")
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


def _not_negative(text: str) -> int:
    number = int(text)
    if not 0 <= number <= _MOST:
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
