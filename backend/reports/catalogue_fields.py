"""What stands in each table of a catalogue file: keys, the columns they are kept in, and limits."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from backend.core.errors import Invalid
from backend.core.public_words import check_text
from backend.reports.column_map import LONGEST_TARGET_HOURS
from backend.reports.rules import DATATYPES, LIST_DATATYPES

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,6})?")
# As many as a city would read.
MOST_KEYWORDS = 100

NEEDED = object()
_CODE = re.compile(r"[A-Z0-9_-]{1,60}")
_ATTRIBUTE_CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")
_WEEK = re.compile(r"(?=.*W)[W-]{7}")

_NO_LONE_STAR = "without a lone *, which would stand for every word there is"

_Reader: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One key: its column, how its value is read, and what it is where the file does not say.

    `read` raises ValueError with what the value must be.
    """

    column: str
    read: _Reader
    default: Any = NEEDED


Fields: TypeAlias = Mapping[str, Field]


def text_reader(longest: int, *, may_be_empty: bool = False) -> _Reader:
    """What reads a text of at most `longest` characters, blanks around it left out."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or not (may_be_empty or value.strip()):
            raise ValueError("text in quotes")
        try:
            check_text(value, "", longest)
        except Invalid as error:
            if error.slug == "text-too-long":
                raise ValueError(f"text of at most {longest} characters") from error
            hidden = "text without the hidden character {code}, which is number {position} in it"
            raise ValueError(hidden.format_map(error.facts)) from error
        return value.strip()

    return read


def _matching(pattern: re.Pattern[str], words: str) -> _Reader:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError(words)
        return value

    return read


def _whole(least: int, most: int) -> _Reader:
    def read(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return value

    return read


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("a day such as 2026-12-25, without quotes")
    return value


CHOICES = 'choices = [{key = "a", name = "First"}]'


def _choices(value: Any) -> list[dict[str, str]]:
    parts = ("key", "name")
    read = text_reader(120)
    try:
        found = [{part: read(one.pop(part)) for part in parts} for one in map(dict, value)]
        is_fit = all(one.keys() == {*parts} for one in value)
    except (ValueError, TypeError, KeyError):
        is_fit = False
    if not is_fit or len({one["key"] for one in found}) != len(found):
        raise ValueError('a list such as [{key = "a", name = "First"}], each key once')
    return found


def _keywords(value: Any) -> list[str]:
    read = text_reader(60)
    words = list(dict.fromkeys(map(read, value))) if isinstance(value, list) else []
    if not 0 < len(words) <= MOST_KEYWORDS:
        raise ValueError(f'a list of at most {MOST_KEYWORDS} words such as ["pothole*"]')
    if any(not word.strip(" *") for word in words):
        raise ValueError(f"a list {_NO_LONE_STAR}")
    return words


def _joined_keywords(value: Any) -> str:
    words: str = text_reader(300, may_be_empty=True)(value)
    if any(word.strip() and not word.strip(" *") for word in words.split(",")):
        raise ValueError(f"words {_NO_LONE_STAR}")
    return words


def _choice_names(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not value:
        raise ValueError('a table such as {a = "First"}')
    read = text_reader(120)
    return {key: read(name) for key, name in value.items()}


def _language(value: Any) -> str:
    if not isinstance(value, str) or not LANGUAGE.fullmatch(value):
        raise ValueError("a language such as es")
    return value


def _translations(example: str, **parts: _Reader) -> _Reader:
    """What reads a list of tables, one for each language, each with some of the parts."""
    readers = {"language": _language, **parts}

    def read(value: Any) -> list[dict[str, Any]]:
        try:
            found = [_translation(one, readers) for one in value]
            languages = {one["language"] for one in found}
        except (TypeError, KeyError) as error:
            raise ValueError(f"a list such as [{example}]") from error
        if len(languages) != len(found):
            raise ValueError("a list with each language once")
        return found

    return read


def _translation(said: Any, readers: Mapping[str, _Reader]) -> dict[str, Any]:
    """One of them; raises KeyError or TypeError where it is no such table."""
    found = {}
    for name, value in dict(said).items():
        read = readers[name]
        try:
            found[name] = read(value)
        except ValueError as error:
            raise ValueError(f"a list of translations; {name} in it is {error}") from error
    return found


def _datatype(value: Any) -> str:
    if value not in DATATYPES:
        raise ValueError(f"one of {', '.join(DATATYPES)}")
    return str(value)


_code = _matching(_CODE, "a code of A-Z, 0-9, _ and -, at most 60 of them")
SERVICE: Fields = {
    "code": Field("code", _code),
    "name": Field("name", text_reader(120)),
    "description": Field("description", text_reader(500, may_be_empty=True), ""),
    "group": Field("group_name", text_reader(120, may_be_empty=True), ""),
    "keywords": Field("keywords", _joined_keywords, ""),
    "severity_band": Field("severity_band", _whole(0, 4)),
    "target_hours": Field("target_hours", _whole(1, LONGEST_TARGET_HOURS)),
    "counts_working_days": Field("counts_working_days", _flag, False),
    "is_active": Field("is_active", _flag, True),
    "duplicate_metres": Field("duplicate_metres", _whole(1, 1000), 50),
    "public_grid_metres": Field("public_grid_metres", _whole(1, 10_000), None),
    "retention_days": Field("retention_days", _whole(1, 36_500), None),
    "notice": Field("notice", text_reader(500), None),
    "translations": Field(
        "translations",
        _translations(
            '{language = "es", name = "Bache", keywords = ["bache*"]}',
            name=text_reader(120),
            description=text_reader(500),
            notice=text_reader(500),
            keywords=_keywords,
        ),
        None,
    ),
}
ATTRIBUTE: Fields = {
    "code": Field("code", _matching(_ATTRIBUTE_CODE, "a code of letters, 0-9, _ and -")),
    "datatype": Field("datatype", _datatype),
    "is_question": Field("is_question", _flag, True),
    "is_required": Field("is_required", _flag, False),
    "description": Field("description", text_reader(500)),
    "datatype_description": Field("datatype_description", text_reader(500, may_be_empty=True), ""),
    "choices": Field("choices", _choices, ()),
    "translations": Field(
        "translations",
        _translations(
            '{language = "es", description = "¿Qué profundidad?"}',
            description=text_reader(500),
            datatype_description=text_reader(500),
            choices=_choice_names,
        ),
        None,
    ),
}
# What Open311 calls some of these; whoever knows its words may well write them here.
OPEN311_WORDS = {"values": CHOICES, "variable": "is_question", "required": "is_required"}
TEAM: Fields = {
    "code": Field("code", _code),
    "name": Field("name", text_reader(120)),
    "is_active": Field("is_active", _flag, True),
}
BODY: Fields = {
    **TEAM,
    "public_contact": Field("public_contact", text_reader(200, may_be_empty=True), ""),
}
ROUTE: Fields = {
    "service": Field("service_code", _code, None),
    "district": Field("district_code", text_reader(60), None),
    "team": Field("team_code", _code, None),
    "body": Field("body_code", _code, None),
}
HOLIDAY: Fields = {"day": Field("day", _day), "name": Field("name", text_reader(120))}
POLICY: Fields = {
    "working_week": Field(
        "working_week",
        _matching(_WEEK, "seven letters such as WWWWW--, with one W at least, for a working day"),
        "WWWWW--",
    ),
    "confirm_days": Field("confirm_days", _whole(1, 365), 14),
    "links_repeats": Field("links_repeats", _flag, False),
    "needs_photo_approval": Field("needs_photo_approval", _flag, True),
}


def attribute_fault(asked: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """Which of a service's questions cannot be asked beside the others, and what it must be."""
    codes = set()
    for at, one in enumerate(asked):
        if bool(one["choices"]) != (one["datatype"] in LIST_DATATYPES):
            yield at, f"a question with choices, as in {CHOICES}, if it is a list, and only then"
        if one["code"] in codes:
            yield at, f"a question with a code of its own: {one['code']} is asked twice"
        codes.add(one["code"])


def hazard_words(words: Sequence[Any]) -> tuple[str, ...]:
    """Words of danger of one language, each once; raises ValueError with what they must be."""
    try:
        found = tuple(dict.fromkeys(map(_read_word, words)))
    except ValueError as error:
        raise ValueError(f"a list of words, each of them {error}") from error
    if any(not word.strip(" *") for word in found):
        raise ValueError(f"a list {_NO_LONE_STAR}")
    return found


_read_word = text_reader(60)
