"""Signing in with a password where the city uses Firebase, against Google's own Auth emulator.

The phone asks Google's host, as it would anywhere, and the browser takes what it asks there to the
emulator: the client has no switch for it, and its page's policy is the real one.
"""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_google import encoded, fake_google
from firebase_emulator import GOOGLE, PROJECT, Emulator, NotInstalled, firebase_emulator
from looks import WHOLE, Eyes, Look
from playwright.sync_api import expect
from sites import Site, served_site
from worlds import a_report

pytestmark = pytest.mark.slow
WEB = json.dumps({"apiKey": "public", "authDomain": f"{PROJECT}.firebaseapp.com"})
ADDRESS, PASSWORD, OTHER = "quillfeather@lanterns.example", "four lanterns on a quay", "three boats"
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """Google, as far as accounts go."""
    try:
        with firebase_emulator() as running:
            yield running
    except NotInstalled as reason:
        pytest.skip(str(reason))


@pytest.fixture
def site(
    sqlite_template: Path, tmp_path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    """A city that uses Firebase, on a developer's machine."""
    monkeypatch.setenv("FIREBASE_AUTH_EMULATOR_HOST", emulator.host)
    firebase = {"firebase_project": PROJECT, "firebase_web": WEB}
    with served_site(sqlite_template, tmp_path, **firebase) as site:
        yield site


@pytest.fixture
def eyes() -> Iterator[Eyes]:
    """What the page complained of, or asked of a host that is neither the city nor Google's."""
    eyes = Eyes([Look("plain", rules=WHOLE)])
    yield eyes
    assert eyes.faults == []


@pytest.fixture
def phone(new_phone: Callable[..., Any], site: Site, emulator: Emulator, eyes: Eyes) -> Any:
    """A phone in a world where Google is the emulator."""
    context = new_phone(reduced_motion="reduce")

    def pass_on(route: Any) -> None:
        route.fulfill(response=route.fetch(url=emulator.address_of(route.request.url)))

    context.route(f"https://{GOOGLE}/**", pass_on)
    return eyes.watch(context, site.url, f"https://{GOOGLE}/", forgives=True)


def test_reports_come_along_out_and_in_again(phone: Any, eyes: Eyes) -> None:
    asked: list[str] = []
    phone.context.on("request", lambda request: asked.append(request.url))
    phone.goto("/app/more/account")
    expect(phone.get_by_role("link", name="Sign in")).to_be_visible()
    command = a_report(50)
    report = {"id": str(command.id), "service_code": "POTHOLE", "description": "By the quay"}
    place = {"lon": command.lon, "lat": command.lat}
    assert phone.request.post("/v1/app/session", headers=HERE).ok
    assert phone.request.post("/v1/reports", data=report | place, headers=HERE).ok
    phone.get_by_role("link", name="Sign in").click()
    ways = type_in(phone, "boats")
    assert not any("firebase_sdk" in url for url in asked)
    ways.get_by_role("button", name="Make an account").click()
    expect(ways.get_by_text("The password is too short.")).to_be_visible()
    assert any("firebase_sdk" in url for url in asked)
    eyes.look(phone, "with a password")
    type_in(phone, PASSWORD).get_by_role("button", name="Make an account").click()
    expect(phone.get_by_text("You are signed in.")).to_be_visible()
    expect(phone.get_by_text("1 phone has brought its reports along.")).to_be_visible()
    expect_report(phone)

    phone.goto("/app/more/account")
    phone.get_by_role("button", name="Sign out").click()
    expect(phone.get_by_text("You are signed out.")).to_be_visible()
    phone.goto("/app/reports")
    expect(phone.get_by_text("You have not reported or followed anything")).to_be_visible()
    phone.goto("/app/more/account/sign-in")
    enter(phone, OTHER)
    expect(phone.get_by_role("alert")).to_have_text("The address or the password is not right.")
    enter(phone, PASSWORD)
    expect(phone.get_by_text("You are signed in.")).to_be_visible()
    expect_report(phone)

    # Nothing of Google's stays on the phone.
    assert phone.evaluate("localStorage.length") == 0
    assert [one["name"] for one in phone.evaluate("indexedDB.databases()")] == ["evenward"]


def test_a_forgotten_password_is_set_anew_and_nobody_learns_who_has_one(
    phone: Any, emulator: Emulator
) -> None:
    address = "owl@lanterns.example"
    emulator.new_token(address, PASSWORD)
    phone.goto("/app/more/account/sign-in")
    for one in ("nobody@lanterns.example", address):
        ways = type_in(phone, "", one)
        ways.get_by_role("button", name="I forgot the password").click()
        expect(
            ways.get_by_text("If there is such an account, a mail is on its way.")
        ).to_be_visible()
        phone.reload()
    emulator.set_password(address, OTHER)
    enter(phone, PASSWORD, address)
    expect(phone.get_by_role("alert")).to_be_visible()
    enter(phone, OTHER, address)
    expect(phone.get_by_text("You are signed in.")).to_be_visible()


def test_the_emulators_word_counts_only_beside_the_emulator(
    site: Site, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = emulator.new_token("fox@lanterns.example", PASSWORD)
    assert status_of(site, token) == 201
    assert status_of(site, changed(token, aud="another-city")) == 401
    assert status_of(site, changed(token, sub="")) == 401
    # As in production, where the program does not even start while the variable is set.
    monkeypatch.delenv("FIREBASE_AUTH_EMULATOR_HOST")
    with fake_google(tmp_path) as google:
        for name, value in google.environment.items():
            monkeypatch.setenv(name, value)
        assert status_of(site, google.token(PROJECT)) == 201
        assert status_of(site, token) == 401
        assert status_of(site, google.token(PROJECT, iat=1, exp=2)) == 401
        assert status_of(site, changed(google.token(PROJECT), sub="mayor")) == 401


def type_in(phone: Any, password: str, address: str = ADDRESS) -> Any:
    """The part of the screen that is about passwords, filled."""
    ways = phone.get_by_role("region", name="With a password")
    ways.get_by_label("E-mail address").fill(address)
    ways.get_by_label("Password").fill(password)
    return ways


def enter(phone: Any, password: str, address: str = ADDRESS) -> None:
    ways = type_in(phone, password, address)
    ways.get_by_role("button", name="Sign in with the password").click()


def expect_report(phone: Any) -> None:
    phone.goto("/app/reports")
    expect(phone.locator(".card")).to_have_count(1)
    expect(phone.locator(".card")).to_contain_text("By the quay")


def status_of(site: Site, token: str) -> int:
    """What the city answers to whoever signs in with `token`."""
    proof = {**HERE, "Authorization": f"Bearer {token}"}
    answer = site.world.client().post("/v1/accounts/sessions/outside", headers=proof)
    return int(answer.status_code)


def changed(token: str, **claims: str) -> str:
    """`token` with other claims, under the signature it had."""
    header, body, signature = token.split(".")
    own = json.loads(base64.urlsafe_b64decode(f"{body}=="))
    return f"{header}.{encoded(json.dumps(own | claims).encode())}.{signature}"
