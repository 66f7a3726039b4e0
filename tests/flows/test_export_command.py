"""The operator's command writes the same files as anybody can fetch."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from worlds import IN_NW, IN_SE, STAFF, World, a_report

from backend.core.actors import ANONYMOUS
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.workflow import State

Command = Callable[..., Any]


def test_a_file_is_written_whole_with_what_describes_it(
    city: World, command: Command, tmp_path: Path
) -> None:
    with unit_of_work(ANONYMOUS) as work:
        numbers = [
            file_report(work, a_report(n, place)).number for n, place in ((1, IN_SE), (2, IN_NW))
        ]
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(numbers[0], State.REFUSED, 1, "Not ours"))
    for form, name in (("csv", "a.csv"), ("geojson", "b.geojson"), ("geoparquet", "c.parquet")):
        words = ("reports", "export", "--format", form, "--state", "open", tmp_path / name)
        run = command(city, *words)
        assert run.exit_code == 0, run.output
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert [row["service_request_id"] for row in csv.DictReader(file)] == numbers[1:]
    features = json.loads((tmp_path / "b.geojson").read_bytes())["features"]
    assert [feature["id"] for feature in features] == numbers[1:]
    table = pq.read_table(tmp_path / "c.parquet")
    assert table["service_request_id"].to_pylist() == numbers[1:]
    package = json.loads((tmp_path / "a.datapackage.json").read_text(encoding="utf-8"))
    assert [one["path"] for one in package["resources"]] == ["a.csv"]
    assert package["filters"] == {"state": ["open"]}
    assert not list(tmp_path.glob("*.part"))
    assert not (tmp_path / "b.datapackage.json").exists()


def test_lines_go_to_standard_output(sqlite_city: World, command: Command) -> None:
    with unit_of_work(ANONYMOUS) as work:
        number = file_report(work, a_report(1)).number
    printed = command(sqlite_city, "reports", "export", "--format", "geojsonl", "-")
    (line,) = printed.stdout.splitlines()
    assert json.loads(line)["id"] == number


def test_a_wrong_filter_leaves_no_file(
    sqlite_city: World, command: Command, tmp_path: Path
) -> None:
    run = command(sqlite_city, "reports", "export", "--district", "Atlantis", tmp_path / "d.csv")
    assert run.exit_code == 1
    assert "Atlantis" in run.output
    assert not list(tmp_path.glob("d.*"))
