"""Open data: every form says the same, with its licence and moment, while the city goes on."""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely
import sqlalchemy as sa
from worlds import FAR_AWAY, IN_NW, IN_SE, IN_SW, STAFF, World, a_report

from backend.core.actors import Actor, Role
from backend.core.db import db
from backend.core.decision_log import log_end
from backend.core.uow import unit_of_work
from backend.exports.csv_file import unguarded
from backend.exports.snapshot import snapshot
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.models import ModeratedText, Service
from backend.reports.public_fields import PUBLIC_FIELDS
from backend.reports.public_requests import RequestFilter, stream_public_requests
from backend.reports.queries import find_request
from backend.reports.workflow import State

REPORTER = Actor("resident", Role.RESIDENT, reporter="a" * 64)
HOSTILE = '=HYPERLINK("https://evil.example","x")\r\n-2;@x, "quoted" \u00fc\u4e2d\U0001f6a7'


@pytest.fixture
def numbers(city: World) -> list[str]:
    """Four reports: hostile words, a moderated one, a refused one, and one outside."""
    contact = {"email": "somebody@lanterns.example"}
    with unit_of_work(REPORTER) as work:
        made = [
            file_report(work, a_report(1, description=HOSTILE, address="-1 Main St")).number,
            file_report(work, a_report(2, IN_SE, description="Ask Dorothea Quill")).number,
            file_report(work, a_report(3, IN_NW, service_code="BENCH", contact=contact)).number,
            file_report(work, a_report(4, FAR_AWAY, service_code="SIGNAL")).number,
        ]
    city.clock.advance(days=1)
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(made[2], State.REFUSED, 1, "=No room"))
        id_ = find_request(work.session, made[1]).id
        words = {"description": "Ask there", "reason": "a name", "actor": STAFF.key}
        work.session.add(ModeratedText(service_request_id=id_, at=work.now, **words))
        rounded = sa.update(Service).where(Service.code == "POTHOLE")
        work.session.execute(rounded.values(public_grid_metres=500))
    db.session.remove()
    return made


def fetch(world: World, name: str, **filters: object) -> Any:
    answer = world.client().get(f"/data/{name}", query_string=filters, buffered=True)
    assert answer.status_code == 200, answer.text
    return answer


def csv_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def found(world: World, **filters: object) -> list[str]:
    rows = csv_rows(fetch(world, "requests.csv", **filters).text)
    return [row["service_request_id"] for row in rows]


