"""Two cities in one process: nothing of one is of any use at the other's door."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cycles import DATES, make_cycle
from flask import Flask
from flask.testing import FlaskClient
from proposing import ANNA, a_proposal
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import Client, TestResponse
from worlds import ANALYST, IN_SW, NOON, PASSWORD, STAFF, World, a_report, csrf, found

from backend.accounts.ask_for_code import ask_for_code
from backend.accounts.codes import code_of
from backend.accounts.contact_address import read_address
from backend.accounts.models import SignInCode
from backend.accounts.resident_sign_in import sign_in_with_code
from backend.app import create_installation
from backend.ballots.cycle.phases import Phase
from backend.ballots.import_election import import_election
from backend.ballots.proposals.submit_proposal import submit_proposal
from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.clock import SettableClock
from backend.core.config import ConfigError, Settings
from backend.core.db import Base, db
from backend.core.uow import UnitOfWork, unit_of_work
from backend.delivery.notices.carriers import make_vapid_key
from backend.places.describe_city import describe_city, lay_ground
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.import_services import import_services
from backend.reports.models import Service
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload
from backend.reports.workflow import State
from backend.triage.weight_sets import ProposeWeights, propose_weights

pytestmark = pytest.mark.slow
HOSTS = {"alpha.example": "Alpha", "beta.example": "Beta"}
ELECTION = """META
key;value
description;{mark} playgrounds
unit;{mark}
num_projects;1
num_votes;1
budget;10
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name
1;6;{mark} swings
VOTES
voter_id;vote
1;1
"""


SIGN_IN = "/v1/desk/sessions"
APP = "evenward-app"
# Who votes shows a token to nobody, so that none is read there; nor where the app begins, or where
# somebody looks for a place.
NOBODYS = ("api_voting.", "api_app_start.", "api_place_search.")
# A piece of the map has an address everywhere on earth.
TILE = {"zoom": 10, "column": 540, "row": 347}


@dataclass(frozen=True)
class Town:
    """One city with everything somebody could carry to the other: ids, cookies, tokens."""

    app: Flask
    host: str
    mark: str
    numbers: tuple[str, ...]
    arguments: dict[str, Any]
    cookies: dict[Role, str]
    token: str
    staff_token: str
    csrf_token: str

    @property
    def base_url(self) -> str:
        return f"http://{self.host}"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, list[Town]]]:
    """The program that serves both, and the two, each with data that bears its name."""
    folder = tmp_path_factory.mktemp("cities")
    tables = [
        f'[[city]]\nhosts = ["{host}", "www.{host}"]\ndata_dir = "{folder / mark}"\n'
        'sign_in_limit = "1000 per minute"\nreport_limit = "1000 per minute"\n'
        'export_limit = "1000 per minute"\n'
        for host, mark in HOSTS.items()
    ]
    (folder / "cities.toml").write_text("".join(tables))
    apps, program = create_installation(Settings(cities=folder / "cities.toml", proxy_hops=1))
    assert apps["alpha.example"] is apps["www.alpha.example"] is not apps["beta.example"]
    yield (
        Client(program, use_cookies=False),
        [furnish(apps[host], host, mark) for host, mark in HOSTS.items()],
    )
    for host in HOSTS:
        with apps[host].app_context():
            db.engine.dispose()


def furnish(app: Flask, host: str, mark: str) -> Town:
    world = found(World(app, SettableClock(NOON), Path()))
    with app.app_context():
        with unit_of_work(OPERATOR) as work:
            describe_city(work, name=f"{mark}ville", time_zone="UTC")
            lay_ground(work, "water", [])
            work.session.execute(
                sa.text("UPDATE district SET name = :mark || name"), {"mark": mark}
            )
            work.session.execute(sa.text("UPDATE service SET name = :mark || name"), {"mark": mark})
            slug = import_election(work, ELECTION.format(mark=mark).encode()).election.slug
        make_cycle(slug=slug, title=f"{mark} budget")
        with unit_of_work(ANNA) as work:
            work.now = DATES[Phase.IDEAS].starts_at
            draft = a_proposal(1, cycle=slug, title=f"{mark} swings")
            proposal = submit_proposal(work, draft).number
        with unit_of_work(ANONYMOUS) as work:
            contact = {"name": f"{mark} person"}
            one = file_report(work, a_report(1, IN_SW, description=f"{mark} hole", contact=contact))
            other = file_report(work, a_report(2, IN_SW, description=f"{mark} crack"))
            numbers = (one.number, other.number)
        with unit_of_work(STAFF) as work:
            change_status(work, ChangeStatus(numbers[0], State.REFUSED, 1, f"{mark} reason"))
        with unit_of_work(ANALYST) as work:
            weights = propose_weights(work, ProposeWeights("run", [], 1.0)).id
            own_service = Service(
                code=f"ONLY-{mark.upper()}", name=f"{mark} only", severity_band=3, target_hours=9
            )
            import_services(work, [own_service])
        with unit_of_work(ANONYMOUS) as work:
            token = session_of(work, mark)
            slot = uuid.uuid5(uuid.NAMESPACE_DNS, host)
            open_upload(work, OpenUpload(slot, a_report(1).id, 100))
            # Else it is made for whoever asks first.
            make_vapid_key(work)
        db.session.remove()
    name = {"username": Role.ADMIN.value, "password": PASSWORD}
    staff_token = world.client().post(SIGN_IN, json=name).get_json()["token"]
    staff = {role: world.signed_in(role) for role in (Role.WARD_STAFF, Role.ANALYST, Role.ADMIN)}
    return Town(
        app, host, mark, numbers,
        {
            "number": numbers[0], "proposal": proposal, "id": weights, "slug": slug,
            "slot": slot, "registration": slot, "code": f"ONLY-{mark.upper()}", "form": "json",
            "name": "result.json", "language": "de", "part": "citywide", "at": "1",
            "filename": "no-such-file", "path": "no-such-screen", "size": 192, "version": 1,
            "token": f"token-{host[0]}",
        },
        {role: cookie_of(one) for role, one in staff.items()},
        token, staff_token, csrf(staff[Role.ADMIN], f"/desk/incidents/{numbers[1]}"),
    )  # fmt: skip


def session_of(work: UnitOfWork, mark: str) -> str:
    """The token of a resident who signed in with a code."""
    address = read_address(f"{mark}@lanterns.example", "")
    ask_for_code(work, address)
    code = work.session.scalars(sa.select(SignInCode)).one()
    session = sign_in_with_code(work, address, code_of(work.runtime.settings.hash_key, code.id))
    assert session is not None
    return session.token


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("evenward")
    assert cookie is not None
    return f"evenward={cookie.value}"


def calls(town: Town) -> Iterator[tuple[Rule, str, str]]:
    """Every route of a city with every method and the ids that mean something there."""
    adapter = town.app.url_map.bind(town.host)
    for rule in town.app.url_map.iter_rules():
        arguments = {
            name: 1
            if isinstance(rule._converters[name], IntegerConverter) and name not in TILE
            else known
            for name, known in (town.arguments | TILE).items()
            if name in rule.arguments
        }
        if "/proposals/" in rule.rule and "number" in arguments:
            arguments["number"] = town.arguments["proposal"]
        for method in sorted(rule.methods or ()):
            yield rule, method, adapter.build(rule.endpoint, arguments, method=method)


def body_for(town: Town, rule: Rule) -> dict[str, Any]:
    """What a caller with the town's ids would send: a form, or JSON where the face speaks it."""
    if rule.rule.startswith("/v1/"):
        return {
            "json": {
                "id": str(a_report(77).id),
                "service_code": "POTHOLE",
                "description": "A repeat of what is elsewhere",
                "lat": IN_SW[1],
                "lon": IN_SW[0],
                "repeat_of": town.numbers[1],
            }
        }
    form = {
        "csrf_token": town.csrf_token, "to": "triaged", "version": "1", "reason": "r",
        "target": town.numbers[1], "outcome": "found", "strength": "1", "decision": "approve",
        "username": "admin", "password": PASSWORD, "next": "/desk/queue",
    }  # fmt: skip
    return {"data": form}


