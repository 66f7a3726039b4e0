"""What no phone should send: each gets its own problem, points at its place, and stores nothing."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from described import check_described
from worlds import IN_SW, World

from backend.core.db import current_session
from backend.core.runtime import EXTENSION
from backend.reports.models import Contact, Incident, ServiceRequest

GOOD: dict[str, Any] = {
    "id": "01890000-0000-7000-8000-000000000001",
    "service_code": "POTHOLE",
    "description": "A deep hole",
    "lon": IN_SW[0],
    "lat": IN_SW[1],
}
MISSING = object()


IMPOSSIBLE_FIELDS: list[tuple[dict[str, Any], int, str, str | None]] = [
    ({"lat": 10.002, "lon": 50.002}, 422, "coordinates-swapped", "/lat"),
    ({"lat": float("nan")}, 422, "coordinates-not-numbers", "/lat"),
    ({"lon": float("-inf")}, 422, "coordinates-not-numbers", "/lat"),
    ({"lat": "NaN"}, 422, "coordinates-not-numbers", "/lat"),
    ({"lon": "Infinity"}, 422, "coordinates-not-numbers", "/lat"),
    ({"lat": 90.1}, 422, "coordinates-outside-world", "/lat"),
    ({"lon": -180.5}, 422, "coordinates-outside-world", "/lat"),
    ({"lat": 10**400}, 422, "fields-not-valid", "/lat"),
    ({"lat": MISSING}, 422, "fields-not-valid", "/lat"),
    ({"lon": "north of the bridge"}, 422, "fields-not-valid", "/lon"),
    ({"lon": True}, 422, "fields-not-valid", "/lon"),
    ({"lat": None}, 422, "fields-not-valid", "/lat"),
    ({"service_code": "DRAGONS"}, 404, "service-unknown", "/service_code"),
    ({"service_code": "POT\0HOLE"}, 422, "text-control-character", "/service_code"),
    ({"service_code": "\ud800"}, 422, "text-control-character", "/service_code"),
    ({"service_code": "P" * 61}, 422, "text-too-long", "/service_code"),
    ({"service_code": MISSING}, 422, "fields-not-valid", "/service_code"),
    ({"description": "x" * 100_000}, 422, "text-too-long", "/description"),
    ({"description": " \n"}, 422, "description-missing", "/description"),
    ({"description": "a\0b"}, 422, "text-control-character", "/description"),
    ({"description": "a\udfffb"}, 422, "text-control-character", "/description"),
    ({"description": "a\x7fb"}, 422, "text-control-character", "/description"),
    ({"description": "pay \u202eelohtop"}, 422, "text-reordering", "/description"),
    ({"description": "a\u2066b"}, 422, "text-reordering", "/description"),
    ({"address": "x" * 301}, 422, "text-too-long", "/address"),
    ({"address": "a\0b"}, 422, "text-control-character", "/address"),
    ({"contact": {"email": "nobody"}}, 422, "fields-not-valid", "/contact/email"),
    ({"contact": {"name": "a\0b"}}, 422, "text-control-character", "/contact/name"),
    ({"contact": {"note": "x" * 1001}}, 422, "text-too-long", "/contact/note"),
    ({"contact": {"iban": "1"}}, 422, "fields-not-valid", "/contact/iban"),
    ({"contact": None}, 422, "fields-not-valid", "/contact"),
    ({"attributes": {"\ud800": ["x"]}}, 422, "attribute-unknown", "/attributes/?"),
    ({"repeat_of": "\ud800"}, 422, "text-control-character", "/repeat_of"),
    ({"repeat_of": "00000000"}, 404, "report-not-found", None),
    ({"id": "1234"}, 422, "fields-not-valid", "/id"),
    ({"colour": "red"}, 422, "fields-not-valid", "/colour"),
    ({"requested_datetime": "yesterday"}, 422, "fields-not-valid", "/requested_datetime"),
    (
        {"requested_datetime": "2026-03-01T10:00:00"},
        422,
        "fields-not-valid",
        "/requested_datetime",
    ),
]
NO_REPORTS: list[tuple[str | bytes, str | None, int, str]] = [
    (json.dumps(GOOD | {"description": "x" * 300_000}), "application/json", 413, "too-large"),
    ("{", "application/json", 400, "not-understood"),
    ("[" * 100_000, "application/json", 400, "not-understood"),
    ('{"lat": ' + "9" * 5000 + "}", "application/json", 400, "not-understood"),
    ('{"description": "é"}'.encode("latin-1"), "application/json", 400, "not-understood"),
    ("[]", "application/json", 422, "fields-not-valid"),
    ("null", "application/json", 422, "fields-not-valid"),
    ("", "application/json", 422, "fields-not-valid"),
    (json.dumps(GOOD), "text/plain", 415, "not-json"),
    (json.dumps(GOOD), None, 415, "not-json"),
    ("id=1&lat=2", "application/x-www-form-urlencoded", 415, "not-json"),
]
WRONG_ADDRESSES = [
    ("GET", "/v1/nothing", 404, "no-such-page"),
    ("GET", "/v1/", 404, "no-such-page"),
    ("DELETE", "/v1/reports", 405, "method-not-allowed"),
    ("PUT", "/v1/services", 405, "method-not-allowed"),
    ("GET", "/v1/reports/NOTHING!", 404, "report-not-found"),
    ("GET", "/v1/reports/%00", 404, "report-not-found"),
    ("GET", "/v1/reports/%ED%A0%80", 404, "report-not-found"),
    ("GET", "/v1/places/at", 422, "fields-not-valid"),
    ("GET", "/v1/places/at?lat=nan&lon=1", 422, "coordinates-not-numbers"),
    ("GET", "/v1/places/at?lat=10.002&lon=50.002", 422, "coordinates-swapped"),
]


def test_a_field_that_cannot_be_is_named(city: World, subtests: pytest.Subtests) -> None:
    for changes, status, slug, pointer in IMPOSSIBLE_FIELDS:
        report = {name: value for name, value in (GOOD | changes).items() if value is not MISSING}
        with subtests.test(changes=str(changes)[:60]):
            refuses(city, json.dumps(report), "application/json", status, slug, pointer)


def test_a_body_that_is_no_report_is_refused(sqlite_city: World, subtests: pytest.Subtests) -> None:
    for data, content_type, status, slug in NO_REPORTS:
        with subtests.test(data=data[:20], content_type=content_type):
            refuses(sqlite_city, data, content_type, status, slug)


def test_a_token_nobody_gave_out_is_refused(city: World, subtests: pytest.Subtests) -> None:
    for token in ("Bearer nobody", "Bearer evd_nobody", "Bearer", "Basic YTpi", "Bearer \xff"):
        with subtests.test(token=token):
            headers = {"Authorization": token}
            report = json.dumps(GOOD)
            refuses(city, report, "application/json", 401, "token-not-valid", headers=headers)


def test_words_in_any_script_come_back_unchanged(city: World) -> None:
    spoken = ["Loch vor Nr. 3 — tief!", "حفرة عميقة\u200f في الطريق", "坑 🕳️", "two\nlines\t."]
    for number, words in enumerate(spoken):
        report = GOOD | {"id": f"01890000-0000-7000-8000-{number:012d}", "description": words}
        answer = city.client().post("/v1/reports", json=report)
        assert answer.get_json()["description"] == words


def test_an_address_that_is_not_there_says_so_as_json(
    sqlite_city: World, subtests: pytest.Subtests
) -> None:
    for method, path, status, slug in WRONG_ADDRESSES:
        with subtests.test(method=method, path=path):
            client = sqlite_city.client()
            answer = client.open(path, method=method, headers={"Accept": "text/html"})
            check_problem(sqlite_city, answer, status, slug)


def test_too_many_tokens_for_one_address_are_slowed_down(sqlite_city: World) -> None:
    runtime = sqlite_city.app.extensions[EXTENSION]
    runtime.settings = replace(runtime.settings, device_limit="2 per minute")
    answers = [sqlite_city.client().post("/v1/devices") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    check_problem(sqlite_city, answers[-1], 429, "too-many-requests")


def refuses(
    city: World,
    data: str | bytes,
    content_type: str | None,
    status: int,
    slug: str,
    pointer: str | None = None,
    headers: dict[str, str] | None = None,
) -> None:
    answer = city.client().post(
        "/v1/reports", data=data, content_type=content_type, headers=headers
    )
    check_described("/v1/reports", answer)
    check_problem(city, answer, status, slug)
    if pointer is not None:
        assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]
    # A session of its own, because one that is open sees the database as it was.
    with city.app.app_context():
        for model in (ServiceRequest, Incident, Contact):
            assert current_session().query(model).count() == 0


def check_problem(city: World, answer: Any, status: int, slug: str) -> None:
    """An RFC 9457 problem whose type is a page that exists."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = answer.get_json(force=True)
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["remedy"]
    assert "{" not in problem["detail"]
    page = urlsplit(problem["type"]).path
    assert page == f"/problems/{slug}"
    shown = city.client().get(page)
    assert (shown.status_code, shown.mimetype) == (200, "text/html")
    assert problem["title"] in shown.text
