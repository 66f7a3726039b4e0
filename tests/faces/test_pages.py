"""Every page: sound markup, words that stay words, and headers that keep it that way."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from full_city import HOSTILE, FullCity
from page_reader import read_page
from werkzeug.test import TestResponse
from worlds import World, csrf

from backend.core.actors import Role
from backend.core.config import Settings

PUBLIC = (
    "/",
    "/sign-in",
    "/reports?state=all&words=script",
    "/reports?kind=%22%3E%3Cscript%3E",
    "/overdue",
    "/served",
    "/data",
    "/privacy",
    "/how",
    "/how/ballots",
    "/embed?kind=HOLE",
    "/find?number={open_number}",
    "/reports/{open_number}",
    "/reports/{closed_number}",
    "/reports/{outside_number}",
    "/reports/00000000",
    "/budget",
    "/budget/{election}",
    "/budget/{election}/proposals",
    "/budget/{election}/proposals/overdue",
    "/budget/{election}/proposals/place",
    "/proposals/{proposal}",
    "/elections",
    "/elections/{election}",
    "/audits",
    "/audits/1",
    "/audits/preregistrations/1",
    "/audits/promises",
    "/audits/definitions",
    "/decisions",
    "/problems/coordinates-swapped",
    "/nowhere",
)
DESK = (
    "/desk/queue",
    "/desk/queue?list=outside",
    "/desk/queue?service=POTHOLE&state=triaged",
    "/desk/queue?district=%22%3E%3Cscript%3E",
    "/desk/queue?%22%3E%3Cscript%3E=2",
    "/desk/incidents/{open_number}",
    "/desk/incidents/{closed_number}",
    "/desk/incidents/{outside_number}",
    "/audit",
    "/audit/districts",
    "/audit/districts/SW",
    "/audit/maps",
    "/audit/maps?figure=closed-without-action",
    "/audit/compare",
    "/audit/sensitivity",
    "/audit/weights",
    "/audits/preregistrations/new",
    "/elections/{election}/rehearsal",
    "/elections/{election}/rehearsal?rule=phragmen&completion=add1",
    "/elections/{election}/rehearsal?rule=equal-shares",
    "/budget/{election}/manage",
    "/desk/budget/{election}/proposals",
    "/desk/proposals/{proposal}",
)
FILES = (
    "/static/base.css",
    "/audit/rates.csv",
    "/audit/maps.csv",
    "/audit/districts/SW.csv",
    "/audit/weights/1.csv",
    "/audits/1.csv",
    "/elections/{election}.pb",
    "/recount.py",
    "/v1/services",
)


def pages(city: FullCity) -> Iterator[tuple[str, TestResponse]]:
    """Every page as anybody sees it, and the desk as each role does."""
    clients: list[tuple[str, FlaskClient, tuple[str, ...]]] = [
        ("anybody", city.world.client(), PUBLIC + DESK)
    ]
    clients += [(role, city.world.signed_in(role), PUBLIC[:2] + DESK) for role in list(Role)[1:]]
    for name, client, paths in clients:
        for path in paths:
            address = path.format(**names(city))
            answer = client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
            yield f"{name} at {path}", answer


def names(city: FullCity) -> dict[str, str]:
    fields = ("open_number", "closed_number", "outside_number", "election", "proposal")
    return {name: getattr(city, name) for name in fields}


@pytest.mark.slow
def test_every_page_is_sound_and_its_words_stay_words(
    full_city: FullCity, subtests: pytest.Subtests
) -> None:
    shown = 0
    for label, answer in pages(full_city):
        with subtests.test(page=label):
            assert answer.mimetype == "text/html"
            assert answer.status_code < 500
            page = read_page(answer.text)
            assert page.faults == []
            for tag, attributes in page.elements:
                assert tag not in {"img", "iframe", "style"}
                if tag == "script":
                    is_ours = attributes.get("src", "").startswith("/built/")
                    assert attributes["type"] == ("module" if is_ours else "application/json")
                assert not [name for name in attributes if name.startswith("on") or name == "style"]
                if attributes.get("rel") == "nofollow noopener noreferrer":
                    # A source that reviewers named.
                    assert attributes["href"] == "https://example.org/plan"
                    continue
                if attributes.get("rel", "").startswith("license "):
                    assert attributes["href"] == Settings().data_licence_url
                    continue
                for name in ("href", "src", "action"):
                    target = urlsplit(attributes.get(name, ""))
                    assert (target.scheme, target.netloc) == ("", ""), attributes
            assert "{{ 7*7 }}" in answer.text
            assert "49" not in re.findall(r"alert\(2\)&gt;(\d+)", answer.text)
        shown += answer.text.count("&lt;script&gt;alert(1)")
    assert shown > 100


def test_hostile_words_come_back_as_they_were_sent(full_city: FullCity) -> None:
    report = full_city.world.client().get(f"/v1/reports/{full_city.open_number}").get_json()
    assert report["description"] == HOSTILE
    assert report["history"][0]["reason"] == HOSTILE


def test_every_answer_forbids_what_we_do_not_use(full_city: FullCity) -> None:
    client = full_city.world.signed_in(Role.ANALYST)
    for path in PUBLIC + DESK + FILES:
        answer = client.get(path.format(**names(full_city)))
        policy = answer.headers["Content-Security-Policy"]
        for rule in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert rule in policy, path
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_what_staff_see_stays_out_of_caches(full_city: FullCity) -> None:
    path = f"/desk/incidents/{full_city.open_number}"
    assert full_city.world.signed_in(Role.ADMIN).get(path).headers["Cache-Control"] == "no-store"
    public = full_city.world.client().get(f"/reports/{full_city.open_number}")
    assert "no-store" not in public.headers.get("Cache-Control", "")


@pytest.mark.slow
def test_head_answers_like_get_without_a_body(full_city: FullCity) -> None:
    client = full_city.world.signed_in(Role.ADMIN)
    for path in PUBLIC + DESK + FILES:
        address = path.format(**names(full_city))
        got, asked = client.get(address), client.head(address)
        assert (asked.status_code, asked.mimetype) == (got.status_code, got.mimetype), path
        assert asked.data == b""


def test_a_wrong_address_is_a_page_that_helps(sqlite_city: World) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for path in ("/nowhere", "/reports/NOTHING", "/elections/none", "/problems/none", "/find"):
        answer = sqlite_city.client().get(path, headers=browser)
        assert (answer.status_code, answer.mimetype) == (404, "text/html"), path
        assert "What you can do" in answer.text
    answer = sqlite_city.client().get("/sign-out", headers=browser)
    assert (answer.status_code, answer.mimetype) == (405, "text/html")


def test_odd_addresses_break_nothing(city: World) -> None:
    client = city.signed_in(Role.ADMIN)
    for path in (
        "/desk/queue?district=%00",
        "/desk/queue?service=%00&state=%00",
        "/desk/queue?page=99999999999999999999",
        "/desk/queue?state=%ED%A0%80",
        "/desk/incidents/%00",
        "/reports/%F0%9F%95%B3",
        "/find?number=%00",
        "/elections/%00",
        "/elections/..%2f..%2fetc",
        "/decisions?before=99999999999999999999",
        "/decisions?before=-1",
        "/audit/weights/%00",
        "/" + "x" * 5000,
    ):
        assert client.get(path).status_code in {200, 404, 422}, path
    token = {"csrf_token": csrf(client)}
    for username in ("a\0b", "\ud83d", "x" * 10_000):
        form = {"username": username.encode("utf-8", "replace"), "password": "p", **token}
        assert client.post("/sign-in", data=form).status_code == 403


def test_no_file_but_the_static_ones_is_served(sqlite_city: World) -> None:
    client = sqlite_city.client()
    for path in (
        "../face.py",
        "%2e%2e/face.py",
        "..%2fface.py",
        "..%5cface.py",
        "/etc/passwd",
        "%2fetc/passwd",
        "./tokens.css",
        "",
        "tokens.css/",
        "tokens.css%00",
        "../../web/../../pyproject.toml",
    ):
        assert client.get(f"/static/{path}", follow_redirects=True).status_code == 404, path


def test_style_sheets_are_asked_for_once(sqlite_city: World) -> None:
    client = sqlite_city.client()
    first = client.get("/static/tokens.css")
    assert (first.mimetype, first.headers["Cache-Control"]) == ("text/css", "max-age=3600")
    again = client.get("/static/tokens.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