def rows_of(town: Town) -> dict[str, list[tuple[Any, ...]]]:
    with town.app.app_context(), db.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table))]
            for table in Base.metadata.sorted_tables
        }


def test_every_route_of_one_with_what_belongs_to_the_other(
    installation: tuple[Client, list[Town]],
) -> None:
    client, towns = installation
    for own, foreign in (towns, towns[::-1]):
        before = rows_of(own), rows_of(foreign)
        tried = 0
        for rule, method, path in calls(foreign):
            for headers in carried(foreign, rule):
                answer = client.open(
                    path, method=method, base_url=own.base_url, headers=headers,
                    **(body_for(foreign, rule) if method == "POST" else {}),
                )  # fmt: skip
                where = (method, path, answer.status_code)
                assert foreign.mark.encode() not in answer.data, where
                assert answer.status_code < 500, where
                assert is_kept_out(own, rule, method, headers, answer), where
                answer.close()
                tried += 1
        assert tried > 100
        after = rows_of(own), rows_of(foreign)
        # Anybody may have a token here, whatever other cookies the browser brings.
        del before[0]["device"], after[0]["device"]
        assert after == before


def carried(town: Town, rule: Rule) -> list[dict[str, str]]:
    """The credentials a visitor from `town` may bring along."""
    bearer = bearer_for(town, rule)
    cookie = {"Cookie": town.cookies[Role.ADMIN]}
    token, tus = {"Authorization": bearer}, {"Tus-Resumable": "1.0.0"}
    tried = [cookie | tus, token | tus, cookie | token | tus]
    if rule.rule.startswith("/v1/"):
        tried.append({"Cookie": f"{APP}={town.token}", "Sec-Fetch-Site": "same-origin"} | tus)
    return tried


