"""The operator's command line for other programs' keys, reports without a place, and the file."""

import json
from collections.abc import Callable
from uuid import UUID

from click.testing import Result
from open311 import Program, a_form
from worlds import IN_SE, STAFF, World

from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.queries import find_request
from backend.reports.workflow import State

Command = Callable[..., Result]


def does(command: Command, city: World, *arguments: object) -> str:
    result = command(city, "open311", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_keys_are_issued_listed_and_revoked(sqlite_city: World, command: Command) -> None:
    key = does(command, sqlite_city, "keys", "issue", "Lantern app", "--channel", "text").strip()
    client = Program(sqlite_city, key)
    number = client.report()
    current_session().rollback()
    assert find_request(current_session(), number).channel == "text"
    prefix = key[:12]
    listed = does(command, sqlite_city, "keys", "list").split("\t")
    assert listed[:4] == [prefix, "Lantern app", "text", "resident"]
    assert key not in does(command, sqlite_city, "keys", "list")
    does(command, sqlite_city, "keys", "revoke", prefix)
    assert client.post("requests.json", **a_form()).status_code == 403
    assert "revoked" in does(command, sqlite_city, "keys", "list")
    unknown = command(sqlite_city, "open311", "keys", "revoke", "evk_nothing")
    assert (unknown.exit_code, "There is no such key" in unknown.stderr) == (1, True)


def test_a_report_without_a_place_is_listed_and_placed(
    sqlite_city: World, command: Command
) -> None:
    client = Program(
        sqlite_city, does(command, sqlite_city, "keys", "issue", "Lantern app").strip()
    )
    fields = a_form() | {"address_string": "3 Harbour Street"}
    del fields["lat"], fields["long"]
    token = client.post("requests.json", **fields).json[0]["token"]
    listed = does(command, sqlite_city, "unplaced").strip().split("\t")
    assert listed == [token, "POTHOLE", "3 Harbour Street", fields["description"]]
    lon, lat = IN_SE
    placed = does(command, sqlite_city, "place", token, lat, lon)
    (found,) = client.get(f"tokens/{token}")
    assert found["service_request_id"] in placed
    assert does(command, sqlite_city, "unplaced") == ""
    again = command(sqlite_city, "open311", "place", token, lat, lon)
    assert again.exit_code == 1
    assert f"is report {found['service_request_id']} already" in again.stderr
    west = command(sqlite_city, "open311", "place", UUID(int=7), "-1.5", "-2.5")
    assert (west.exit_code, "no such token" in west.stderr) == (1, True)


def test_updates_that_were_given_up_are_listed(sqlite_city: World, command: Command) -> None:
    key = does(command, sqlite_city, "keys", "issue", "Lantern app").strip()
    number = Program(sqlite_city, key).report()
    url = "http://127.0.0.1:9/open311/v2"
    does(
        command, sqlite_city, "push", "set", key[:12], url, "--key", "secret", "--jurisdiction", "7"
    )
    assert does(command, sqlite_city, "push", "failed") == ""
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(number, State.TRIAGED, 1))
    assert does(command, sqlite_city, "push", "retry").startswith("0 ")
    does(command, sqlite_city, "push", "remove", key[:12])


def test_the_bulk_file_is_written(city: World, command: Command) -> None:
    client = Program(city, does(command, city, "keys", "issue", "Lantern app").strip())
    number = client.report(description="Déjà\nvu")
    lines = does(command, city, "bulk")
    assert lines.startswith("service_request_id,requested_datetime,")
    assert f"{number},2026-03-02T12:00:00Z" in lines
    assert '"Déjà\nvu"' in lines
    (row,) = json.loads(does(command, city, "bulk", "--form", "json"))
    assert (row["service_request_id"], row["description"]) == (number, "Déjà\nvu")
