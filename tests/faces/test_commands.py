"""The operator's command line: what it does, and one clear sentence where it cannot."""

import csv
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do
from click.testing import CliRunner, Result
from full_city import ELECTION
from postgres import PostgresServer
from reused_database import ReusedDatabase
from worlds import (
    FIELD_KEY,
    IN_SE,
    PASSWORD,
    SOUTH,
    STAFF,
    WEST,
    World,
    a_report,
    create_world,
    opened_city,
)

from backend.__main__ import main
from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.config import Settings, environment_name
from backend.core.keys import new_field_key, new_keys
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.models import Incident
from backend.reports.workflow import State

ROOT = Path(__file__).parents[2]


class Operator:
    """Somebody at the shell of one installation; `environment` is what is exported there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "EVENWARD_DATA_DIR": str(folder),
            "EVENWARD_SECRET_KEYS": "secret 1",
            "EVENWARD_FIELD_KEYS": FIELD_KEY,
            "EVENWARD_HASH_KEY": "hash 1",
        }

    def run(self, *command: str, **environment: str) -> Result:
        return CliRunner().invoke(main, command, env={**self.environment, **environment})

    def does(self, *command: str, **environment: str) -> str:
        """The output of a command that must succeed."""
        result = self.run(*command, **environment)
        assert result.exit_code == 0, result.output
        return result.stdout

    def is_refused(self, *command: str, **environment: str) -> str:
        """What a command says that must fail: whole sentences, and no traceback."""
        result = self.run(*command, **environment)
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit)
        words = result.stderr.strip()
        assert "Traceback" not in words
        assert words.endswith((".", "upgrade"))
        assert "{" not in words
        return words

    def write(self, name: str, content: str | bytes | dict[str, Any]) -> str:
        path = self.folder / name
        if isinstance(content, dict):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)


@pytest.fixture
def empty(tmp_path: Path) -> Operator:
    """An installation without a database."""
    return Operator(tmp_path)


@pytest.fixture
def operator(empty: Operator, sqlite_template: Path) -> Operator:
    """An installation with a founded city."""
    shutil.copy(sqlite_template, empty.folder / "city.sqlite3")
    return empty


@pytest.fixture
def world(operator: Operator) -> Iterator[World]:
    """The operator's city as others meet it; its keys are those the operator has exported."""
    with opened_city(operator.folder) as world:
        yield world


