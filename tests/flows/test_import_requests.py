"""Files of requests: what can be read goes in once, what cannot is named line by line."""

import csv
import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
import sqlalchemy as sa
from click.testing import Result
from worlds import FAR_AWAY, IN_SW, NOON, STAFF, World, square_districts

from backend.core.actors import OPERATOR
from backend.core.channels import Channel
from backend.core.clock import SystemClock
from backend.core.db import current_session, db
from backend.core.decision_log import Decision, find_faults
from backend.core.ids import SeededIds
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries
from backend.places.models import District
from backend.reports.change_status import change_status
from backend.reports.column_map import ColumnMap
from backend.reports.commands import ChangeStatus, UnmergeIncident
from backend.reports.duplicates.unmerge_incident import unmerge_incident
from backend.reports.import_requests import ImportResult, import_requests, store_import
from backend.reports.models import Incident, Service, ServiceRequest
from backend.reports.prepare_import import prepare_import
from backend.reports.queries import find_incident, history_of
from backend.reports.request_file import RequestFile, RequestRow, read_requests
from backend.reports.workflow import OPEN_STATES, State
from backend.triage.models import QueueEntry
from geo.distance import metres_between

Command = Callable[..., Result]
AtOnce = Callable[[World, Sequence[Callable[[], Any]]], list[Any]]
REPOSITORY = Path(__file__).parents[2]

HEADER = [
    "service_request_id",
    "requested_datetime",
    "closed_date",
    "service_name",
    "service_code",
    "description",
    "lat",
    "long",
    "address",
    "source",
    "parent_service_request_id",
]
PLACE = {"lat": str(IN_SW[1]), "long": str(IN_SW[0])}


def row(id_: str, **cells: str) -> dict[str, str]:
    moment = "2026-02-01T08:00:00Z"
    return {"service_request_id": id_, "requested_datetime": moment, "service_name": "Pothole"} | (
        PLACE | cells
    )


