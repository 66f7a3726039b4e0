"""Targets for staff: at the command line, from the city or a file, and on their page."""

import csv
import io
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from worlds import FIELD_KEY, IN_NW, IN_SE, IN_SW, NOON, World, a_report

from backend.__main__ import main
from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.channels import Channel
from backend.core.uow import unit_of_work
from backend.reports.file_report import file_report
from backend.reports.models import Incident, Inspection
from backend.web.audit.target_view import hidden_words

IN_NE = (IN_SE[0], IN_NW[1])
HEADER = "area,category,requests_per_day,importance,travel_hours,inspected_share,days"
ROWS = ("near,hole,1,6,0.5,1,2", "far,hole,1,6,1.5,0.5,14", "near,lamp,2,4,0.5,0,")
LAST = "far,lamp,2,4,1.5,0.8,30"


def run(*command: str, world: World | None = None) -> Result:
    where = {} if world is None else {"EVENWARD_DATA_DIR": str(world.data_dir)}
    keys = {"EVENWARD_SECRET_KEYS": "secret 1", "EVENWARD_HASH_KEY": "hash 1"}
    environment = {"EVENWARD_FIELD_KEYS": FIELD_KEY, **keys, **where}
    return CliRunner().invoke(main, ["equity", "targets", *command], env=environment)


def demand(folder: Path, *rows: str) -> tuple[str, str]:
    file = folder / "demand.csv"
    file.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return "--csv", str(file)


def fill(world: World) -> None:
    """Ten potholes each in the south, and few in the north; those in the east wait a day, those in
    the west thirty."""
    places = [IN_SE] * 10 + [IN_SW] * 10 + [IN_NW] * 7 + [IN_NE] * 4
    with unit_of_work(ANONYMOUS) as work:
        for number, place in enumerate(places, start=1):
            file_report(work, a_report(number, place))
    with unit_of_work(OPERATOR) as work:
        for one in work.session.scalars(sa.select(Incident).order_by(Incident.id)).all():
            wait = timedelta(days=1 if one.lon > IN_SW[0] + 0.005 else 30)
            at = one.opened_at + wait
            look = Inspection(incident_id=one.id, inspected_at=at, outcome="found", actor="staff:a")
            work.session.add(look)
    world.clock.advance(days=100)


def test_any_file_gives_its_frontier_in_figures_and_in_words(tmp_path: Path) -> None:
    file = demand(tmp_path, *ROWS, LAST)
    found = json.loads(run(*file, "--points", "4", "--json").stdout)
    assert [one["point"] for one in found["points"]] == [1, 2, 3, 4]
    first, *_, last = found["points"]
    # 6 x (0.5 x 14 + 0.5 x 100) - 6 x 2, and 4 x 100 - 4 x (0.8 x 30 + 0.2 x 100).
    assert found["today"]["equity_loss"] == pytest.approx(330 + 224)
    assert first["step_cost_percent"] is None
    steps = [one["step_cost_percent"] for one in found["points"][1:]]
    assert found["steps_in_percent_of"] == "today"
    over_today = last["efficiency_of_today"] - first["efficiency_of_today"]
    assert sum(steps) == pytest.approx(100 * over_today)
    assert [t["today"] for t in last["targets"]][1] == {
        "inspected_share": 0.0, "days": None,
    }  # fmt: skip
    assert {t["why_none"] for t in last["targets"]} == {None}
    for target in last["targets"]:
        weight = {"hole": 6, "lamp": 4}[target["category"]]
        share, days = target["inspected_share"], target["target_days"] or 0
        assert weight * (share * days + (1 - share) * 100) == pytest.approx(target["burden"])
    words = run(*file, "--points", "4", "--point", "4").stdout
    assert last["words"] in words
    assert "today 50 of 100 within 14.0 days on average" in words
    assert "Hours beyond these, split so that all areas wait equally long" in words
    assert "nothing was changed" in words
    # Equal for the same hours: near loses what far gains, and is said to.
    assert [t["is_worse_than_today"] for t in last["targets"]] == [True, False, False, True]
    assert "hole (worse than today in 1 of 2 areas: near)" in words
    waiting = [f"{row},{number}" for row, number in zip((*ROWS, LAST), (20, 0, 3, 1), strict=True)]
    (tmp_path / "waiting.csv").write_text("\n".join([f"{HEADER},waiting", *waiting]))
    begun = json.loads(run("--csv", str(tmp_path / "waiting.csv"), "--json").stdout)["basis"]
    assert begun["waiting"] == 24
    assert begun["hours_per_day"] == pytest.approx(found["basis"]["hours_per_day"])
    # 20 as after 2 days, 3 as after 100 days, 1 as after 30 days.
    hours = 20 * (0.5 + 0.5 / 2**0.5) + 3 * (0.5 + 0.5 / 10) + 0.5 + 1.5 / 30**0.5
    assert begun["hours_for_waiting"] == pytest.approx(hours / 365)