def squares(*sides: float, **properties: str) -> dict[str, Any]:
    """A GeoJSON of square districts in a row, each as wide as its side."""
    features, west = [], WEST
    for number, side in enumerate(sides):
        ring = [[west, SOUTH], [west + side, SOUTH], [west + side, SOUTH + 0.02]]
        ring += [[west, SOUTH + 0.02], [west, SOUTH]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        about = {"code": f"D{number}", "label": f"District {number}", **properties}
        features.append({"type": "Feature", "geometry": shape, "properties": about})
        west += side
    return {"type": "FeatureCollection", "features": features}


REQUESTS = f"""service_request_id,requested_datetime,service_name,description,lat,long
1,2025-06-01T10:00:00Z,Pothole,A deep hole,{IN_SE[1]},{IN_SE[0]}
2,2025-06-02T10:00:00Z,Graffiti,On the bridge,{IN_SE[1]},{IN_SE[0]}
3,some day,Pothole,A hole,{IN_SE[1]},{IN_SE[0]}
4,2025-06-02T10:00:00Z,Pothole,A hole,north,{IN_SE[0]}
"""


def test_config_names_every_setting_and_hides_secrets(empty: Operator) -> None:
    shown = empty.does("config", EVENWARD_DATABASE_URL="postgresql://city:hunter2@db/city")
    lines = shown.splitlines()
    for name in Settings.__dataclass_fields__:
        at = next(n for n, line in enumerate(lines) if line.startswith(environment_name(name)))
        assert lines[at + 1].strip().endswith(".")
    for secret in ("hunter2", "secret 1", FIELD_KEY, "hash 1"):
        assert secret not in shown
    assert "EVENWARD_DATABASE_URL = (set)" in lines


def test_a_setting_that_cannot_be_is_refused(empty: Operator) -> None:
    assert "EVENWARD_PORT" in empty.is_refused("config", EVENWARD_PROT="80")
    assert "EVENWARD_PORT" in empty.is_refused("config", EVENWARD_PORT="eighty")
    assert "EVENWARD_MODE" in empty.is_refused("config", EVENWARD_MODE="careless")


def test_fresh_keys_are_enough_for_production(empty: Operator) -> None:
    printed = empty.does("config", "new-keys")
    empty.environment |= dict(line.split("=", 1) for line in printed.splitlines())
    assert printed != empty.does("config", "new-keys")
    empty.does("db", "upgrade", EVENWARD_MODE="production")


@pytest.mark.slow
def test_a_city_goes_on_with_the_keys_of_its_development(empty: Operator) -> None:
    """Nobody starts a city whose log would take nothing more, and the refusal says what to do."""
    names = ("SECRET_KEYS", "FIELD_KEYS", "HASH_KEY")
    for name in names:
        empty.environment.pop(f"EVENWARD_{name}")
    empty.does("db", "upgrade")
    kept = json.loads((empty.folder / "development-keys.json").read_text())
    printed = empty.does("config", "new-keys").splitlines()
    production = {"EVENWARD_MODE": "production"} | dict(line.split("=", 1) for line in printed)
    staff = ("staff", "add", "ada", "--role", "admin", "--password", "a long enough word")
    for program in ("serve", "worker"):
        words = empty.is_refused(program, **production)
        assert words.startswith("Error: EVENWARD_HASH_KEY is not the key")
        assert str(empty.folder / "development-keys.json") in words
    assert "EVENWARD_HASH_KEY" in empty.is_refused(*staff, **production)
    production |= {f"EVENWARD_{name}": kept[name.lower()] for name in names}
    empty.does(*staff, **production)
    # A name that leads nowhere (RFC 6761).
    words = empty.is_refused("serve", **production, EVENWARD_HOST="nowhere.invalid")
    assert "nowhere.invalid:8000: There is no such address" in words


def test_a_folder_that_cannot_be_made_is_named(empty: Operator) -> None:
    empty.write("file", "")
    for folder in (empty.folder / "file", empty.folder / "file" / "var"):
        for keys in ({}, {"EVENWARD_HASH_KEY": ""}):
            words = empty.is_refused("db", "upgrade", EVENWARD_DATA_DIR=str(folder), **keys)
            assert f"The folder {folder} of EVENWARD_DATA_DIR" in words


def test_a_folder_that_is_mistyped_is_named_and_not_made(empty: Operator) -> None:
    for folder in (empty.folder / "lanten" / "quay", empty.folder):
        for command in ("log verify", "db show", "staff list", "keys rotate", "serve", "worker"):
            words = empty.is_refused(*command.split(), EVENWARD_DATA_DIR=str(folder))
            assert f"There is no city in {folder} (EVENWARD_DATA_DIR)" in words
    other = f"sqlite:///{empty.folder}/else/city.sqlite3"
    words = empty.is_refused("staff", "list", EVENWARD_DATABASE_URL=other)
    assert f"in {empty.folder / 'else'} (EVENWARD_DATABASE_URL)" in words
    assert list(empty.folder.iterdir()) == []


def test_a_database_nobody_may_open_says_where_it_is(operator: Operator) -> None:
    city = operator.folder / "city.sqlite3"
    city.rename(operator.folder / "kept")
    city.mkdir()
    words = operator.is_refused("staff", "list")
    assert f"unable to open database file. It lies in {operator.folder} (EVENWARD_DATA" in words


@pytest.mark.postgis
def test_a_server_that_lets_nobody_in_is_told_in_sentences(
    operator: Operator, postgis_city: World, reused_database: ReusedDatabase
) -> None:
    assert postgis_city
    url = sa.make_url(reused_database.url)
    refused = {
        url.set(port=1): "EVENWARD_DATABASE_URL has the right user, password, host and name",
        url.set(database="no_such_city"): "EVENWARD_DATABASE_URL has the right user, password",
    }
    for one, remedy in refused.items():
        shown = one.render_as_string(hide_password=False)
        words = operator.is_refused("staff", "list", EVENWARD_DATABASE_URL=shown)
        assert remedy in words
        assert ".." not in words
        assert "?." not in words


@pytest.mark.postgis
def test_who_may_not_make_postgis_is_told_who_may(
    operator: Operator, postgres: PostgresServer
) -> None:
    name = "evenward_bare_city"
    postgres.execute(f"CREATE ROLE {name} LOGIN")
    postgres.execute(f"CREATE DATABASE {name} OWNER {name}")
    try:
        url = postgres.url(name).replace("postgres@", f"{name}@")
        words = operator.is_refused("db", "upgrade", EVENWARD_DATABASE_URL=url)
    finally:
        postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")
        postgres.execute(f"DROP ROLE {name}")
    assert 'permission denied to create extension "postgis"' in words
    assert 'psql --dbname=NAME --command="CREATE EXTENSION postgis"' in words


def test_a_city_is_not_taken_up_with_other_keys(operator: Operator) -> None:
    """A restored city whose keys are missing: none are made for it, and nothing is changed."""
    for name in ("SECRET_KEYS", "FIELD_KEYS", "HASH_KEY"):
        operator.environment.pop(f"EVENWARD_{name}")
    kept = operator.folder / "development-keys.json"
    sealed = "EVENWARD_HASH_KEY is not the key that sealed this city's decision log"
    commands = (("db", "upgrade"), ("staff", "list"), ("keys", "rotate"), ("log", "verify"))
    for command in (*commands, ("worker",)):
        assert sealed in operator.is_refused(*command)
        assert not kept.exists()
    others = operator.write(kept.name, json.dumps(new_keys()))
    words = operator.is_refused("staff", "list")
    assert sealed in words
    assert others not in words
    assert kept.exists()


def test_a_data_folder_that_takes_nothing_more_is_said_in_a_sentence(operator: Operator) -> None:
    """As on a full disk, huey's file cannot be opened."""
    (operator.folder / "nudges.sqlite3").mkdir()
    words = operator.is_refused("worker")
    assert words.startswith("Error: The data folder cannot be used: unable to open database file.")


@pytest.mark.slow
def test_what_only_reads_needs_nothing_but_the_file(operator: Operator) -> None:
    """As on a medium that cannot be written; root is made to mind what a file's mode says."""
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("no setpriv is installed (Debian: util-linux)")
    (operator.folder / "city.sqlite3").chmod(0o400)
    operator.folder.chmod(0o500)
    powerless = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []
    try:
        for command, words in (
            (("log", "verify"), "whole and in order"),
            (("staff", "list"), "ward_staff"),
            (("staff", "disable", "admin"), "readonly database"),
        ):
            run = subprocess.run(
                [*powerless, sys.executable, "-m", "backend", *command],
                cwd=ROOT,
                env={"PATH": "/usr/bin:/bin", **operator.environment},
                capture_output=True,
                text=True,
            )
            assert words in run.stdout + run.stderr
    finally:
        operator.folder.chmod(0o700)
    assert [one.name for one in operator.folder.iterdir()] == ["city.sqlite3"]


@pytest.mark.postgis
def test_a_database_that_two_cities_share_under_two_names_is_told(
    operator: Operator, postgis_city: World, reused_database: ReusedDatabase
) -> None:
    assert postgis_city
    names = {"a": "hash 1", "b": "hash 2"}
    urls = (reused_database.url, reused_database.url.replace("127.0.0.1", "localhost"))
    tables = [
        f'[[city]]\nhosts = ["{name}.example"]\ndata_dir = "{operator.folder / name}"\n'
        f'database_url = "{url}"\nhash_key = "{key}"\n'
        for (name, key), url in zip(names.items(), urls, strict=True)
    ]
    file = {"EVENWARD_CITIES": operator.write("cities.toml", "".join(tables))}
    assert "analyst" in operator.does("--host", "a.example", "staff", "list", **file)
    for command in (("db", "upgrade"), ("staff", "list")):
        words = operator.is_refused("--host", "b.example", *command, **file)
        assert "The database of this city is that of a.example too" in words
    assert "that of a.example too" in operator.is_refused("worker", **file)


@pytest.mark.slow
def test_a_port_that_is_taken_is_named(operator: Operator) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        program = subprocess.run(
            [sys.executable, "-m", "backend", "serve"],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", **operator.environment, "EVENWARD_PORT": str(port)},
            capture_output=True,
            text=True,
        )
    assert program.returncode == 1
    assert f"Nobody can listen on 127.0.0.1:{port}: Address already in use." in program.stderr
    assert "EVENWARD_PORT" in program.stderr
    assert "Traceback" not in program.stderr


def test_a_database_of_a_newer_program_is_told_from_an_older_one(operator: Operator) -> None:
    assert "nonsense" in operator.is_refused("db", "downgrade", "nonsense", "--yes")
    with closing(sqlite3.connect(operator.folder / "city.sqlite3")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    for command in (("db", "upgrade"), ("db", "downgrade", "0044", "--yes"), ("serve",)):
        words = operator.is_refused(*command)
        assert "revision 9999, which this program does not know" in words
        assert "db upgrade" not in words


@pytest.mark.slow
def test_the_schema_moves_up_and_down_and_nothing_runs_on_an_old_one(empty: Operator) -> None:
    assert "db upgrade" in empty.is_refused("db", "show")
    assert "db upgrade" in empty.is_refused("log", "verify")
    assert "db upgrade" in empty.is_refused("serve")
    empty.does("db", "upgrade")
    newest = empty.does("db", "show").split()[-1]
    assert empty.does("db", "show").startswith(f"database {newest}")
    empty.does("db", "downgrade", "0004", "--yes")
    assert "0004" in empty.is_refused("serve")
    assert "0004" in empty.is_refused("staff", "add", "ada", "--role", "admin", "--password", "x")
    empty.does("db", "upgrade")
    assert "1 entries" in empty.does("log", "verify")


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"EVENWARD_HOST": "0.0.0.0"}, "EVENWARD_MODE=production"),
        ({"EVENWARD_MODE": "production", "EVENWARD_FIELD_KEYS": ""}, "EVENWARD_FIELD_KEYS"),
        (
            {"EVENWARD_MODE": "production", "FIREBASE_AUTH_EMULATOR_HOST": "127.0.0.1:9099"},
            "FIREBASE_AUTH_EMULATOR_HOST",
        ),
        ({"EVENWARD_FIELD_KEYS": "k1:short"}, "EVENWARD_FIELD_KEYS"),
    ],
)
def test_serving_carelessly_is_refused(
    operator: Operator, environment: dict[str, str], word: str
) -> None:
    assert word in operator.is_refused("serve", **environment)


