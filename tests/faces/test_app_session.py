"""Who the app in a browser is: a cookie no script reads, and nobody else's page uses."""

from typing import Any

import pytest
import sqlalchemy as sa
from described import check_described
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from worlds import IN_SW, World

from backend.accounts.codes import code_of
from backend.accounts.models import SignInCode
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.reports.models import ServiceRequest

_PLACE = {"lon": IN_SW[0], "lat": IN_SW[1]}
SESSION = "/v1/app/session"
HERE = {"Sec-Fetch-Site": "same-origin"}
ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    # A lie in the older header does not help where the newer one is.
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost:8001"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "null"},
    {},
)


def body(number: int = 1) -> dict[str, Any]:
    """A report as the app sends it."""
    said = {"service_code": "POTHOLE", "description": f"Deep hole number {number}"}
    return {"id": f"01890000-0000-7000-8000-{number:012d}", **said, **_PLACE}


def begin(client: FlaskClient, **kwargs: Any) -> TestResponse:
    answer: TestResponse = client.post(SESSION, headers=HERE, **kwargs)
    check_described(SESSION, answer)
    return answer


def kept(client: FlaskClient, name: str = "evenward-app") -> str:
    cookie = client.get_cookie(name)
    return cookie.value if cookie else ""


def test_a_browser_is_given_a_token_once_and_no_script_sees_it(city: World) -> None:
    client = city.client()
    first = begin(client)
    token = kept(client)
    assert first.get_json() == {"kind": "device", "account": None, "language": "en"}
    assert token.startswith("evd_")
    assert token not in first.text
    assert first.headers["Cache-Control"] == "no-store"
    flags = {part.strip() for part in first.headers["Set-Cookie"].split(";")[1:]}
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= flags
    assert "Secure" not in flags
    # That there is one, scripts may know.
    [mark] = [one for one in first.headers.getlist("Set-Cookie") if token not in one]
    assert mark.startswith("evenward-known=yes;")
    assert "HttpOnly" not in mark
    begin(client)
    assert kept(client) == token
    assert client.get("/v1/me").get_json()["kind"] == "device"
    filed = client.post("/v1/reports", json=body(), headers=HERE).get_json()
    done = client.post(
        f"/v1/reports/{filed['number']}/comments", json={"id": body(9)["id"], "text": "Still"},
        headers={"Origin": "http://localhost"},
    )  # fmt: skip
    assert done.status_code == 201
    assert len(client.get("/v1/me/data").get_json()["reports"]) == 1


def test_over_https_the_cookie_is_bound_to_the_host(sqlite_city: World) -> None:
    client = sqlite_city.client()
    answer = begin(client, base_url="https://localhost")
    name, _, flags = answer.headers["Set-Cookie"].partition("=")
    assert name == "__Host-evenward-app"
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= {
        part.strip() for part in flags.split(";")
    }
    assert "Domain" not in flags
    token = kept(client, name)
    # What plain http could have planted is nobody there.
    planted = city_with(sqlite_city, "evenward-app", token)
    assert planted.get("/v1/me", base_url="https://localhost").get_json()["kind"] == "nobody"


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_nobody_elses_page_acts_with_it(sqlite_city: World, headers: dict[str, str]) -> None:
    client = sqlite_city.client()
    begin(client)
    token = kept(client)
    number = client.post("/v1/reports", json=body(), headers=HERE).get_json()["number"]
    for method, path, sent in (
        ("POST", "/v1/reports", body(2)),
        ("POST", "/v1/sync", {"commands": []}),
        ("PUT", f"/v1/reports/{number}/following", None),
        ("DELETE", "/v1/me/data", None),
        ("POST", SESSION, None),
        ("DELETE", SESSION, None),
    ):
        answer = client.open(path, method=method, json=sent, headers=headers)
        assert answer.status_code == 403, (method, path)
        assert answer.get_json()["type"].endswith("/request-from-elsewhere")
    assert current_session().query(ServiceRequest).count() == 1
    assert kept(client) == token
    # A program's own token says by itself that it is meant.
    bearer = {"Authorization": f"Bearer {token}", **headers}
    assert client.post("/v1/reports", json=body(3), headers=bearer).status_code == 201


