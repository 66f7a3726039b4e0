"""One document in two forms, for whatever words a person can write."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from open311 import from_xml
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from backend.core.errors import Invalid
from backend.open311.documents import Document, as_json, as_xml
from backend.open311.parameters import Parameters, parameters_of

# What XML 1.0 has no way to write (its production Char).
UNWRITABLE = [chr(code) for code in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)]


def through_xml(content: Any) -> Any:
    return from_xml(ElementTree.fromstring(as_xml(Document("services", content))))


@given(st.text())
def test_any_text_makes_well_formed_xml_and_comes_back(text: str) -> None:
    readable = "".join("\ufffd" if one in UNWRITABLE or one == "\x7f" else one for one in text)
    assert through_xml([{"description": text}]) == [{"description": readable or None}]


@given(st.text(st.characters(codec="utf-8")))
def test_json_holds_any_text_unchanged(text: str) -> None:
    assert orjson.loads(as_json(Document("services", [{"description": text}]))) == [
        {"description": text}
    ]


def test_values_are_typed_in_json_and_words_in_xml() -> None:
    moment = datetime(2026, 3, 2, 13, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    content = {"metadata": True, "lat": -0.5, "at": moment, "group": None, "values": []}
    in_json = orjson.loads(as_json(Document("services", [content])))
    assert in_json == [content | {"at": "2026-03-02T13:00:00+01:00"}]
    in_words = {"metadata": "true", "lat": "-0.5", "at": "2026-03-02T12:00:00Z"}
    assert through_xml([content]) == [content | in_words]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2010-01-01T00:00:00Z", (2010, 1, 1)),
        ("2010-01-01t00:00:00z", (2010, 1, 1)),
        ("2010-01-01T02:00:00+02:00", (2010, 1, 1)),
        ("2010-01-01T02:00:00 02:00", (2010, 1, 1)),
        ("2010-01-01T02:00:00.000 0200", (2010, 1, 1)),
        ("2009-12-31T22:00:00-02:00", (2010, 1, 1)),
        ("2010-01-01T00:00:00.5Z", (2010, 1, 1, 0, 0, 0, 500_000)),
        ("2010-01-01T00:00", (2010, 1, 1)),
        ("2010-01-01", (2010, 1, 1)),
        (" ", None),
    ],
)
def test_moments_are_read_as_clients_write_them(text: str, moment: tuple[int, ...] | None) -> None:
    expected = moment and datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc]
    assert Parameters({"at": [text]}).moment("at") == expected


def test_the_end_of_a_range_holds_its_last_second_and_day() -> None:
    for text, microseconds in (
        ("2010-01-01T00:00:07Z", "00:00:07.999999"),
        ("2010-01-01T00:00:07.25Z", "00:00:07.250000"),
        ("2010-01-01", "23:59:59.999999"),
    ):
        moment = Parameters({"end": [text]}).last_moment("end")
        assert moment is not None
        assert moment.time().isoformat() == microseconds


@pytest.mark.parametrize(
    "text",
    ["soon", "2010-13-01", "2010-01-01 00:00 02:00", "0001-01-01T00:00:00+01:00", "1e400"],
)
def test_what_is_no_moment_is_named(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Parameters({"at": [text]}).moment("at")
    assert refusal.value.facts["parameter"] == "at"


def test_attributes_are_read_in_every_spelling() -> None:
    fields = MultiDict(
        [
            ("attribute[A]", "1"),
            ("attribute[B][]", "1"),
            ("attribute[B][]", "2"),
            ("attribute[C][0]", "1"),
            ("attribute[D E]", "1"),
            ("attribute[]", "1"),
            ("attribute", "1"),
        ]
    )
    sent = EnvironBuilder(method="POST", data=fields, query_string="attribute[A]=1")
    asked = parameters_of(Request(sent.get_environ())).attributes()
    assert asked == {"A": ["1"], "B": ["1", "2"], "C": ["1"], "D E": ["1"]}