def test_where_nobody_knows_today_a_step_is_counted_in_the_first_choice(tmp_path: Path) -> None:
    file = tmp_path / "demand.csv"
    file.write_text("\n".join(",".join(one.split(",")[:5]) for one in (HEADER, *ROWS, LAST)))
    asked = ("--csv", str(file), "--capacity", "3", "--points", "3")
    found = json.loads(run(*asked, "--json").stdout)
    assert found["steps_in_percent_of"] == "choice 1"
    first, then, _last = found["points"]
    saved = 100 * (first["equity_ratio"] - then["equity_ratio"])
    assert then["step_saved_percent"] == pytest.approx(saved)
    assert f"in per cent of choice 1: {then['step_cost_percent']:.1f} %" in then["words"]
    assert "Beside today" not in then["words"]


@pytest.mark.parametrize(
    ("rows", "more", "problem"),
    [
        (ROWS, (), "no row for lamp in far"),
        ((*ROWS, ROWS[0]), (), "line 5: the pair is there twice"),
        ((*ROWS, "far,lamp,none,4,1,1,1"), (), "no number above 0 and up to a million: 'none'"),
        ((*ROWS, "far,lamp,1e300,4,1,1,1"), (), "up to a million: '1e300'"),
        ((*ROWS, LAST), ("--capacity", "1e300"), "above 0 and up to a million"),
        ((*ROWS, "far,lamp,1,4,1,1.5,1"), (), "outside 0 to 1"),
        ((*ROWS, LAST), ("--capacity", "0.5"), "No targets keep within these limits"),
        ((*ROWS, LAST), ("--point", "10"), "numbered from 1 to 9"),
        (("near,hole,1,6,1,0,", "far,hole,1,6,1,0,"), (), "--capacity HOURS"),
    ],
)
def test_what_no_file_can_ask_is_said(
    tmp_path: Path, rows: tuple[str, ...], more: tuple[str, ...], problem: str
) -> None:
    result = run(*demand(tmp_path, *rows), *more)
    assert result.exit_code == 1
    assert problem in result.stderr


def test_a_city_reads_its_own_at_the_command_line(sqlite_city: World) -> None:
    assert "There are no reports yet" in run(world=sqlite_city).stderr
    # A command goes by the machine's clock.
    sqlite_city.clock.advance(days=(datetime.now(UTC) - NOON).days - 100)
    fill(sqlite_city)
    found = json.loads(run("--points", "3", "--json", world=sqlite_city).stdout)
    assert found["basis"]["problems"] == 31
    assert found["basis"]["importance"] == {"POTHOLE": 6.0}
    assert found["basis"]["hours_per_day"] == pytest.approx(found["today"]["hours_per_day"])
    assert found["points"][0]["efficiency_of_today"] < 1
    today = {one["area_name"]: one["today"] for one in found["points"][1]["targets"]}
    assert [today[name]["days"] for name in ("SE side", "SW side")] == pytest.approx([1, 30])
    assert today["NE side"] is None


def test_staff_see_the_choices_and_one_of_them_by_district(sqlite_city: World) -> None:
    client = sqlite_city.signed_in(Role.WARD_STAFF)
    assert "Nobody can tell yet" in client.get("/audit/targets").text
    fill(sqlite_city)
    client = sqlite_city.signed_in(Role.WARD_STAFF)

    def words(address: str) -> str:
        page = client.get(address)
        assert page.status_code == 200
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())

    text = words("/audit/targets?point=7")
    assert "Nothing changes by choosing here." in text
    assert "Pothole (target in the catalogue: 3 days)" in text
    assert "Choice 7 (shown below)" in text
    row = re.search(r"SW side (\d+) 100 of 100 in 30 days 100 of 100 in [\d.]+ days", text)
    assert row
    assert row[1] == "36"  # ten in a hundred days
    # Seven in a hundred days are open data; how they are served is not told.
    assert re.search(r"NW side 26 hidden 100 of 100 in", text)
    assert "each report’s own page says what became of it" in text
    assert "Nothing waits now that nobody looked at yet." in text
    assert "Worse than today in some of the 4 districts: Pothole (in 1)." in text
    assert "Worse than today in: SE side." in text
    splits = re.findall(r"[NS][EW] side ([\d.]+) % ([\d.]+) %", text)
    assert len(splits) == 4
    for split in zip(*splits, strict=True):
        assert sum(map(float, split)) == pytest.approx(100, abs=0.2)
    usual = words("/audit/targets")
    for asked in ("point=8", "point=0", "point=two", "point=" + "9" * 5000, "choice=6"):
        answer = client.get(f"/audit/targets?{asked}")
        assert answer.status_code == 422
        said = {"c": "These are known: point."}.get(asked[0], "numbered from 1 to 7.")
        page = " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
        assert said in page
        assert page.split("The choices ")[-1] == usual.split("The choices ")[-1]
    assert client.get("/audit/targets.csv?point=1").status_code == 422


