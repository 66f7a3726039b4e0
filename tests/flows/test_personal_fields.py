"""What people tell about themselves: sealed in the database, absent from the logs."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from worlds import FIELD_KEY, World, a_report, create_world

from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.config import ConfigError
from backend.core.db import current_session, db
from backend.core.keys import KeyRing, new_field_key, new_keys
from backend.core.logs import configure_logs
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.events import ReportFiled
from backend.reports.file_report import file_report
from backend.reports.models import Contact
from backend.reports.rotate_keys import reseal_contacts

pytestmark = pytest.mark.both

CONTACT = {
    "name": "Dorothea Quillfeather",
    "phone": "+48 601 555 017",
    "email": "quillfeather@lanterns.example",
    "note": "Ring at the gręen door, not the bell",
}
WORDS = ("Dorothea", "Quillfeather", "601 555", "quillfeather", "lanterns.example", "gręen door")


@pytest.fixture
def reported(city: World) -> World:
    """A city that was told CONTACT over HTTP, by somebody with a device."""
    client = city.client()
    token = client.post("/v1/devices").json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post("/v1/reports", json=body(), headers=headers)
    assert answer.status_code == 201, answer.text
    return city


def body(number: int = 1, **changes: object) -> dict[str, object]:
    command = a_report(number)
    return {
        "id": str(command.id),
        "service_code": command.service_code,
        "description": command.description,
        "lon": command.lon,
        "lat": command.lat,
        "contact": CONTACT,
        **changes,
    }


def the_contact() -> Contact:
    current_session().rollback()
    return current_session().scalars(sa.select(Contact)).one()


def test_no_byte_of_the_database_shows_them(reported: World) -> None:
    contact = the_contact()
    row = contact.service_request_id.bytes
    assert current_runtime().keyring.open(contact.sealed, row) == CONTACT
    stored = everything_in_postgresql() if "postgres" in str(db.engine.url) else all_files(reported)
    assert b"Deep hole number 1" in stored
    for word in WORDS:
        for encoding in ("utf-8", "utf-16-le"):
            plain = word.encode(encoding)
            assert plain not in stored
            assert plain.hex().encode() not in stored


def all_files(world: World) -> bytes:
    """Every byte beside the database, its write-ahead log and shared memory among them."""
    files = sorted(path for path in world.data_dir.rglob("*") if path.is_file())
    assert {"city.sqlite3", "city.sqlite3-wal", "city.sqlite3-shm"} <= {path.name for path in files}
    return b"\n".join(path.read_bytes() for path in files)


def everything_in_postgresql() -> bytes:
    """Every row of every table as text, bytes in hex, as a dump has them."""
    with db.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        assert "contact" in tables
        rows = [
            row
            for table in tables
            for (row,) in connection.execute(sa.text(f'SELECT t::text FROM "{table}" AS t'))
        ]
    return "\n".join(rows).encode()


def test_keys_rotate(reported: World) -> None:
    old, new = FIELD_KEY, new_field_key("k2")
    runtime = current_runtime()
    row = the_contact().service_request_id.bytes
    with pytest.raises(ConfigError, match="k1"):
        KeyRing((new,)).open(the_contact().sealed, row)

    runtime.keyring = KeyRing((new, old))
    assert runtime.keyring.open(the_contact().sealed, row) == CONTACT
    for resealed in (1, 0):
        with unit_of_work(OPERATOR) as work:
            assert reseal_contacts(work).count == resealed
    assert KeyRing((new,)).open(the_contact().sealed, row) == CONTACT
    with pytest.raises(ConfigError, match="k2"):
        KeyRing((old,)).open(the_contact().sealed, row)


def test_a_sealed_value_opens_only_in_its_own_row(reported: World) -> None:
    with unit_of_work(ANONYMOUS) as work:
        other = file_report(work, a_report(2, contact={"name": "Else"})).id
    session = current_session()
    mine, theirs = session.get_one(Contact, a_report(1).id), session.get_one(Contact, other)
    keyring = current_runtime().keyring
    with pytest.raises(ConfigError, match="does not belong"):
        keyring.open(mine.sealed, theirs.service_request_id.bytes)
    flipped = mine.sealed[:-1] + bytes([mine.sealed[-1] ^ 1])
    with pytest.raises(ConfigError, match="does not belong"):
        keyring.open(flipped, mine.service_request_id.bytes)


def test_two_keys_of_one_name_are_refused() -> None:
    """The second would be used for what the first has sealed."""
    with pytest.raises(ConfigError, match="k1"):
        KeyRing((new_field_key("k1"), new_field_key("k1")))
    assert KeyRing((new_keys()["field_keys"], new_keys()["field_keys"], FIELD_KEY))


def test_the_command_rotates(sqlite_city: World, command: Callable[..., Result]) -> None:
    sqlite_city.client().post("/v1/reports", json=body())
    runtime, new = current_runtime(), new_field_key("k2")
    runtime.settings = replace(runtime.settings, field_keys=(new, FIELD_KEY))
    result = command(sqlite_city, "keys", "rotate")
    assert (result.exit_code, result.output.split()[0]) == (0, "1")
    contact = the_contact()
    row = contact.service_request_id.bytes
    assert KeyRing((new,)).open(contact.sealed, row) == CONTACT


def test_no_line_of_the_logs_shows_them(
    city: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    configure_logs("DEBUG")
    client = city.client()
    wrong = {**CONTACT, "email": "quillfeather at lanterns.example"}
    statuses = [
        client.post("/v1/reports", json=body(1)).status_code,
        client.post("/v1/reports", json=body(2, contact=wrong)).status_code,
        client.post("/v1/reports", json=body(3, service_code=CONTACT["name"])).status_code,
        client.post("/v1/reports", data=CONTACT["name"]).status_code,
        client.get(f"/v1/reports/{CONTACT['name']}").status_code,
        client.get(f"/find?number={CONTACT['name']}").status_code,
        client.get("/v1/services", headers={"Authorization": CONTACT["name"]}).status_code,
    ]
    assert statuses == [201, 422, 404, 415, 404, 404, 401]

    def crash(*_: object) -> None:
        raise RuntimeError(f"could not tell {CONTACT}")

    current_runtime().handlers = {ReportFiled: (crash,)}
    assert client.post("/v1/reports", json=body(4)).status_code == 500
    written = "".join(capsys.readouterr()) + caplog.text
    assert '"exception": "RuntimeError"' in written
    assert written.count('"status":') == len(statuses) + 1
    assert [word for word in WORDS if word in written] == []


def test_an_error_of_the_database_does_not_quote_what_was_written(city: World) -> None:
    orphan = Contact(service_request_id=a_report(9).id, sealed=f"{CONTACT}".encode())
    session = current_session()
    session.add(orphan)
    with pytest.raises(sa.exc.IntegrityError) as failure:
        session.flush()
    session.rollback()
    assert [word for word in WORDS if word in str(failure.value)] == []


def test_keys_that_cannot_be_are_refused(tmp_path: Path) -> None:
    for entry in ("k1", "k1:", ":c2hvcnQ=", "k1:not base64!", "k1:c2hvcnQ="):
        with pytest.raises(ConfigError, match="EVENWARD_FIELD_KEYS"):
            create_world(tmp_path, field_keys=(entry,))
