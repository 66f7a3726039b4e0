"""Who reports: a phone with a token, somebody signed in through Firebase, or nobody in particular.

Firebase is the real firebase-admin; only Google's certificate endpoint is stood in for.
"""

import hmac
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from fake_google import FakeGoogle, encoded, fake_google, web_token
from werkzeug.test import TestResponse
from worlds import World, create_world

from backend.accounts.identify import resident_of_token
from backend.core.config import ConfigError, read_settings
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.reports.models import ServiceRequest

PROJECT = "demo-city"


@pytest.fixture(scope="module")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeGoogle]:
    """Google's certificates on loopback."""
    with fake_google(tmp_path_factory.mktemp("google")) as stand_in:
        yield stand_in


@pytest.fixture
def firebase_city(sqlite_city: World, google: FakeGoogle, monkeypatch: pytest.MonkeyPatch) -> World:
    """A city that takes Firebase sign-ins and reaches Google through the stand-in."""
    for name, value in google.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("FIREBASE_AUTH_EMULATOR_HOST", raising=False)
    google.is_up = True
    return create_world(sqlite_city.data_dir, firebase_project=PROJECT)


@pytest.fixture
def emulator_city(sqlite_city: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A developer's city beside the Firebase emulator."""
    monkeypatch.setenv("FIREBASE_AUTH_EMULATOR_HOST", "127.0.0.1:9099")
    return create_world(sqlite_city.data_dir, firebase_project=PROJECT)


def send(world: World, number: int, token: str | None) -> TestResponse:
    report = {
        "id": f"01890000-0000-7000-8000-{number:012d}",
        "service_code": "POTHOLE",
        "description": "A deep hole",
        "lat": 50.002,
        "lon": 10.002,
    }
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer: TestResponse = world.client().post("/v1/reports", json=report, headers=headers)
    return answer


def reporters(world: World) -> list[str | None]:
    """The reporter hashes in the order of the reports' ids."""
    with world.app.app_context():
        rows = current_session().query(ServiceRequest.reporter_hash)
        return [row.reporter_hash for row in rows.order_by(ServiceRequest.id)]


def hmac_of(google: FakeGoogle, signed: str) -> bytes:
    """A signature with what everybody may read, taken for a secret."""
    return hmac.digest(google.certificates(), signed.encode(), "sha256")


def emulator_token(user: str) -> str:
    now = int(datetime.now(UTC).timestamp())
    issuer = f"https://securetoken.google.com/{PROJECT}"
    claims = {"iss": issuer, "aud": PROJECT, "sub": user, "iat": now, "exp": now + 3600}
    return web_token({"alg": "none"}, claims) + "."


def test_a_device_token_works_in_its_own_city_only(sqlite_city: World, tmp_path: Path) -> None:
    token = sqlite_city.client().post("/v1/devices").get_json()["token"]
    assert send(sqlite_city, 1, token).status_code == 201
    assert send(sqlite_city, 2, token[:-1] + "_").status_code == 401
    (own,) = reporters(sqlite_city)
    salted_otherwise = create_world(sqlite_city.data_dir, hash_key="another city's salt")
    with salted_otherwise.app.app_context():
        runtime = current_runtime()
        now = runtime.clock.now()
        other = resident_of_token(current_session(), runtime, token, now).reporter
    assert None not in {own, other}
    assert own != other
    assert token.encode() not in (sqlite_city.data_dir / "city.sqlite3").read_bytes()


def test_without_firebase_its_tokens_mean_nothing(sqlite_city: World, google: FakeGoogle) -> None:
    assert send(sqlite_city, 1, google.token(PROJECT)).status_code == 401
    assert reporters(sqlite_city) == []


def test_a_signed_token_stands_for_one_person(firebase_city: World, google: FakeGoogle) -> None:
    for number, user in enumerate(("user-1", "user-1", "user-2")):
        assert send(firebase_city, number, google.token(PROJECT, user)).status_code == 201
    first, again, other = reporters(firebase_city)
    assert first == again != other
    assert first is not None
    assert "user-1" not in first
    assert set(google.asked) == {"www.googleapis.com:443"}


def test_signing_in_needs_no_file_of_a_service_account(
    firebase_city: World, google: FakeGoogle
) -> None:
    """The file is for pushing alone: what becomes of it later ends nobody's signing in."""
    account = google.service_account(PROJECT)
    city = create_world(
        firebase_city.data_dir, firebase_project=PROJECT, firebase_credentials=account
    )
    account.unlink()
    assert send(city, 1, google.token(PROJECT)).status_code == 201
    assert send(city, 2, google.token(PROJECT)[:-1]).status_code == 401


def test_the_app_in_a_browser_turns_it_into_its_cookie_once(
    firebase_city: World, google: FakeGoogle
) -> None:
    browser, here = firebase_city.client(), {"Sec-Fetch-Site": "same-origin"}
    proof = {"Authorization": f"Bearer {google.token(PROJECT, 'user-1')}"}
    address = "/v1/accounts/sessions/outside"
    browser.post("/v1/app/session", headers=here)
    assert send(firebase_city, 1, google.token(PROJECT, "user-1")).status_code == 201
    report = {"id": str(UUID(int=(7 << 76) | (2 << 62) | 2)), "service_code": "POTHOLE"}
    place = {"description": "A hole", "lat": 50.002, "lon": 10.002}
    assert browser.post("/v1/reports", json=report | place, headers=here).status_code == 201

    assert browser.post(address, headers=proof).status_code == 403
    assert browser.post(address, headers=here).status_code == 401
    opened = browser.post(address, headers=here | proof)
    assert (opened.status_code, opened.get_json()["token"]) == (201, None)
    who = browser.get("/v1/me").get_json()
    assert who["account"]["kind"] == "outside"
    assert who["account"]["address"] == ""
    # What they reported with the token, and what this browser did before.
    assert len(browser.get("/v1/me/reports").get_json()["reports"]) == 2
    elsewhere = firebase_city.client()
    assert elsewhere.post(address, headers=here | proof).status_code == 201
    assert elsewhere.get("/v1/me").get_json()["account"] == who["account"]
    assert elsewhere.delete("/v1/me/data", headers=here).status_code == 200
    assert browser.get("/v1/me").status_code == 401


def test_the_first_tokens_may_come_at_the_same_moment(
    firebase_city: World, google: FakeGoogle
) -> None:
    token = google.token(PROJECT)
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda number: send(firebase_city, number, token), range(4))
        assert [answer.status_code for answer in answers] == [201] * 4