def bearer_for(town: Town, rule: Rule) -> str:
    """The token its phones show, or that of its staff where staff are asked for theirs."""
    is_desk = rule.rule.startswith("/v1/desk/")
    return f"Bearer {town.staff_token if is_desk else town.token}"


def is_kept_out(
    own: Town, rule: Rule, method: str, headers: dict[str, str], answer: TestResponse
) -> bool:
    """A foreign visitor is nobody here: staff's routes and written forms do not open."""
    if method == "OPTIONS":
        return answer.data == b""
    is_asked = rule.rule != SIGN_IN and not rule.endpoint.startswith(NOBODYS)
    # What a browser kept of another city is put aside where it is given a token of this one.
    is_shown = APP in headers.get("Cookie", "") and not rule.endpoint.startswith("api_app.")
    is_shown |= "Authorization" in headers
    if rule.rule.startswith("/v1/") and is_asked and is_shown:
        return answer.status_code == 401
    view = own.app.view_functions[rule.endpoint]
    view = getattr(getattr(view, "view_class", None), method.lower(), view)
    roles = getattr(view, "evenward_access", None)
    is_for_staff = roles is not None and roles.roles is not None
    is_form = method == "POST" and not rule.rule.startswith("/v1/")
    # The form an answer takes is nobody's, nor are the files of the app or a piece of the map.
    is_of_somebody = bool(rule.arguments - {"form", *TILE}) and not rule.endpoint.startswith(
        "client."
    )
    if is_for_staff or is_form or is_of_somebody:
        return answer.status_code in {302, 303, 400, 401, 403, 404, 410, 415, 422} and (
            answer.status_code not in {302, 303} or "/sign-in" in answer.headers["Location"]
        )
    return True


def test_the_same_routes_open_at_home(installation: tuple[Client, list[Town]]) -> None:
    """So that what is refused abroad is refused for being foreign."""
    client, towns = installation
    for town in towns:
        opened, showing = 0, 0
        for rule, method, path in calls(town):
            if method != "GET":
                continue
            bearer = {"Authorization": bearer_for(town, rule)}
            headers = {"Cookie": town.cookies[Role.ADMIN]} | bearer
            answer = client.get(path, base_url=town.base_url, headers=headers)
            if "filename" not in rule.arguments and "slug" not in rule.arguments:
                assert answer.status_code in {200, 302, 404, 410, 422}, path
            opened += answer.status_code == 200
            showing += town.mark.encode() in answer.data
            answer.close()
        assert opened > 40
        assert showing > 20


def test_the_host_name_chooses_the_city(installation: tuple[Client, list[Town]]) -> None:
    client, _ = installation
    at = {"lat": IN_SW[1], "lon": IN_SW[0]}
    for host, mark in HOSTS.items():
        for name in (host, host.upper(), f"www.{host}", f"{host}:8000"):
            answer = client.get("/v1/places/at", query_string=at, base_url=f"http://{name}")
            assert answer.json["district"]["name"].startswith(mark)
    # What anybody can say of a host besides it chooses neither the city nor what its links name.
    said = {"X-Forwarded-Host": "beta.example", "X-Forwarded-Port": "81"}
    for host in ("alpha.example", "gamma.example"):
        answer = client.get("/embed", base_url=f"http://{host}", headers=said)
        assert answer.status_code == (200 if host in HOSTS else 421)
        assert not re.search(r"Beta|beta\.example|:81", answer.text)
    for name in ("gamma.example", "example", "127.0.0.1", "alpha.example.evil.example", "[::1]"):
        answer = client.get("/v1/services", base_url=f"http://{name}")
        assert answer.status_code == 421
        assert answer.json["status"] == 421
        assert answer.content_type == "application/problem+json"
        assert not re.search("Alpha|Beta", answer.text)


def test_keys_and_files_are_apart(installation: tuple[Client, list[Town]]) -> None:
    _, (one, other) = installation
    mine, theirs = (town.app.extensions["evenward"].settings for town in (one, other))
    for name in ("data_dir", "sqlalchemy_url", "hash_key", "secret_keys", "field_keys"):
        assert getattr(mine, name) != getattr(theirs, name), name
    sealed = rows_of(one)["contact"][0]
    ring = one.app.extensions["evenward"].keyring
    assert ring.open(sealed[1], sealed[0].bytes) == {"name": "Alpha person"}
    with pytest.raises(ConfigError, match=r"field key|does not belong"):
        other.app.extensions["evenward"].keyring.open(sealed[1], sealed[0].bytes)
    files = [path for path in mine.data_dir.rglob("*") if path.is_file()]
    assert files
    assert not any(b"Beta" in path.read_bytes() for path in files)