def test_nobody_needs_a_cookie(sqlite_city: World) -> None:
    client = sqlite_city.client()
    assert client.post("/v1/reports", json=body()).status_code == 201
    assert client.get("/v1/me").get_json()["kind"] == "nobody"
    assert client.post(SESSION, headers=ELSEWHERE[0]).status_code == 403
    assert kept(client) == ""


def test_what_another_city_gave_is_nothing_here(sqlite_city: World) -> None:
    foreign = "evd_of-another-city"
    client = city_with(sqlite_city, "evenward-app", foreign)
    refused = client.get("/v1/me")
    check_described("/v1/me", refused)
    assert refused.status_code == 401
    assert client.post("/v1/reports", json=body(), headers=HERE).status_code == 401
    assert begin(client).get_json()["kind"] == "device"
    assert kept(client) not in {"", foreign}
    assert client.get("/v1/me").status_code == 200


def test_a_code_signs_the_browser_in_and_its_reports_come_along(city: World) -> None:
    client = city.client()
    begin(client)
    device = kept(client)
    client.post("/v1/reports", json=body(), headers=HERE)
    typed = sign_in(client)
    assert typed.get_json()["token"] is None
    session = kept(client)
    assert session.startswith("evr_")
    assert session not in typed.text
    who = client.get("/v1/me", headers={"Accept-Language": "pl-PL, en;q=0.5"}).get_json()
    assert (who["kind"], who["account"]["devices"], who["language"]) == ("account", 1, "pl")
    assert len(client.get("/v1/me/data").get_json()["reports"]) == 1
    assert begin(client).get_json()["kind"] == "account"
    assert client.delete("/v1/accounts/sessions/current").status_code == 403
    gone = client.delete("/v1/accounts/sessions/current", headers=HERE)
    assert (gone.status_code, kept(client)) == (204, "")
    for token in (device, session):
        assert city_with(city, "evenward-app", token).get("/v1/me").status_code == 401


def test_the_next_one_at_a_shared_tablet_is_nobody(sqlite_city: World) -> None:
    client = sqlite_city.client()
    begin(client)
    device = kept(client)
    assert client.delete(SESSION, headers=HERE).status_code == 204
    assert kept(client) == kept(client, "evenward-known") == ""
    begin(client)
    sign_in(client)
    session = kept(client)
    assert client.delete(SESSION, headers=HERE).status_code == 204
    assert client.get("/v1/me").get_json()["kind"] == "nobody"
    for token in (device, session):
        assert city_with(sqlite_city, "evenward-app", token).get("/v1/me").status_code == 401
    assert client.delete(SESSION, headers=HERE).status_code == 204


def test_whoever_is_erased_is_forgotten_by_the_browser_too(sqlite_city: World) -> None:
    client = sqlite_city.client()
    begin(client)
    assert client.delete("/v1/me/data", headers=HERE).status_code == 200
    assert kept(client) == ""


def sign_in(client: FlaskClient) -> TestResponse:
    """With the code that is on its way, which is kept in the cookie."""
    address = {"address": "quillfeather@lanterns.example"}
    assert client.post("/v1/accounts/codes", json=address, headers=HERE).status_code == 202
    current_session().rollback()
    code = current_session().scalars(sa.select(SignInCode)).one()
    typed = address | {
        "code": code_of(current_runtime().settings.hash_key, code.id),
        "in_cookie": True,
    }
    assert client.post("/v1/accounts/sessions", json=typed).status_code == 403
    answer: TestResponse = client.post("/v1/accounts/sessions", json=typed, headers=HERE)
    check_described("/v1/accounts/sessions", answer)
    assert answer.status_code == 201, answer.text
    return answer


def city_with(city: World, name: str, value: str) -> FlaskClient:
    """A browser that keeps a cookie."""
    client = city.client()
    client.set_cookie(name, value)
    return client