def test_a_city_says_who_it_is_and_where_it_lies(operator: Operator) -> None:
    described = operator.does("city", "describe", "--name", "Quayside", "--time-zone", "Asia/Tokyo")
    assert "Quayside" in described
    assert "Mars" in operator.is_refused("city", "describe", "--time-zone", "Mars/Base")
    assert "Oz" in operator.is_refused("city", "describe", "--country", "Oz")
    file = operator.write("districts.geojson", squares(0.01, 0.01, 0.005))
    census = operator.write("census.csv", 'code,Pop\nD0,"1,200"\nD1,\n')
    asked = ["city", "import", "--boundaries", file, "--id", "code", "--name", "label"]
    asked += ["--census", census, "--join", "code", "--column", "population=Pop"]
    found = json.loads(operator.does(*asked, "--reread", "--json"))
    assert (found["version"], found["districts"], found["reread"]) == (2, 3, 0)
    assert found["without_figures"] == ["D2"]
    assert operator.does("city", "districts").startswith("D0  District 0\nD1  ")
    assert "The ground map has 3 shapes of water." in operator.does("city", "ground", "water", file)
    assert "0 problems" in operator.does("city", "reread")


def test_boundaries_that_cannot_be_used_change_nothing(operator: Operator) -> None:
    good = operator.write("good.geojson", squares(0.01, 0.01))
    for content, column, word in (
        ("no map at all", "code", "bad.geojson"),
        ({"type": "FeatureCollection", "features": []}, "code", "bad.geojson"),
        (squares(0.01, 0.01), "ward", "ward"),
        (squares(0.01, 0.01, code="D7"), "code", "D7"),
    ):
        bad = operator.write("bad.geojson", content)
        asked = ["city", "import", "--boundaries", bad, "--id", column, "--name", "label"]
        assert word in operator.is_refused(*asked)
    asked = ["city", "import", "--boundaries", good, "--id", "code", "--name", "label"]
    assert "nowhere.csv" in operator.is_refused(
        *asked, "--census", "nowhere.csv", "--join", "code", "--column", "population=Pop"
    )
    missing = ["city", "import", "--boundaries", "nowhere.shp", "--id", "a", "--name", "b"]
    assert "nowhere.shp" in operator.is_refused(*missing)
    assert "version 2" in operator.does(*asked)


