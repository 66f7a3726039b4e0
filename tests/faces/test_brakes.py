"""Who asks too often is told when to come back; who shares an address with them is not."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from worlds import IN_SW, PASSWORD, World, csrf

from backend.core.runtime import EXTENSION

HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"
STORM = "The storm brought down the big lime tree and it lies across the whole of the road."


def limited(world: World, **rules: str) -> None:
    runtime = world.app.extensions[EXTENSION]
    runtime.settings = replace(runtime.settings, **rules)


def post(
    world: World, path: str, body: Any = None, token: str | None = None, address: str = HOME
) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return world.client().post(
        path, json=body, headers=headers, environ_base={"REMOTE_ADDR": address}
    )


def device(world: World) -> str:
    return str(post(world, "/v1/devices").get_json()["token"])


def report(number: int, description: str = STORM) -> dict[str, Any]:
    return {
        "id": f"01890000-0000-7000-8000-{number:012d}",
        "service_code": "POTHOLE",
        "description": description,
        "lon": IN_SW[0],
        "lat": IN_SW[1],
    }


def refused(answer: TestResponse, slug: str, seconds: int) -> bool:
    """Whether it is a 429 that says why, and when to come back."""
    assert answer.status_code == 429, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json(force=True)["type"].endswith(f"/problems/{slug}")
    return seconds - 5 <= int(answer.headers["Retry-After"]) <= seconds


BODIES: dict[str, Any] = {
    "/v1/accounts/codes": {"address": "somebody@lanterns.example"},
    "/v1/accounts/sessions": {"address": "somebody@lanterns.example", "code": "000000"},
}


@pytest.mark.parametrize(
    ("path", "rule"),
    [("/v1/accounts/codes", "code_limit"), ("/v1/accounts/sessions", "session_limit")],
)
def test_an_address_and_a_device_each_have_their_limit(
    sqlite_city: World, path: str, rule: str
) -> None:
    tokens = [device(sqlite_city) for _ in range(3)]
    limited(sqlite_city, **{rule: "5 per hour", f"device_{rule}": "2 per hour"})
    taken = [post(sqlite_city, path, BODIES[path], tokens[0]).status_code for _ in range(2)]
    assert 429 not in taken
    assert refused(post(sqlite_city, path, BODIES[path], tokens[0]), "too-many-requests", 3600)
    for token in tokens[1:]:
        assert post(sqlite_city, path, BODIES[path], token).status_code in taken
    assert refused(post(sqlite_city, path, BODIES[path], tokens[1]), "too-many-requests", 3600)
    assert refused(post(sqlite_city, path, BODIES[path]), "too-many-requests", 3600)
    assert post(sqlite_city, path, BODIES[path], address=ELSEWHERE).status_code in taken


def test_a_device_has_its_own_count_of_reports(sqlite_city: World) -> None:
    limited(sqlite_city, device_report_limit="3 per hour")
    one, other = device(sqlite_city), device(sqlite_city)
    answers = [post(sqlite_city, "/v1/reports", report(n, "Hole"), one) for n in range(4)]
    assert [answer.status_code for answer in answers[:3]] == [201] * 3
    assert refused(answers[3], "too-many-requests", 3600)
    assert post(sqlite_city, "/v1/reports", report(4, "Hole"), other).status_code == 201
    assert post(sqlite_city, "/v1/reports", report(5, "Hole")).status_code == 201


def test_a_mailbox_is_not_flooded_from_everywhere(sqlite_city: World) -> None:
    limited(sqlite_city, recipient_code_limit="2 per day")
    path = "/v1/accounts/codes"
    for number in range(2):
        answer = post(sqlite_city, path, BODIES[path], address=f"203.0.113.{number}")
        assert answer.status_code == 202
    again = {"address": " somebody@LANTERNS.example"}
    assert refused(post(sqlite_city, path, again, address=ELSEWHERE), "too-many-requests", 86400)
    assert post(sqlite_city, path, {"address": "else@lanterns.example"}).status_code == 202


def test_one_sender_of_the_same_words_is_slowed(sqlite_city: World) -> None:
    limited(sqlite_city, alike_limit="10 per 10 minute")
    token = device(sqlite_city)
    for number in range(10):
        answer = post(sqlite_city, "/v1/reports", report(number, f"{number}. {STORM}!"), token)
        assert answer.status_code == 201
    assert refused(post(sqlite_city, "/v1/reports", report(10), token), "too-many-alike", 600)
    assert post(sqlite_city, "/v1/reports", report(9, f"9. {STORM}!"), token).status_code == 200


def test_a_street_may_tell_of_one_storm_in_the_same_words(sqlite_city: World) -> None:
    """From one network, and even each of them word for word, as a neighbour wrote it."""
    limited(sqlite_city, alike_limit="10 per 10 minute")
    for number in range(15):
        token = device(sqlite_city)
        assert post(sqlite_city, "/v1/reports", report(number), token).status_code == 201
    for number in range(15, 30):
        address = f"203.0.113.{number}"
        answer = post(sqlite_city, "/v1/reports", report(number), address=address)
        assert answer.status_code == 201


def test_a_staff_account_is_not_guessed_from_many_addresses(sqlite_city: World) -> None:
    limited(sqlite_city, account_sign_in_limit="3 per hour")

    def sign_in(username: str, address: str, password: str = "not this one") -> TestResponse:
        client = sqlite_city.client()
        form = {"username": username, "password": password, "csrf_token": csrf(client)}
        return client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": address})

    for username in ("admin", "nobody"):
        answers = [sign_in(username, f"203.0.113.{number}") for number in range(4)]
        assert [answer.status_code for answer in answers] == [403, 403, 403, 429]
        assert 3595 <= int(answers[3].headers["Retry-After"]) <= 3600
    assert sign_in(" ADMIN", ELSEWHERE, PASSWORD).status_code == 429
    assert sign_in("analyst", ELSEWHERE, PASSWORD).status_code == 302


def test_guessing_shuts_nobody_out_of_a_browser_they_signed_in_with(sqlite_city: World) -> None:
    limited(sqlite_city, account_sign_in_limit="3 per hour")
    known, strange = sqlite_city.client(), sqlite_city.client()

    def sign_in(client: FlaskClient, password: str, username: str = "admin") -> TestResponse:
        form = {"username": username, "password": password, "csrf_token": csrf(client)}
        return client.post("/sign-in", data=form)

    assert sign_in(known, PASSWORD).status_code == 302
    answers = [sign_in(strange, "not this one") for _ in range(3)]
    assert [one.status_code for one in answers] == [403, 403, 429]
    assert "has to wait 60 minutes" in answers[-1].text
    assert sign_in(known, PASSWORD).status_code == 302
    # What opens one account's door is no key to another's, and a stolen one is soon used up.
    for _ in range(3):
        sign_in(strange, "not this one", "analyst")
    assert sign_in(known, PASSWORD, "analyst").status_code == 429
    answers = [sign_in(known, "not this one") for _ in range(4)]
    assert [one.status_code for one in answers][-1] == 429


def test_whoever_signs_in_rightly_does_not_use_up_a_city_halls_address(sqlite_city: World) -> None:
    limited(sqlite_city, sign_in_limit="2 per minute")
    for _ in range(4):
        client = sqlite_city.client()
        form = {"username": "admin", "password": PASSWORD, "csrf_token": csrf(client)}
        assert client.post("/sign-in", data=form).status_code == 302
