"""Staff sign in and out, and nobody is led astray on the way."""

import statistics
import time
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from flask.testing import FlaskClient
from full_city import FullCity
from werkzeug.test import TestResponse
from worlds import PASSWORD, World, create_world, csrf

from backend.accounts import passwords
from backend.accounts.add_staff import AddStaff, add_staff
from backend.core.actors import OPERATOR, Role
from backend.core.config import Mode
from backend.core.ids import SeededIds
from backend.core.runtime import EXTENSION
from backend.core.uow import unit_of_work

QUEUE = "/desk/queue"


def submit(
    client: FlaskClient, username: str, password: str = PASSWORD, **more: str
) -> TestResponse:
    form = {"username": username, "password": password, "csrf_token": csrf(client), **more}
    return client.post("/sign-in", data=form)


def test_the_right_password_opens_the_desk(sqlite_city: World) -> None:
    client = sqlite_city.client()
    assert client.get(QUEUE).status_code == 401
    answer = submit(client, " Ward_Staff ")
    assert (answer.status_code, answer.location) == (302, QUEUE)
    assert client.get(QUEUE).status_code == 200


def test_a_wrong_name_and_a_wrong_password_look_the_same(sqlite_city: World) -> None:
    pages = {}
    for username, password in (("ward_staff", "not this one"), ("nobody", PASSWORD)):
        answer = submit(sqlite_city.client(), username, password)
        assert (answer.status_code, "evenward=" in answer.text) == (403, False)
        pages[username] = answer.text.replace(username, "").partition("<main")[2]
    assert without_token(pages["ward_staff"]) == without_token(pages["nobody"])
    assert PASSWORD not in pages["nobody"]


@pytest.mark.slow
def test_a_wrong_name_costs_as_much_as_a_wrong_password(
    sqlite_city: World, costly_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", costly_hasher)
    monkeypatch.setattr(passwords, "_spent_hash", [])
    sqlite_city.app.extensions[EXTENSION].ids = SeededIds(2)
    with unit_of_work(OPERATOR) as work:
        ada = add_staff(work, AddStaff("ada", "Ada", Role.ADMIN, PASSWORD))
        assert extract_parameters(ada.password_hash) == RFC_9106_LOW_MEMORY
    costs: dict[str, list[float]] = {"ada": [], "nobody": []}
    client = sqlite_city.client()
    submit(client, "nobody")
    for _ in range(3):
        for username, spent in costs.items():
            start = time.process_time()
            submit(client, username, "not this one")
            spent.append(time.process_time() - start)
    known, unknown = (statistics.median(spent) for spent in costs.values())
    assert known / 3 < unknown < known * 3


def test_guessing_is_slowed_down(sqlite_city: World) -> None:
    runtime = sqlite_city.app.extensions[EXTENSION]
    runtime.settings = replace(runtime.settings, sign_in_limit="2 per minute")
    client = sqlite_city.client()
    answers = [submit(client, "nobody").status_code for _ in range(3)]
    assert answers == [403, 403, 429]


def test_signing_out_ends_the_session_everywhere(sqlite_city: World) -> None:
    client, copied = sqlite_city.signed_in(Role.ADMIN), sqlite_city.client()
    copied.set_cookie("evenward", cookie_of(client))
    assert copied.get(QUEUE).status_code == 200
    signed_out = client.post("/sign-out", data={"csrf_token": csrf(client)})
    assert (signed_out.status_code, signed_out.location) == (302, "/")
    assert "You are signed out" in client.get("/").text
    assert client.get(QUEUE).status_code == 401
    assert copied.get(QUEUE).status_code == 401


def test_a_session_lasts_a_working_day(sqlite_city: World) -> None:
    client = sqlite_city.signed_in(Role.ADMIN)
    sqlite_city.clock.advance(hours=12, seconds=-1)
    assert client.get(QUEUE).status_code == 200
    sqlite_city.clock.advance(seconds=1)
    assert client.get(QUEUE).status_code == 401


def test_a_cookie_made_elsewhere_opens_nothing(sqlite_city: World) -> None:
    elsewhere = create_world(sqlite_city.data_dir, seed=2)
    client = sqlite_city.client()
    client.set_cookie("evenward", cookie_of(elsewhere.signed_in(Role.ADMIN)))
    assert client.get(QUEUE).status_code == 401


@pytest.mark.parametrize("mode", list(Mode))
def test_the_cookie_is_kept_from_scripts_and_other_sites(sqlite_city: World, mode: Mode) -> None:
    keys = {"hash_key": "as long as needed", "secret_keys": ("as long as needed",)}
    world = create_world(sqlite_city.data_dir, mode=mode, **keys)
    cookie = world.client().get("/sign-in").headers["Set-Cookie"]
    flags = {part.strip() for part in cookie.split(";")[1:]}
    expected = {"HttpOnly", "SameSite=Lax", "Path=/"}
    assert flags == (expected | {"Secure"} if mode is Mode.PRODUCTION else expected)


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\\\\evil.example",
    " //evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "@evil.example",
    "/%0d%0aSet-Cookie:%20a=b",
    "/\r\nSet-Cookie: a=b",
)


def test_signing_in_leads_nowhere_else(sqlite_city: World, subtests: pytest.Subtests) -> None:
    # Both forms ask the same function; checking a password takes its time.
    for target in ELSEWHERE[:5]:
        with subtests.test(target=target):
            stays_here(submit(sqlite_city.client(), "admin", next=target))


def test_changing_a_state_leads_nowhere_else(
    full_city: FullCity, subtests: pytest.Subtests
) -> None:
    client = full_city.world.signed_in(Role.ADMIN)
    path = f"/desk/incidents/{full_city.open_number}/status"
    for version, target in enumerate(ELSEWHERE, start=2):
        state = "waiting_contractor" if version % 2 == 0 else "in_progress"
        form = {"to": state, "version": version, "reason": "Rain", "back": target}
        with subtests.test(target=target):
            answer = client.post(path, data={**form, "csrf_token": csrf(client)})
            stays_here(answer)


def test_signing_in_leads_back_to_where_somebody_was_going(sqlite_city: World) -> None:
    client = sqlite_city.client()
    form = client.get("/audit?x=1").text
    assert 'name="next" value="/audit?x=1"' in form
    assert submit(client, "admin", next="/audit?x=1").location == "/audit?x=1"


def stays_here(answer: TestResponse) -> None:
    """A redirect that every browser takes to this host; they drop tabs and line ends, and read
    a backslash as a slash."""
    assert answer.status_code == 302
    as_read = answer.location.replace("\\", "/").translate({9: None, 10: None, 13: None}).strip()
    assert urlsplit(urljoin("http://localhost/sign-in", as_read)).netloc == "localhost"
    assert "a=b" not in str(answer.headers.getlist("Set-Cookie"))


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("evenward")
    assert cookie is not None
    return cookie.value


def without_token(page: str) -> str:
    before, _, after = page.partition('name="csrf_token" value="')
    return before + after.partition('"')[2]