def test_requests_go_in_once_and_bad_rows_are_named(operator: Operator) -> None:
    file = operator.write("requests.csv", REQUESTS)
    result = operator.run("reports", "import", file, "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert (document["imported"], document["new_services"]) == (2, ["GRAFFITI"])
    assert [(row["line"], row["problem"]) for row in document["refused"]] == [
        (4, "row-moment-not-readable"),
        (5, "row-place-not-readable"),
    ]
    assert result.stderr.startswith("Line 4: ")
    assert "0 requests imported, 2 were here already" in operator.does("reports", "import", file)
    other = operator.write("other.csv", REQUESTS.replace("\n1,", "\n11,"))
    assert "2 rows of other.csv" in operator.is_refused("reports", "import", other, "--strict")
    assert '"imported": 1' in operator.does("reports", "import", other, "--json")


def test_files_that_are_no_requests_are_refused_whole(operator: Operator) -> None:
    for content, word in (
        (REQUESTS.replace("bridge", "brücke").encode("latin-1"), "UTF-8"),
        (REQUESTS.encode("utf-16"), "bad.csv"),
        ("", "bad.csv"),
        ("a,b\n1,2\n", "service_request_id"),
    ):
        bad = operator.write("bad.csv", content)
        assert word in operator.is_refused("reports", "import", bad)
    assert "nowhere.csv" in operator.is_refused("reports", "import", "nowhere.csv")
    good = operator.write("good.csv", REQUESTS)
    for text in ("[columns", '[columns]\nlattitude = "y"\n', 'time_zone = "Mars/Base"\n'):
        bad_map = operator.write("bad.toml", text)
        assert "bad.toml" in operator.is_refused("reports", "import", good, "--map", bad_map)
    assert "2 requests imported" in operator.does("reports", "import", good)


def test_a_file_that_is_none_is_told_from_a_folder(operator: Operator) -> None:
    file = operator.write("districts.geojson", squares(0.01))
    boundaries = ("city", "import", "--id", "code", "--name", "label", "--boundaries")
    census = ("--join", "code", "--column", "population=Pop", "--census")
    none, folder = str(operator.folder / "nope.csv"), str(operator.folder)
    for command in (
        boundaries,
        (*boundaries, file, *census),
        ("reports", "services"),
        ("reports", "import"),
        ("reports", "import", file, "--map"),
        ("reports", "catalogue", "import"),
    ):
        assert "does not exist" in operator.is_refused(*command, none)
        assert f"{folder} is a folder" in operator.is_refused(*command, folder)


def test_services_are_set_from_a_file(operator: Operator) -> None:
    header = "service_code,service_name,severity_band,target_hours\n"
    file = operator.write("services.csv", header + "TREE,Fallen tree,1,12\n")
    assert "1 services are set." in operator.does("reports", "services", file)
    for line, word in (
        ("tree,Tree,1,12", "A-Z"),
        ("TREE,Tree,5,12", "0 to 4"),
        ("TREE,Tree,1,soon", "whole numbers"),
        ("TREE,Tree,1,0", "target_hours 1 to"),
    ):
        bad = operator.write("bad.csv", f"{header}TREE,Tree,1,12\n{line}\n")
        words = operator.is_refused("reports", "services", bad)
        assert word in words
        assert "line 3" in words


def test_an_election_is_stored_once_or_not_at_all(operator: Operator, world: World) -> None:
    file = operator.write("vote.pb", ELECTION)
    assert "stored: /elections/" in operator.does("ballots", "import", file)
    assert "was here already" in operator.does("ballots", "import", file)
    for before, after in (
        ("num_votes;2", "num_votes;3"),
        ("1,2;M", "1,9;M"),
        ("1;60", "1;6x0"),
        ("budget;100", "budget;"),
        ("VOTES", "VOICES"),
    ):
        bad = operator.write("bad.pb", ELECTION.replace(before, after))
        operator.is_refused("ballots", "import", bad)
    listed = world.client().get("/elections").text
    assert listed.count('class="entry"') == 1


def test_a_rule_rehearsed_is_what_tally_says_of_the_published_file(
    operator: Operator, world: World
) -> None:
    stored = operator.write("vote.pb", ELECTION)
    operator.does("ballots", "import", stored)
    published = world.client().get("/elections/testwick-2026.pb").data
    file = operator.write("published.pb", published)
    for options in ((), ("--rule", "equal-shares", "--completion", "add1", "--explain", "--json")):
        rehearsed = operator.does("ballots", "rehearse", "testwick-2026", *options)
        assert rehearsed == operator.does("tally", file, *options)
    seeded = operator.does("tally", file, "--rule", "phragmen", "--seed", "x", "--json")
    result = ("--result", operator.write("result.json", seeded))
    assert operator.does("ballots", "rehearse", "testwick-2026", *result, "--json") == seeded
    assert "stored: /elections/testwick-2026-2" in operator.does("ballots", "import", file, *result)
    assert "another rule" in operator.is_refused("ballots", "import", stored, *result)
    clash = ("--rule", "greedy", "--completion", "add1")
    assert "completion" in operator.is_refused("ballots", "rehearse", "testwick-2026", *clash)
    assert "no-such-vote" in operator.is_refused("ballots", "rehearse", "no-such-vote")


def test_accounts_are_given_out_carefully(operator: Operator) -> None:
    add = ["staff", "add", "ada", "--role", "analyst", "--name", "Ada", "--password"]
    assert "10 characters" in operator.is_refused(*add, "short")
    assert "ada may sign in as analyst." in operator.does(*add, "a lantern on the quay")
    assert "ada" in operator.is_refused(*add, "another lantern here")
    assert operator.run("staff", "add", "eve", "--role", "resident").exit_code == 2


def test_accounts_are_taken_back_and_given_other_passwords(
    operator: Operator, world: World
) -> None:
    ward, admin = world.signed_in(Role.WARD_STAFF), world.signed_in(Role.ADMIN)
    for _ in range(2):
        assert "no more" in operator.does("staff", "disable", " Ward_Staff ")
    assert ward.get("/desk/queue").status_code == 401
    assert admin.get("/desk/queue").status_code == 200
    listed = operator.does("staff", "list").splitlines()
    assert listed == [
        "admin  admin  Admin",
        "analyst  analyst  Analyst",
        "ward_staff  ward_staff  Ward_Staff  disabled",
    ]
    new = "a bell under the bridge"
    assert "10 characters" in operator.is_refused("staff", "password", "admin", "--password", "x")
    assert admin.get("/desk/queue").status_code == 200
    assert "new password" in operator.does("staff", "password", "admin", "--password", new)
    assert admin.get("/desk/queue").status_code == 401
    for username, password, status in (
        ("admin", PASSWORD, 403),
        ("admin", new, 201),
        ("ward_staff", PASSWORD, 403),
    ):
        typed = {"username": username, "password": password}
        assert world.client().post("/v1/desk/sessions", json=typed).status_code == status
    for _ in range(2):
        assert "ward_staff again" in operator.does("staff", "enable", "WARD_STAFF")
    assert ward.get("/desk/queue").status_code == 401
    assert world.signed_in(Role.WARD_STAFF).get("/desk/queue").status_code == 200
    for command in ("disable", "enable"):
        assert "nobody" in operator.is_refused("staff", command, "nobody")
    log = world.client().get("/decisions.jsonl").text.splitlines()
    told = [json.loads(line)["action"] for line in log]
    assert told[-3:] == ["staff.disabled", "staff.password_set", "staff.enabled"]


def test_keys_rotate_and_old_ones_can_go(operator: Operator, world: World) -> None:
    with unit_of_work(ANONYMOUS) as work:
        report = a_report(1, contact={"phone": "030 5550100"})
        number = file_report(work, report).number
    new = new_field_key("k2")
    rotated = operator.does("keys", "rotate", EVENWARD_FIELD_KEYS=f"{new},{FIELD_KEY}")
    assert "1 sealed fields" in rotated
    assert "0 sealed fields" in operator.does("keys", "rotate", EVENWARD_FIELD_KEYS=new)
    desk = create_world(operator.folder, field_keys=(new,)).signed_in(Role.WARD_STAFF)
    assert "030 5550100" in desk.get(f"/desk/incidents/{number}").text
    assert "k2" in operator.is_refused("keys", "rotate", EVENWARD_FIELD_KEYS=FIELD_KEY)


def test_the_log_contains_the_head_somebody_noted(operator: Operator) -> None:
    head = operator.does("log", "verify").split()[-1]
    operator.does("city", "describe", "--name", "Quayside")
    assert head != operator.does("log", "verify", "--head", head).split()[-1]
    assert "0" * 63 in operator.is_refused("log", "verify", "--head", "0" * 63 + "1")


def test_rates_can_be_fitted_and_taken_as_a_table(operator: Operator, world: World) -> None:
    assert "no reports yet" in operator.is_refused("equity", "refresh")
    operator.does("reports", "import", operator.write("requests.csv", REQUESTS))
    assert "SW side" in operator.does("equity", "refresh")
    client = world.signed_in(Role.ANALYST)
    rows = list(csv.reader(client.get("/audit/rates.csv").text.splitlines()))
    assert {row[0] for row in rows} == {"district_id", "NE", "NW", "SE", "SW"}


@pytest.mark.slow
def test_a_real_process_speaks_the_same(operator: Operator) -> None:
    bad = operator.write("bad.csv", REQUESTS.replace("bridge", "brücke").encode("latin-1"))
    run = subprocess.run(
        [sys.executable, "-m", "backend", "reports", "import", bad],
        env=operator.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert "Traceback" not in run.stderr
    assert run.stderr.startswith("The file of requests cannot be read. bad.csv: ")


def test_a_shorter_time_is_set_only_once_what_it_erases_was_seen(
    operator: Operator, world: World
) -> None:
    filed = do(ANONYMOUS, file_report, a_report(1))
    do(STAFF, change_status, ChangeStatus(filed.number, State.RESOLVED, 1, reason="Done"))
    # A command goes by the machine's clock.
    closed = sa.update(Incident).values(closed_at=datetime.now(UTC) - timedelta(days=40))
    with unit_of_work(OPERATOR) as work:
        work.session.execute(closed)
    stands = operator.does("reports", "catalogue", "export")
    pothole = 'code = "POTHOLE"\n'
    assert pothole in stands

    def keeping(days: int) -> str:
        text = stands.replace(pothole, f"{pothole}retention_days = {days}\n")
        return operator.write("kept.toml", text)

    # Longer than it has been closed for: nobody is asked.
    operator.does("reports", "catalogue", "import", keeping(41))
    words = operator.is_refused("reports", "catalogue", "import", keeping(39))
    assert "POTHOLE, closed problems: 1" in words
    assert words.endswith("Nothing was set. With --yes it is.")
    assert "retention_days = 41" in operator.does("reports", "catalogue", "export")
    operator.does("reports", "catalogue", "import", keeping(39), "--yes")
    assert "retention_days = 39" in operator.does("reports", "catalogue", "export")


def test_the_catalogue_goes_out_and_comes_in_again(operator: Operator) -> None:
    exported = operator.does("reports", "catalogue", "export")
    assert 'code = "POTHOLE"' in exported
    faster = exported.replace("target_hours = 72\n", "target_hours = 48\n")
    said = operator.does("reports", "catalogue", "import", operator.write("new.toml", faster))
    assert said == "Set: 4 services.\n"
    assert operator.does("reports", "catalogue", "export") == faster
    slip = faster.replace("target_hours = 48", "target_hours = 0")
    wrong = operator.write("wrong.toml", slip)
    words = operator.is_refused("reports", "catalogue", "import", wrong)
    assert f"wrong.toml, line {slip.splitlines().index('target_hours = 0') + 1}:" in words
    assert operator.does("reports", "catalogue", "export") == faster
    unreadable = operator.write("bad.toml", "[policy\n")
    assert "line 1" in operator.is_refused("reports", "catalogue", "import", unreadable)
    operator.is_refused("reports", "catalogue", "import", "nowhere.toml")
    words_of_danger = str(ROOT / "docs/guide/examples/hazard-words.toml")
    assert "words of danger (en" in operator.does("reports", "catalogue", "import", words_of_danger)
    for said, text in (("the policy", "[policy]\n"), ("0 routes", "route = []\n"), ("nothing", "")):
        alone = operator.write("alone.toml", text)
        assert operator.does("reports", "catalogue", "import", alone).startswith(f"Set: {said}")