def test_the_pages_command_gives_its_figures_later_and_hides_what_it_hides(
    sqlite_city: World,
) -> None:
    fill(sqlite_city)
    client = sqlite_city.signed_in(Role.WARD_STAFF)
    page = unescape(client.get("/audit/targets?point=6").text)
    rows = [
        row
        for row in csv.DictReader(io.StringIO(client.get("/audit/targets.csv").text))
        if row["choice"] == "6"
    ]
    found = re.search(r"python -m backend equity targets ([^<]+)</code>", page)
    assert found
    assert "--as-of 2" in found[1]
    sha256 = re.search(r"SHA-256 <code>(\w{64})</code>", page)
    assert sha256
    # What comes in and is done later changes nothing of that moment.
    sqlite_city.clock.advance(days=2)
    with unit_of_work(ANONYMOUS) as work:
        file_report(work, a_report(99, IN_NE))
    made = json.loads(run(*found[1].split(), "--json", world=sqlite_city).stdout)
    assert made["basis"]["data_sha256"] == sha256[1]
    for row, target in zip(rows, made["points"][5]["targets"], strict=True):
        today = target["today"] or {"inspected_share": "", "days": ""}
        figures = {
            "district_name": target["area_name"],
            "reported_in_a_year": target["requests_a_year"],
            "why_none": target["why_none"] or "",
            "today_inspected_share": today["inspected_share"],
            "today_days": today["days"],
            "inspected_share": target["inspected_share"],
            "target_days": target["target_days"],
        }
        assert {name: str(one) for name, one in figures.items()}.items() <= row.items()
    assert [row["why_none"] for row in rows] == ["hidden", "hidden", "", ""]
    words = run(*found[1].split(), world=sqlite_city).stdout
    # Each step in the same figures, of the same base, which both name.
    assert "In per cent of today’s" in page
    steps = re.findall(r">([^<]+ less difference)<", page)
    assert len(steps) == 6
    said = re.findall(r"This step alone, in per cent of today’s: (.+?)\. Beside", words)
    assert said == steps
    beside = re.findall(r'data-label="(?:Waiting|Difference)[^"]+">([^<]+)<', page)
    told = re.findall(r"Beside today: (.+? %) of the waiting, (.+? %) of the difference", words)
    assert [figure for pair in told for figure in pair] == beside
    assert sha256[1] in words
    assert hidden_words() in page
    assert hidden_words() in words
    assert re.search(r"NE side: .+; today hidden; 15 reported in a year", words)
    assert re.search(r"SE side: .+; today 100 of 100 within 1.0 days on average; 36 rep", words)
    assert "Give a moment such as" in run("--as-of", "yesterday").stderr
    assert "not for --csv" in run("--as-of", "2026-06-01", "--csv", "demand.csv").stderr


def test_what_the_page_counts_is_what_open_data_says(sqlite_city: World) -> None:
    """So nothing of a cell is told by counting it, however few told of it."""
    fill(sqlite_city)
    with unit_of_work(OPERATOR) as work:
        file_report(work, a_report(70, IN_NE, channel=Channel.CREW))
    client = sqlite_city.signed_in(Role.WARD_STAFF)
    told = {
        (row["district_name"], row["service_code"]): int(row["reported_in_a_year"])
        for row in csv.DictReader(io.StringIO(client.get("/audit/targets.csv").text))
    }
    public = sqlite_city.client().get("/data/requests.csv").text
    known = Counter(
        (row["district_name"], row["service_code"])
        for row in csv.DictReader(io.StringIO(public))
        if row["service_request_id"] == row["incident_id"] and row["source"] == "resident"
    )
    assert told == {cell: round(number / 100 * 365) for cell, number in known.items()}