def as_cell(value: Any) -> str:
    """A JSON value as a CSV has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_every_form_says_the_same(city: World, numbers: list[str], tmp_path: Path) -> None:
    rows = csv_rows(fetch(city, "requests.csv").text)
    assert sorted(row["service_request_id"] for row in rows) == sorted(numbers)
    by_number = {row["service_request_id"]: row for row in rows}
    assert by_number[numbers[0]]["description"] == HOSTILE
    assert by_number[numbers[1]]["description"] == "Ask there"
    assert by_number[numbers[2]]["status_notes"] == "=No room"
    assert by_number[numbers[3]]["is_outside_jurisdiction"] == "true"
    collection = json.loads(fetch(city, "requests.geojson").data)
    features = collection["features"]
    lines = fetch(city, "requests.geojsonl").data.splitlines()
    assert [json.loads(line) for line in lines] == features
    for row, feature in zip(rows, features, strict=True):
        said = {name: as_cell(value) for name, value in feature["properties"].items()}
        place = dict(
            zip(("long", "lat"), map(str, feature["geometry"]["coordinates"]), strict=True)
        )
        assert said | place == row
    path = tmp_path / "requests.parquet"
    path.write_bytes(fetch(city, "requests.parquet").data)
    # A second of imports, for the one run that reads this file.
    import geopandas

    table = geopandas.read_parquet(path)
    assert str(table.crs) == "OGC:CRS84"
    for row, one in zip(rows, table.itertuples(), strict=True):
        assert one.service_request_id == row["service_request_id"]
        assert one.description == row["description"]
        assert one.requested_datetime.isoformat() == row["requested_datetime"]
        assert (one.closed_date is not None and one.closed_date == one.closed_date) == bool(
            row["closed_date"]
        )
        assert (str(one.geometry.x), str(one.geometry.y)) == (row["long"], row["lat"])


def test_the_file_for_spreadsheets_is_the_same_under_its_guard(
    city: World, numbers: list[str]
) -> None:
    exact = csv_rows(fetch(city, "requests.csv").text)
    file = fetch(city, "requests-spreadsheet.csv").data
    assert file.startswith(b"\xef\xbb\xbf")
    guarded = csv_rows(file.decode("utf-8-sig"))
    assert guarded != exact
    assert [{name: unguarded(text) for name, text in row.items()} for row in guarded] == exact
    texts = [text for row in guarded for text in row.values()]
    assert not any(text.startswith(("=", "+", "@")) for text in texts)


def test_nobody_is_in_it_who_reported(city: World, numbers: list[str]) -> None:
    for name in ("requests.csv", "requests.geojson", "requests.geojsonl"):
        data = fetch(city, name).data
        assert b"lanterns.example" not in data
        assert b"Quill" not in data
        assert b"Main St" not in data
        assert b"a" * 64 not in data
    rows = csv_rows(fetch(city, "requests.csv").text)
    places = {row["service_code"]: (float(row["long"]), float(row["lat"])) for row in rows}
    # Rounded for this service, and only for it.
    assert places["BENCH"] == IN_NW
    assert 1e-4 < max(abs(a - b) for a, b in zip(places["POTHOLE"], IN_SW, strict=True)) < 0.02
    west, south, east, north = shapely.Point(IN_SW).buffer(0.002).bounds
    assert found(city, bbox=f"{west},{south},{east},{north}") == []


def test_licence_and_vintage_are_in_each(city: World, numbers: list[str]) -> None:
    now, (decision, head) = city.clock.now(), log_end(db.session())
    collection = json.loads(fetch(city, "requests.geojson", state="open").data)
    assert collection["license"]["name"] == "CC-BY-4.0"
    assert collection["vintage"] == {
        "as_of": now.isoformat(),
        "decision": decision,
        "decision_hash": head,
        "boundaries": "squares.geojson",
        "boundaries_since": (now - timedelta(days=1)).isoformat(),
    }
    assert collection["filters"] == {"state": ["open"]}
    members = list(collection)
    assert members[-1] == "features"
    parquet = fetch(city, "requests.parquet", state="open")
    metadata = pq.read_metadata(io.BytesIO(parquet.data)).metadata
    about = {name: value for name, value in collection.items() if name not in {"type", "features"}}
    assert json.loads(metadata[b"about"]) == about
    geo = json.loads(metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    column = geo["columns"]["geometry"]
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["Point"])
    table = csv_rows(fetch(city, "requests.csv", state="open").text)
    lons, lats = ([float(row[name]) for row in table] for name in ("long", "lat"))
    assert column["bbox"] == [min(lons), min(lats), max(lons), max(lats)]


def test_what_describes_a_csv_is_found_from_it(city: World, numbers: list[str]) -> None:
    answer = fetch(city, "requests.csv", service="BENCH")
    links = {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["Link"])}
    assert links["license"] == "https://creativecommons.org/licenses/by/4.0/"
    package = city.client().get(links["describedby"]).json
    assert package["licenses"][0]["path"] == links["license"]
    assert package["filters"] == {"service": ["BENCH"]}
    resource = package["resources"][0]
    assert city.client().get(resource["path"], buffered=True).data == answer.data
    schema = resource["schema"]["fields"]
    header = answer.text.splitlines()[0].split(",")
    assert [field["name"] for field in schema] == header == [one.name for one in PUBLIC_FIELDS]
    required = [one["name"] for one in schema if one.get("constraints", {}).get("required")]
    rows = csv_rows(fetch(city, "requests.csv").text)
    assert all(row[name] for row in rows for name in required)


def test_a_file_is_what_was_asked_for(city: World, numbers: list[str]) -> None:
    _hole, moderated, bench, outside = numbers
    assert found(city, service="BENCH") == [bench]
    assert set(found(city, service=["BENCH", "SIGNAL"])) == {bench, outside}
    assert found(city, district="SE") == [moderated]
    assert found(city, state="refused") == found(city, state="closed") == [bench]
    assert set(found(city, state=["open", "refused"])) == set(numbers)
    day = city.clock.now().date()
    yesterday = day - timedelta(days=1)
    assert set(found(city, until=yesterday)) == set(numbers)
    assert found(city, **{"from": day}) == []
    assert found(city, updated_from=day) == [bench]
    assert found(city, district="", until="2026-03-02T11:59:59+00:00") == []
    # The day is the city's: in Berlin it begins an hour earlier.
    assert len(found(city, until="2026-03-02T13:00:00")) == 4


@pytest.mark.parametrize(
    "filters",
    [
        {"servise": "BENCH"},
        {"service": "bench"},
        {"service": "x\0"},
        {"district": "Atlantis"},
        {"district": ["SE", "SW"]},
        {"state": "opened"},
        {"from": "yesterday"},
        {"until": "2026-02-30"},
        {"from": "0001-01-01"},
        {"bbox": "1,2,3"},
        {"bbox": "nan,50,10,51"},
        {"bbox": "10,51,11,50"},
    ],
)
def test_a_filter_that_fits_nothing_is_refused(
    sqlite_city: World, filters: dict[str, object]
) -> None:
    answer = sqlite_city.client().get("/data/requests.csv", query_string=filters)
    assert answer.status_code == 422, answer.text
    assert answer.mimetype == "application/problem+json"
    assert str(next(iter(filters))) in answer.json["detail"]


def test_what_did_not_change_is_not_sent_again(city: World, numbers: list[str]) -> None:
    client = city.client()
    first = client.get("/data/requests.csv", buffered=True)
    asked = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/data/requests.csv", headers=asked, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(numbers[0], State.TRIAGED, 1))
    after = client.get("/data/requests.csv", headers=asked, buffered=True)
    assert after.status_code == 200
    assert b"triaged" in after.data


def test_a_long_read_holds_nobody_up_and_shows_one_moment(city: World, numbers: list[str]) -> None:
    with snapshot(db.engine) as session:
        rows = stream_public_requests(session, RequestFilter())
        first = next(rows)
        with unit_of_work(STAFF) as work:
            for number in numbers:
                if number != numbers[2]:
                    change_status(work, ChangeStatus(number, State.RESOLVED, 1))
            file_report(work, a_report(9))
        rest = list(rows)
        assert log_end(session)[0] < log_end(db.session())[0]
    assert {one.number for one in [first, *rest]} == set(numbers)
    assert State.RESOLVED.value not in {one.state for one in rest}


@pytest.mark.slow
def test_rows_come_a_few_at_a_time(postgis_city: World) -> None:
    """Else the driver would hold a million rows before the first is seen."""
    with unit_of_work(REPORTER) as work:
        for number in range(3):
            file_report(work, a_report(number + 1))
    with snapshot(db.engine) as session:
        rows = stream_public_requests(session, RequestFilter())
        next(rows)
        cursors = session.execute(sa.text("SELECT count(*) FROM pg_cursors")).scalar_one()
        assert cursors == 1
        rows.close()