def test_a_token_that_proves_nothing_is_refused(
    firebase_city: World, google: FakeGoogle, subtests: pytest.Subtests
) -> None:
    now = int(datetime.now(UTC).timestamp())
    header, claims, signature = google.token(PROJECT).split(".")
    mayor = google.token(PROJECT, "mayor").split(".")[1]
    shared_secret = web_token({"alg": "HS256", "kid": "google-1"}, {"sub": "mayor", "aud": PROJECT})
    tokens = {
        "expired": google.token(PROJECT, iat=now - 7200, exp=now - 3600),
        "of another project": google.token("another-city"),
        "from another issuer": google.token(PROJECT, iss="https://evil.example"),
        "of nobody": google.token(PROJECT, user=""),
        "not yet valid": google.token(PROJECT, iat=now + 3600, exp=now + 7200),
        "tampered with": f"{header}.{mayor}.{signature}",
        "cut off": f"{header}.{claims}.",
        "unsigned": emulator_token("mayor"),
        "signed by somebody else": FakeGoogle(google.folder).token(PROJECT),
        "signed with a shared secret": f"{shared_secret}.{encoded(hmac_of(google, shared_secret))}",
        "no token": "no.token.atall",
    }
    for label, token in tokens.items():
        with subtests.test(token=label):
            answer = send(firebase_city, 1, token)
            assert answer.status_code == 401
            assert answer.get_json(force=True)["type"].endswith("/problems/token-not-valid")
    assert reporters(firebase_city) == []


def test_while_google_is_away_reports_need_no_name(
    firebase_city: World, google: FakeGoogle
) -> None:
    google.is_up = False
    refused = send(firebase_city, 1, google.token(PROJECT))
    assert (refused.status_code, refused.mimetype) == (503, "application/problem+json")
    assert refused.get_json(force=True)["type"].endswith("/identity-provider-unreachable")
    assert send(firebase_city, 1, None).status_code == 201
    device = firebase_city.client().post("/v1/devices").get_json()["token"]
    assert send(firebase_city, 2, device).status_code == 201
    google.is_up = True
    assert send(firebase_city, 3, google.token(PROJECT)).status_code == 201


def test_beside_the_emulator_unsigned_tokens_are_taken(emulator_city: World) -> None:
    for number, user in enumerate(("user-1", "user-1", "user-2")):
        assert send(emulator_city, number, emulator_token(user)).status_code == 201
    first, again, other = reporters(emulator_city)
    assert first == again != other


def test_production_does_not_start_beside_the_emulator() -> None:
    environment = {"EVENWARD_MODE": "production", "FIREBASE_AUTH_EMULATOR_HOST": "127.0.0.1:9099"}
    with pytest.raises(ConfigError, match="FIREBASE_AUTH_EMULATOR_HOST"):
        read_settings(environment)
