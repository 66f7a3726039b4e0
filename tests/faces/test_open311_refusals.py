"""What Open311 refuses: an errors document in the form that was asked for, whatever went wrong."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from open311 import ERRORS, a_form, check, program, same_in_both
from worlds import IN_SW, World

from backend.core.db import current_session
from backend.core.runtime import EXTENSION
from backend.open311 import list_requests
from backend.open311.models import UnplacedReport
from backend.reports.models import ServiceRequest

# Below /open311, without the ending; the words are from the description.
UNREADABLE = [
    ("v2/requests?lat=1", 400, "long"),
    ("v2/requests?long=1", 400, "lat"),
    ("v2/requests?radius=5", 400, "lat"),
    ("v2/requests?lat=north&long=1", 400, "lat"),
    ("v2/requests?lat=nan&long=1", 400, "lat"),
    ("v2/requests?lat=91&long=1", 400, "91"),
    ("v2/requests?lat=1&long=1&radius=-1", 400, "radius"),
    ("v2/requests?bbox=1,2,3", 400, "bbox"),
    ("v2/requests?bbox=3,2,1,4", 400, "bbox"),
    ("v2/requests?bbox=nan,2,3,4", 400, "bbox"),
    ("v2/requests?page=0", 400, "page"),
    ("v2/requests?page=two", 400, "page"),
    ("v2/requests?page=99999999999999999999", 400, "page"),
    ("v2/requests?page_size=-5", 400, "page_size"),
    ("v2/requests?status=sleeping", 400, "sleeping"),
    ("v2/requests?start_date=yesterday", 400, "start_date"),
    ("v2/requests?start_date=0001-01-01T00:00:00%2B14:00", 400, "start_date"),
    ("v2/requests?start_date=9999-12-31T00:00:00Z", 400, "start_date alone"),
    ("v2/requests?end_date=0001-01-01T00:00:00Z", 400, "end_date alone"),
    ("v2/requests?end_date=9999-12-31T23:00:00-14:00", 400, "end_date"),
    ("v2/requests?start_date=2026-02-01&end_date=2026-01-01", 400, "end_date"),
    ("v2/requests?start_date=2026-01-01&end_date=2026-04-02", 400, "90 days"),
    ("v2/requests?start_date=2025-01-01&end_date=2026-01-01&page_size=9", 400, "90 days"),
    ("v2/requests?sort=title", 400, "sort"),
    ("v2/requests?limit=0", 400, "limit"),
    ("v2/requests?offset=-1", 400, "offset"),
    ("v2/requests?limit=9&page_size=9", 400, "limit"),
    ("v2/requests?callback=show", 400, "callback"),
    ("v2/services?callback=show", 400, "callback"),
    ("v2/servicerequestupdates?sort=-updated", 400, "sort"),
    ("v2/requests?q=" + "+".join(map(str, range(11))), 400, "10 words"),
    ("v2/requests?q=%E9", 400, "UTF-8"),
    ("v2/requests?q=%00", 400, "NUL"),
    ("v2/requests?service_code=%00", 400, "NUL"),
    ("v2/requests?jurisdiction_id=elsewhere", 404, "elsewhere"),
    ("v2/services?jurisdiction_id=elsewhere", 404, "elsewhere"),
    ("v2/services?lat=1", 400, "long"),
    ("v2/services/DRAGONS", 404, "DRAGONS"),
    ("v2/services/%00", 404, "address"),
    ("v2/requests/NOTHING1", 404, "NOTHING1"),
    ("v2/requests/%ED%A0%80", 404, "report"),
    ("v2/tokens/nothing", 404, "nothing"),
    ("v2/tokens/00000000-0000-7000-8000-000000000000", 404, "token"),
    ("v2/servicerequestupdates?start_date=2026-01-01", 400, "end_date"),
    ("v2/servicerequestupdates?end_date=2026-01-01", 400, "start_date"),
    ("v2/servicerequestupdates?start_date=2026-01-02&end_date=2026-01-01", 400, "end_date"),
    ("v2/nothing", 404, "address"),
    ("v2", 404, "address"),
    ("nothing/at/all", 404, "address"),
]
MISSING = object()
NO_REQUESTS: list[tuple[dict[str, Any], int, str]] = [
    ({"api_key": MISSING}, 403, "api_key"),
    ({"api_key": "evk_wrong"}, 403, "unknown"),
    ({"jurisdiction_id": "elsewhere"}, 404, "elsewhere"),
    ({"service_code": MISSING}, 400, "service_code"),
    ({"service_code": " "}, 400, "service_code"),
    ({"service_code": "DRAGONS"}, 404, "DRAGONS"),
    ({"lat": MISSING, "long": MISSING}, 400, "lat and long"),
    ({"lat": MISSING}, 400, "lat"),
    ({"lat": "north"}, 400, "lat"),
    ({"lat": 91}, 400, "91"),
    ({"lat": IN_SW[0], "long": IN_SW[1]}, 400, "50"),
    ({"description": "x" * 4001}, 400, "4000"),
    ({"description": "a\0b"}, 400, "NUL"),
    ({"description": "a\x07b"}, 400, "U+0007"),
    ({"email": "x@" + "x" * 300}, 400, "email: It has 302"),
    ({"email": "nobody"}, 400, "email"),
    ({"phone": "1" * 41}, 400, "phone"),
    ({"media": "a picture"}, 400, "media"),
    ({"address_string": "x" * 301}, 400, "300"),
    ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
    ({"media_url": ["https://a.example/1.jpg", "http://["]}, 400, "media_url"),
    ({"attribute[COLOUR]": "red"}, 400, "COLOUR was answered"),
]
UNREADABLE_BODIES: list[str | bytes] = [
    "{",
    "[]",
    "null",
    "[" * 100_000,
    '{"lat": {"a": [[1]]}}',
    '{"q": "\\ud800"}',
    b'{"q": "\xe9"}',
]


def test_every_address_refuses_in_the_form_that_was_asked(
    city: World, subtests: pytest.Subtests
) -> None:
    for address, status, words in UNREADABLE:
        path, _, query = address.partition("?")
        with subtests.test(address=address):
            answers = {
                form: city.client().get(f"/open311/{path}.{form}?{query}")
                for form in ("json", "xml")
            }
            (error,) = same_in_both(answers, status, ERRORS)
            assert error["code"] == status
            assert words in error["description"]
            origins = {answer.headers["Access-Control-Allow-Origin"] for answer in answers.values()}
            assert origins == {"*"}


def test_everything_that_is_wrong_is_named_at_once(sqlite_city: World) -> None:
    asked = {"lat": "north", "long": 1, "page": 0, "bbox": 1, "status": "no", "start_date": "soon"}
    named = {"lat", "page", "bbox", "no", "start_date", "sort"}
    answer = sqlite_city.client().get(
        "/open311/v2/requests.json", query_string={**asked, "sort": 1}
    )
    assert {one["code"] for one in answer.json} == {answer.status_code} == {400}
    assert len(answer.json) == len(named)
    told = " ".join(one["description"].partition(" http")[0] for one in answer.json)
    assert named <= set(told.replace(".", "").replace(":", "").split())
    client = program(sqlite_city)
    sent = a_form() | {"service_code": "DRAGONS", "lat": 91, "email": "nobody", "media_url": "x"}
    answer = client.post("requests.json", **sent)
    assert [one["code"] for one in answer.json] == [404, 400, 400, 400]
    assert answer.status_code == 400
    answer = client.post("servicerequestupdates.json", status="asleep")
    assert len(answer.json) == 5


def test_pages_of_other_sites_may_ask_before_they_send(sqlite_city: World) -> None:
    client = sqlite_city.client()
    for path in ("v2/requests.json", "v2/nothing", "discovery.json"):
        answer = client.options(f"/open311/{path}")
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        allowed = answer.headers["Access-Control-Allow-Headers"].split(", ")
        assert {"Content-Type", "If-None-Match"} <= set(allowed)
    answer = client.get("/open311/v2/requests.json")
    assert "Link" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Origin" not in client.get("/").headers


def test_an_address_without_a_form_is_refused_as_its_reader_accepts(sqlite_city: World) -> None:
    for path in ("", "/", "/v2/requests", "/v2/requests.html", "/v2/requests.json.bak"):
        for accepted, content_type in (
            ("application/json", "application/json; charset=utf-8"),
            ("*/*", "text/xml; charset=utf-8"),
            ("text/html", "text/xml; charset=utf-8"),
        ):
            answer = sqlite_city.client().get(f"/open311{path}", headers={"Accept": accepted})
            assert (answer.status_code, answer.content_type) == (404, content_type), path


def test_what_is_no_request_is_refused_and_nothing_is_kept(
    city: World, subtests: pytest.Subtests
) -> None:
    key = program(city).key
    for changes, status, words in NO_REQUESTS:
        fields = {"api_key": key, **a_form(), **changes}
        fields = {name: value for name, value in fields.items() if value is not MISSING}
        with subtests.test(changes=str(changes)[:60]):
            answers = {
                form: city.client().post(f"/open311/v2/requests.{form}", data=fields)
                for form in ("json", "xml")
            }
            (error,) = same_in_both(answers, status, ERRORS)
            assert words in error["description"]
    session = current_session()
    assert session.scalar(sa.select(sa.func.count()).select_from(ServiceRequest)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(UnplacedReport)) == 0


def test_a_body_that_cannot_be_read_is_refused(
    sqlite_city: World, subtests: pytest.Subtests
) -> None:
    address = f"/open311/v2/requests.json?api_key={program(sqlite_city).key}"
    for body in UNREADABLE_BODIES:
        with subtests.test(body=body[:12]):
            kind = "application/json"
            answer = sqlite_city.client().post(address, data=body, content_type=kind)
            assert answer.status_code == 400
            check(answer.json, ERRORS)
    for kind, sent in (
        ("application/x-www-form-urlencoded", b"description=Stra%DFe"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="q"\r\n\r\nStra\xdfe\r\n--b--\r\n',
        ),
    ):
        answer = sqlite_city.client().post(address, data=sent, content_type=kind)
        assert "UTF-8" in answer.json[0]["description"]


def test_wrong_methods_and_too_much_are_refused_too(sqlite_city: World) -> None:
    client, key = sqlite_city.client(), program(sqlite_city).key
    wrong = client.delete("/open311/v2/requests.json")
    assert (wrong.status_code, wrong.json[0]["code"]) == (405, 405)
    assert set(wrong.headers["Allow"].split(", ")) >= {"GET", "POST"}
    assert client.post("/open311/discovery.xml").status_code == 405
    large = a_form() | {"api_key": key, "description": "x" * 300_000}
    answer = client.post("/open311/v2/requests.xml", data=large)
    assert answer.status_code == 413
    assert answer.text.endswith("</description></error></errors>")


def test_a_failure_of_ours_is_told_in_the_same_form(
    sqlite_city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("Dorothea Quill")

    monkeypatch.setattr(list_requests, "public_requests", fail)
    answers = {
        form: sqlite_city.client().get(f"/open311/v2/requests.{form}") for form in ("json", "xml")
    }
    (error,) = same_in_both(answers, 500, ERRORS)
    assert error["code"] == 500
    assert "Quill" not in error["description"]


def test_each_key_may_write_only_so_often(sqlite_city: World) -> None:
    runtime = sqlite_city.app.extensions[EXTENSION]
    runtime.settings = replace(runtime.settings, api_key_limit="2 per minute")
    first, second = program(sqlite_city), program(sqlite_city)
    answers = [first.post("requests.json", **a_form()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    check(answers[2].json, ERRORS)
    assert second.post("requests.json", **a_form()).status_code == 200