def write(path: Path, rows: Iterable[dict[str, str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    return path


def import_file(command: Command, world: World, file: Path, *options: object) -> dict[str, Any]:
    answer = command(world, "reports", "import", file, *options, "--json")
    assert answer.exit_code == 0, answer.output
    result: dict[str, Any] = json.loads(answer.stdout)
    return result


def requests() -> dict[str, ServiceRequest]:
    session = current_session()
    session.rollback()
    return {str(one.external_id): one for one in session.scalars(sa.select(ServiceRequest))}


def under_one_incident(*external_ids: str) -> bool:
    found = requests()
    return len({found[one].incident_id for one in external_ids}) == 1


def assert_consistent() -> None:
    """Counts, queue and log agree with the rows."""
    session = current_session()
    session.rollback()
    counted = dict(
        session.execute(
            sa.select(ServiceRequest.incident_id, sa.func.count()).group_by(
                ServiceRequest.incident_id
            )
        ).all()
    )
    incidents = session.scalars(sa.select(Incident)).all()
    assert {one.id: one.request_count for one in incidents if one.request_count} == counted
    is_open = {one.id for one in incidents if one.state in OPEN_STATES}
    assert set(session.scalars(sa.select(QueueEntry.incident_id))) == is_open
    assert list(find_faults(session, current_runtime().settings.hash_key)) == []


@pytest.mark.slow
@pytest.mark.shared
def test_san_francisco_goes_in_with_its_tracts(city: World, shared: Path, command: Command) -> None:
    geo = shared / "data" / "geo"
    tracts = command(
        city, "city", "import", "--boundaries", geo / "sf_tracts.geojson",
        "--id", "geoid", "--name", "nhood", "--census", geo / "sf_tracts_census_profile.csv",
        "--join", "C.Tract", "--column", "population=Population", "--column",
        "median_income=Income", "--json",
    )  # fmt: skip
    assert tracts.exit_code == 0, tracts.output
    assert json.loads(tracts.stdout)["districts"] == 195
    assert json.loads(tracts.stdout)["without_figures"] == []

    file = geo / "sf_311_sample_2008_2016.csv"
    toml = REPOSITORY / "docs" / "guide" / "examples" / "san-francisco-311.toml"
    first = import_file(command, city, file, "--map", toml)
    assert (first["imported"], first["already_here"], first["refused"]) == (4984, 0, [])
    second = import_file(command, city, file, "--map", toml)
    assert (second["imported"], second["already_here"]) == (0, 4984)

    session = current_session()
    session.rollback()
    query = sa.select(ServiceRequest, District.code).outerjoin(District)
    found = {case.external_id: (case, code) for case, code in session.execute(query)}
    with file.open(newline="") as rows:
        said = {line["CaseID"]: f"0{line['Census.Tract']}" for line in csv.DictReader(rows)}
    assert found.keys() == said.keys()
    # The file's tracts are rounded to about a metre and most reports lie in a street, which is
    # where tracts meet: whatever lies in another tract than its case says lies at the edge of both.
    shapes = dict(session.execute(sa.select(District.code, District.shape)).all())
    metres = [
        metres_from(shapely.from_wkb(shapes[said[id_]]), case.lon, case.lat)
        for id_, (case, code) in found.items()
        if code != said[id_]
    ]
    assert len(metres) == 452
    assert sum(distance > 5 for distance in metres) == 42
    assert max(metres) < 10
    assert first["outside"] == sum(code is None for _, code in found.values())
    assert_consistent()


def metres_from(shape: Any, lon: float, lat: float) -> float:
    """How far a place lies from a district."""
    to_shape = shapely.shortest_line(shape, shapely.Point(lon, lat))
    return metres_between(*shapely.get_coordinates(to_shape)[0], lon, lat)


def test_open311_names_need_no_map(city: World, tmp_path: Path, command: Command) -> None:
    rows = [
        row("a", service_code="POTHOLE", description="Deep", address="Quay 1", source="Phone"),
        row("b", closed_date="2026-02-03T08:00:00+01:00", source="Carrier pigeon"),
        row("c", service_name="Fallen tree", requested_datetime="2026-02-01 09:00"),
        row("d", closed_date="2026-01-01T00:00:00Z", long=str(FAR_AWAY[0]), lat=str(FAR_AWAY[1])),
    ]
    result = import_file(command, city, write(tmp_path / "r.csv", rows))
    assert result == {
        "imported": 4,
        "already_here": 0,
        "closed": 0,
        "joined": 0,
        "left_apart": 0,
        "refused": [],
        "unsure": [],
        "without_zone": 1,
        "read_as": "UTC",
        "outside": 1,
        "closed_early": 1,
        "new_services": ["FALLEN_TREE"],
        "same_name": [],
    }
    found = requests()
    one, two, three, four = (found[id_] for id_ in "abcd")
    assert (one.service_code, one.description, one.address, one.channel) == (
        "POTHOLE", "Deep", "Quay 1", "phone",
    )  # fmt: skip
    assert (two.description, two.channel) == ("Pothole", "other")
    assert current_session().get_one(Service, "FALLEN_TREE").severity_band == 3
    closed = current_session().get_one(Incident, two.incident_id)
    assert (closed.state, closed.closed_at.isoformat()) == ("resolved", "2026-02-03T07:00:00+00:00")
    assert three.requested_at.isoformat() == "2026-02-01T09:00:00+00:00"
    early = current_session().get_one(Incident, four.incident_id)
    assert early.closed_at == early.opened_at
    assert early.is_outside
    assert_consistent()


def test_a_service_the_city_has_by_name_is_that_service(
    city: World, tmp_path: Path, command: Command
) -> None:
    """Case and spaces aside; a code of the file's own wins, and one that came in earlier stays."""
    catalogue, columns = tmp_path / "services.csv", "service_code,service_name,severity_band"
    ours = ["LIGHT,Streetlights,2,96", "OTHER_1,Other,3,240", "OTHER_2,Other,3,240"]
    earlier = write(tmp_path / "e.csv", [row("e", service_name="Old Trees")])
    assert import_file(command, city, earlier)["new_services"] == ["OLD_TREES"]
    ours.append("TREE,Old trees,3,240")
    catalogue.write_text("\n".join([f"{columns},target_hours", *ours]), encoding="utf-8")
    assert command(city, "reports", "services", catalogue).exit_code == 0
    rows = [
        row("a", service_name=" street LIGHTS"),
        row("b", service_name="Streetlights", service_code=" "),
        row("c", service_name="Streetlights", service_code="LAMP"),
        row("d", service_name="Other"),
        row("f", service_name="Old trees"),
    ]
    file = write(tmp_path / "r.csv", rows)
    answer = command(city, "reports", "import", file)
    assert "that the city has by their name: 1 (LIGHT)." in answer.output
    assert "should check: LAMP, OTHER." in answer.output
    kinds = ["LIGHT", "LIGHT", "LAMP", "OTHER", "OLD_TREES", "OLD_TREES"]
    assert [requests()[id_].service_code for id_ in "abcdef"] == kinds
    rows.append(row("g", service_name="Other"))
    again = import_file(command, city, write(tmp_path / "g.csv", rows))
    assert (again["already_here"], again["same_name"], again["new_services"]) == (5, [], [])
    assert requests()["g"].service_code == "OTHER"
    assert_consistent()


def test_rows_that_cannot_be_read_are_named_and_the_rest_goes_in(
    city: World, tmp_path: Path, command: Command
) -> None:
    swapped = {"lat": PLACE["long"], "long": PLACE["lat"]}
    # Commands go by the machine's own clock.
    machine = SystemClock().now()
    bad = {
        "row-without-id": [row(" "), row("x" * 121)],
        "row-without-service": [row("s", service_name=" ")],
        "row-without-moment": [row("m", requested_datetime="")],
        "row-moment-not-readable": [
            row("m1", requested_datetime="yesterday"),
            row("m2", closed_date="31/12/2026"),
            row("m3", requested_datetime="0001-01-01T00:00:00+14:00"),
        ],
        "row-moment-to-come": [
            row("f", requested_datetime="2130-01-01T00:00:00Z"),
            row("f1", closed_date=(machine + timedelta(days=1, minutes=9)).isoformat()),
        ],
        "row-place-not-readable": [row("p", lat=""), row("p1", long="10° E")],
        "coordinates-not-numbers": [row("p2", lat="nan"), row("p3", long="inf")],
        "coordinates-outside-world": [row("p4", lat="91"), row("p5", long="-181")],
        "coordinates-swapped": [row("p6", **swapped)],
        "text-too-long": [row("t", description="x" * 100_000), row("t1", address="x" * 301)],
        "text-control-character": [
            row("t2", description="a\x00b"),
            row("t3", address="a\x07"),
            row("t4\x00"),
            row("t5", service_name="Pot\x00hole"),
            row("t6", parent_service_request_id="\x00"),
        ],
        "text-reordering": [row("t7", description="a\u202eb")],
        "row-repeated": [row("good 1")],
    }
    good = [row(f"good {number}", description="line one\nline two") for number in range(5)]
    # Another system's clock may run ahead.
    good[0]["requested_datetime"] = (machine + timedelta(hours=23)).isoformat()
    expected, rows, line = [], list(good[:3]), 2 * 3 + 1
    for slug, broken in bad.items():
        for cells in broken:
            rows.append(cells)
            line += 1
            expected.append((line, slug))
    file = write(tmp_path / "r.csv", [*rows, *good[3:]])

    strict = command(city, "reports", "import", file, "--strict")
    assert (strict.exit_code, requests()) == (1, {})
    assert f"Line {expected[0][0]}: " in strict.stderr
    result = import_file(command, city, file)
    assert [(one["line"], one["problem"]) for one in result["refused"]] == expected
    assert all(len(one["detail"]) > 30 for one in result["refused"])
    assert result["imported"] == 5
    assert requests().keys() == {f"good {number}" for number in range(5)}
    assert_consistent()


def test_a_parent_gathers_its_repeats(city: World, tmp_path: Path, command: Command) -> None:
    def child(id_: str, parent: str) -> dict[str, str]:
        return row(id_, parent_service_request_id=parent)

    rows = [
        child("grandchild", "child"), child("child", "root"), row("root"),
        child("orphan", "nobody"), child("own parent", "own parent"),
        child("circle 1", "circle 2"), child("circle 2", "circle 1"), child("beside", "circle 1"),
    ]  # fmt: skip
    import_file(command, city, write(tmp_path / "1.csv", rows))
    assert under_one_incident("root", "child", "grandchild")
    assert under_one_incident("circle 1", "beside")
    alone = ["root", "orphan", "own parent", "circle 1", "circle 2"]
    found = requests()
    assert len({found[id_].incident_id for id_ in alone}) == len(alone)
    assert_consistent()

    later = [child("later", "grandchild"), child("latest", "later"), child("nobody", "")]
    import_file(command, city, write(tmp_path / "2.csv", later))
    assert under_one_incident("root", "child", "grandchild", "later", "latest")
    assert under_one_incident("orphan", "nobody")
    incident = current_session().get_one(Incident, requests()["root"].incident_id)
    assert incident.request_count == 5
    assert_consistent()


def test_what_came_in_before_its_parent_is_joined_to_it_as_far_as_it_may_be(
    city: World, tmp_path: Path, command: Command
) -> None:
    def child(id_: str, parent: str = "root", **cells: str) -> dict[str, str]:
        return row(id_, parent_service_request_id=parent, **cells)

    def bring_in(*rows: dict[str, str]) -> tuple[int, int, int, int]:
        result = import_file(command, city, write(tmp_path / "r.csv", rows))
        assert_consistent()
        return result["imported"], result["joined"], result["left_apart"], result["closed"]

    closed = {"closed_date": "2026-02-03T08:00:00Z"}
    apart = [
        child("of another kind", service_name="New bench"),
        child("far away", lat=str(float(PLACE["lat"]) + 0.006)),
        child("closed", **closed),
        child("parted"),
    ]
    early = [child("child"), child("grandchild", "child"), *apart]
    assert bring_in(*early) == (6, 0, 0, 0)
    early[0] |= closed
    apart[0] |= closed
    # What is joined is not closed with its own row, what is left apart is.
    assert bring_in(*early, row("root")) == (1, 2, 3, 1)
    assert under_one_incident("root", "child", "grandchild", "parted")
    found = requests()
    with unit_of_work(STAFF) as work:
        unmerge_incident(work, UnmergeIncident(found["parted"].number, "Two holes"))
    assert bring_in(*early, row("root")) == (0, 0, 0, 0)
    assert bring_in(*early, row("root"), row("new")) == (1, 0, 0, 0)

    session, root = current_session(), find_incident(current_session(), found["root"].number)
    assert (root.request_count, root.state, root.due_at is None) == (3, "received", False)
    assert len({one.incident_id for one in requests().values()}) == 1 + len(apart) + 1
    joined = session.scalars(sa.select(Incident).where(Incident.merged_into_id == root.id)).one()
    assert joined.number == found["child"].number
    (step,) = history_of(session, joined.id)
    assert (step.kind, step.actor, step.reason) == (
        "link", "operator", "The system that both come from says that they are the same.",
    )  # fmt: skip


def test_a_closing_that_comes_later_closes_what_nobody_has_acted_on_since(
    city: World, tmp_path: Path, command: Command
) -> None:
    """`done` is closed by the file; `ours` was worked on here after the closing it names."""
    child = row("child", parent_service_request_id="done")
    rows = [row("done"), child, row("ours")]
    import_file(command, city, write(tmp_path / "1.csv", rows))
    ours = requests()["ours"].number
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(ours, State.IN_PROGRESS, version=1))

    closed_at = "2026-02-03T08:00:00+00:00"
    for cells in rows:
        cells["closed_date"] = closed_at
    rows[0]["closed_date"] = ""
    file = write(tmp_path / "2.csv", rows)
    assert import_file(command, city, file)["closed"] == 0  # a repeat's closing is not the thing's
    rows[0]["closed_date"] = closed_at
    file = write(tmp_path / "3.csv", rows)
    assert import_file(command, city, file)["closed"] == 1
    assert import_file(command, city, file)["closed"] == 0

    incident = current_session().get_one(Incident, requests()["done"].incident_id)
    assert (incident.state, incident.closed_at.isoformat()) == ("resolved", closed_at)
    steps = history_of(current_session(), incident.id)
    assert [(one.from_state, one.to_state) for one in steps] == [("received", "resolved")]
    assert incident.version == 1 + len(steps)
    facts = current_session().scalars(
        sa.select(Decision.facts).where(Decision.action == "reports.imported")
    )
    assert [json.loads(one)["closed"] for one in facts] == [0, 1]
    assert find_incident(current_session(), ours).state == "in_progress"
    assert_consistent()

    rows[2]["closed_date"] = "2026-03-05T08:00:00Z"
    assert import_file(command, city, write(tmp_path / "4.csv", rows))["closed"] == 1
    assert_consistent()


def test_what_has_changed_since_it_was_prepared_is_not_written(
    city: World, tmp_path: Path, command: Command
) -> None:
    def stored(meanwhile: Callable[[], object]) -> ImportResult | None:
        file = read_requests(write(tmp_path / "r.csv", [row("a")]), ColumnMap(), None, NOON)
        with prepare_import(current_session(), current_runtime(), file, ColumnMap()) as prepared:
            meanwhile()
            with unit_of_work(OPERATOR) as work:
                return store_import(work, prepared)

    def move_the_border() -> None:
        with unit_of_work(OPERATOR) as work:
            import_boundaries(work, square_districts(0.0009))

    def import_another() -> None:
        import_file(command, city, write(tmp_path / "other.csv", [row("b")]))

    assert stored(move_the_border) is None
    assert stored(import_another) is None
    assert requests().keys() == {"b"}
    assert stored(lambda: None) == ImportResult(1, 0, 1, 0, 0, 0, 0, (), ())
    assert_consistent()


def test_two_imports_at_once_add_nothing_twice(
    city: World, tmp_path: Path, at_once: AtOnce
) -> None:
    count = 400
    file = write(tmp_path / "r.csv", [row(f"{n}", service_name="New here") for n in range(count)])
    current_session().rollback()

    def bring_in() -> ImportResult:
        result = None
        while result is None:
            rows = read_requests(file, ColumnMap(), None, NOON)
            with (
                prepare_import(current_session(), current_runtime(), rows, ColumnMap()) as prepared,
                unit_of_work(OPERATOR) as work,
            ):
                result = store_import(work, prepared)
        return result

    results = at_once(city, [bring_in, bring_in])
    assert sorted(result.imported for result in results) == [0, count]
    assert sorted(result.already_here for result in results) == [0, count]
    assert len(requests()) == count
    assert_consistent()


def test_no_number_is_given_twice(city: World) -> None:
    """Two imports that draw the very same numbers."""

    def bring_in(source: str) -> None:
        rows = [
            RequestRow(
                line=n, external_id=str(n), requested_at=NOON, closed_at=None,
                service_code="POTHOLE", service_name="Pothole", description="Hole", lon=IN_SW[0],
                lat=IN_SW[1], address=None, channel=Channel.APP, parent_id=None,
            )
            for n in range(20)
        ]  # fmt: skip
        runtime = replace(current_runtime(), ids=SeededIds(9))
        with unit_of_work(OPERATOR) as work:
            same = replace(work, runtime=runtime)
            import_requests(same, RequestFile("r.csv", rows), ColumnMap(source=source))

    bring_in("one system")
    bring_in("another")
    numbers = current_session().scalars(sa.select(ServiceRequest.number)).all()
    assert len(numbers) == len(set(numbers)) == 40
    assert_consistent()


def test_an_hour_the_clocks_showed_twice_or_never_is_read_and_listed(
    sqlite_city: World, tmp_path: Path, command: Command
) -> None:
    local = {
        "twice": "2025-10-26 02:30",
        "never": "2025-03-30 02:30",
        "before": "2025-10-26 01:59",
        "after": "2025-10-26 03:00",
        "said": "2025-10-26 02:30+01:00",
    }
    rows = [row(id_, requested_datetime=text) for id_, text in local.items()]
    rows.append(row("closed", closed_date="2025-10-26 02:00"))
    toml = tmp_path / "map.toml"
    toml.write_text('time_zone = "Europe/Berlin"')
    file = write(tmp_path / "r.csv", rows)
    result = import_file(command, sqlite_city, file, "--map", toml)
    assert (result["imported"], result["refused"]) == (6, [])
    listed = [(one["line"], one["problem"]) for one in result["unsure"]]
    assert listed == [(line, "row-moment-unsure") for line in (2, 3, 7)]
    assert "Europe/Berlin" in result["unsure"][0]["detail"]
    read = {id_: one.requested_at.strftime("%H:%M") for id_, one in requests().items()}
    assert read == {
        "twice": "00:30", "never": "01:30", "before": "23:59", "after": "02:00", "said": "01:30",
        "closed": "08:00",
    }  # fmt: skip


def test_how_moments_without_a_zone_were_read_is_said_and_can_be_chosen(
    sqlite_city: World, tmp_path: Path, command: Command
) -> None:
    def bring_in(id_: str, moment: str, *options: object) -> tuple[str, str]:
        file = write(tmp_path / "r.csv", [row(id_, requested_datetime=moment)])
        answer = command(sqlite_city, "reports", "import", file, *options)
        assert answer.exit_code == 0, answer.output
        return answer.stdout, requests()[id_].requested_at.strftime("%H:%M")

    local, toml = "2026-02-01 10:00", tmp_path / "map.toml"
    toml.write_text('time_zone = "Asia/Tokyo"')
    said, read = bring_in("as ever", local)
    assert read == "10:00"
    assert "1 rows have moments without a time zone: read as UTC." in said
    assert "say --time-zone Europe/Berlin" in said
    said, read = bring_in("chosen", local, "--time-zone", "Europe/Berlin")
    assert read == "09:00"
    assert "read as Europe/Berlin.\n" in said
    assert "--time-zone" not in said
    assert bring_in("of the map", local, "--map", toml)[1] == "01:00"
    both = ("--map", toml, "--time-zone", "UTC")
    assert bring_in("rather than the map's", local, *both)[1] == "10:00"
    said, read = bring_in("its own", f"{local}+05:00", *both)
    assert (read, "time zone" in said) == ("05:00", False)
    for nowhere in ("Mars/Olympus", "../etc", "Europe", ""):
        file = write(tmp_path / "r.csv", [row("x")])
        answer = command(sqlite_city, "reports", "import", file, "--time-zone", nowhere)
        assert answer.exit_code == 2
        assert "is not a time zone." in answer.stderr
    assert "x" not in requests()


def test_a_chain_of_thousands_of_parents_is_one_incident(
    sqlite_city: World, tmp_path: Path, command: Command
) -> None:
    rows = [row(f"{n}", parent_service_request_id=f"{n + 1}") for n in range(3000)]
    import_file(command, sqlite_city, write(tmp_path / "r.csv", rows))
    assert current_session().scalars(sa.select(Incident.request_count)).all() == [3000]


MAPS = {
    "no toml": "source = ",
    "unknown setting": 'sauce = "x"',
    "unknown column": '[columns]\nlatitude = "lat"',
    "a number for a column": "[columns]\nlat = 5",
    "unknown time zone": 'time_zone = "Mars/Olympus"',
    "a number for a time zone": "time_zone = 5",
    "a path for a time zone": 'time_zone = "../etc"',
    "unknown channel": '[channels]\n"Voice" = "megaphone"',
    "channels that are none": 'channels = "phone"',
    "a band of six": "[new_services]\nseverity_band = 6",
    "words for a target": '[new_services]\ntarget_hours = "soon"',
    "no target": "[services.Trees]\ntarget_hours = 0",
    "unknown encoding": 'encoding = "klingon"',
    "no text encoding": 'encoding = "zlib_codec"',
    "a number for an encoding": "encoding = 5",
    "two delimiters": 'delimiter = ";;"',
    "no delimiter": 'delimiter = ""',
    "a number for a delimiter": "delimiter = 5",
    "a number for a format": "datetime_format = 5",
    "a number for a source": "source = 5",
    "no source": 'source = ""',
    "a source too long": f'source = "{"x" * 61}"',
    "another delimiter": 'delimiter = ";"',
    "another encoding": 'encoding = "utf-16"',
    "a column that is not there": '[columns]\nlat = "Latitude"',
}


def test_a_file_that_is_not_what_its_map_says_is_refused(
    sqlite_city: World, tmp_path: Path, command: Command
) -> None:
    file, toml = write(tmp_path / "r.csv", [row("a")]), tmp_path / "map.toml"
    for kind, words in MAPS.items():
        toml.write_text(words)
        answer = command(sqlite_city, "reports", "import", file, "--map", toml)
        assert (kind, answer.exit_code, answer.stdout) == (kind, 1, ""), answer.exception
        assert answer.stderr.count(". ") >= 1, (kind, answer.stderr)
        assert "map.toml" in answer.stderr or "r.csv" in answer.stderr, kind
        assert requests() == {}, kind


def test_what_is_no_file_of_requests_is_refused(
    sqlite_city: World, tmp_path: Path, command: Command
) -> None:
    latin = write(tmp_path / "latin.csv", [row("a"), row("b", description="Öl")], "latin-1")
    files = {
        latin: "UTF-8",
        tmp_path / "none.csv": "does not exist",
        tmp_path: "is a folder",
        write(tmp_path / "wide.csv", [row("a")], "utf-16"): "wide.csv",
    }
    for name, content in {
        "empty.csv": b"",
        "text.csv": b"Dear all",
        "x.bin": b"\xff\x00" * 99,
    }.items():
        (tmp_path / name).write_bytes(content)
        files[tmp_path / name] = name
    for file, words in files.items():
        answer = command(sqlite_city, "reports", "import", file)
        assert (answer.exit_code, answer.stdout) == (1, ""), file
        assert words in answer.stderr
        assert requests() == {}


@pytest.mark.slow
def test_killed_at_any_moment_it_completes_with_no_double(
    sqlite_city: World, tmp_path: Path, command: Command, settings_of: Callable[[World], Any]
) -> None:
    """A kill -9 of the real program, at moments drawn and in the midst of its writing."""
    count, rng = 1500, random.Random(4)
    rows = [
        row(
            f"{n}", description=f"Hole {n} " * 9, parent_service_request_id=f"{n - 1}" * (n % 3 > 0)
        )
        for n in range(count)
    ]
    file = write(tmp_path / "r.csv", rows)
    db.engine.dispose()
    wal = sqlite_city.data_dir / "city.sqlite3-wal"

    def is_writing() -> bool:
        return wal.exists() and wal.stat().st_size > 100_000

    kills = 0
    for wait in (rng.uniform(0.8, 1.2), 0.0):
        process = subprocess.Popen(
            [sys.executable, "-m", "backend", "reports", "import", str(file)],
            cwd=REPOSITORY,
            env={"PATH": "/usr/bin:/bin", **settings_of(sqlite_city)},
            stdout=subprocess.DEVNULL,
        )
        if wait < 0.5:
            while process.poll() is None and not is_writing():
                time.sleep(0.002)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        kills += process.wait() == -signal.SIGKILL
        assert len(requests()) in (0, count)
        assert current_session().scalar(sa.text("PRAGMA integrity_check")) == "ok"
        assert_consistent()
        db.session.remove()
        db.engine.dispose()
    assert kills
    result = import_file(command, sqlite_city, file)
    assert result["imported"] + result["already_here"] == len(requests()) == count
    assert_consistent()
