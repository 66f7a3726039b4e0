"""`equity fit` on files as cities really have them."""

import json
import random
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backend.cli.equity_fit import fit
from backend.cli.equity_fit_document import lines
from backend.cli.moment_text import read_moment
from equity.rates.fitted_parameters import FittedParameters

COLUMNS = (
    *("--incident", "incident", "--request", "request", "--at", "at"),
    *("--area", "area", "--category", "kind"),
)
HEADER = "incident,request,at,area,kind,risk,closed\n"


def run(tmp_path: Path, content: str | bytes, *options: str) -> Result:
    path = tmp_path / "log.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return CliRunner().invoke(fit, [str(path), *COLUMNS, *options])


def city_log() -> str:
    """Two wards; North repeats twice as often as South, West never."""
    rng = random.Random(5)
    lines = []
    for number in range(300):
        area, rate = (("North", 0.2), ("South", 0.1), ("West", 0.0))[number % 3]
        lines.append(
            f"i{number},r{number},2026-01-01T00:00:00Z,{area},light,{number % 5},1/21/2026"
        )
        for repeat in range(4):
            day = 2 + int(rng.expovariate(rate)) if rate else 99
            if day < 20:
                moment = f"01/{day:02}/2026 03:00:00 PM"
                lines.append(f"i{number},r{number}-{repeat},{moment},{area},light,,")
    return HEADER + "\n".join(lines) + "\n"


def test_a_log_gives_rates_in_words_and_in_figures(tmp_path):
    options = ("--until", "closed", "--covariate", "risk")
    shown = run(tmp_path, city_log(), *options)
    assert shown.exit_code == 0
    assert "C(area)[T.South]" in shown.stdout
    assert "Residents here report the same kind of problem between" in shown.stdout
    found = json.loads(run(tmp_path, city_log(), *options, "--json").stdout)
    north, south, west = found["areas"]
    assert (found["incidents"], found["exposure_days"]) == (300, pytest.approx(300 * 19))
    assert north["low"] > south["high"]
    assert (west["grade"], west["relative_rate"], west["incidents"]) == ("C", None, 100)
    assert found["coefficients"]["C(area)[T.West]"] is None
    assert found["parameters"]["covariates"]["risk"]["mean"] == pytest.approx(2.0)
    ended = json.loads(run(tmp_path, city_log(), *options, "--end", "2026-01-11", "--json").stdout)
    assert ended["exposure_days"] == pytest.approx(300 * 9)


def test_rows_that_cannot_be_read_are_listed_and_the_rest_is_used(tmp_path):
    broken = city_log() + (
        "x,1,yesterday,North,light,1,\n"
        "x,2,2026-01-01,North,light,high,\n"
        ",3,2026-01-01,North,light,1,\n"
        "x,4,2026-01-01\n"
        "x,5,13/13/2026,North,light,1,\n" + "x,6,2026-01-01,North,light,1,soon\n" * 20
    )
    options = ("--until", "closed", "--covariate", "risk", "--json")
    result = run(tmp_path, broken, *options)
    assert result.exit_code == 0
    clean = run(tmp_path, city_log(), *options)
    assert json.loads(result.stdout)["coefficients"] == json.loads(clean.stdout)["coefficients"]
    line = city_log().count("\n") + 1
    listed = result.stderr.splitlines()
    assert listed[0] == "25 rows could not be read and are left out:"
    assert listed[1] == f"  line {line}: at is no moment: 'yesterday'"
    assert listed[2] == f"  line {line + 1}: risk is no number: 'high'"
    assert listed[3] == f"  line {line + 2}: incident is empty"
    assert listed[4] == f"  line {line + 3}: it has 3 cells where the header has 7"
    assert listed[-1] == "  and 5 more"
    assert len(listed) == 22


def test_what_stands_for_nothing_is_missing_and_said(tmp_path):
    """`NA` is what R writes, `nan` what pandas does: nobody's name, and no district's."""
    header, *rows = city_log().splitlines()
    log = "\n".join([header + ",who", *(f"{row}," for row in rows)]) + "\n"
    extra = "NA,1,2026-01-01,North,light,1,,\nx,2,2026-01-01,nan,light,1,,\n"
    options = ("--reporter", "who", "--json", "--no-sensitivity")
    empty, marked = (
        run(tmp_path, content, *options) for content in (log, log.replace(",\n", ",NA\n") + extra)
    )
    found, expected = json.loads(marked.stdout), json.loads(empty.stdout)
    assert found["duplicates"] == expected["duplicates"] > 400
    assert [area["area"] for area in found["areas"]] == ["North", "South", "West"]
    assert found["incidents_left_out"]["without_area_or_category"] == 1
    assert f"who says 'NA' in {len(rows)} cells; they count as missing" in marked.stderr
    assert "incident says 'NA', which stands for nothing" in marked.stderr
    assert {"column": "area", "word": "nan", "cells": 1} in found["rows"]["missing_cells"]
    named = run(tmp_path, log + extra, *options, "--not-missing", "nan")
    assert "nan" in [area["area"] for area in json.loads(named.stdout)["areas"]]


def test_one_order_of_day_and_month_holds_for_a_whole_file(tmp_path):
    """Nobody's rows are read as March because others of April do not fit."""
    american = city_log()
    european = re.sub(r"\b(\d\d?)/(\d\d?)/2026", r"\2/\1/2026", american)
    options = ("--until", "closed", "--json", "--no-sensitivity")
    first, second = (run(tmp_path, log, *options).stdout for log in (american, european))
    assert json.loads(first) == json.loads(second)
    wrong = run(tmp_path, european, *options, "--month-first")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "closed is no moment: '21/1/2026'" in wrong.stderr
    assert "--day-first or --month-first" in wrong.stderr
    either = HEADER + "a,1,03/04/2026,North,light,1,\n" * 9
    unsure = run(tmp_path, either)
    assert (unsure.exit_code, "fits two orders, like 03/04/2026" in unsure.stderr) == (2, True)
    told = json.loads(run(tmp_path, either, "--day-first", "--json").stdout)
    assert told["parameters"]["first_at"].startswith("2026-04-03")


def test_an_error_that_cannot_be_told_is_null_with_a_reason(tmp_path):
    """Where each area has one incident, rates fit to the letter and leave no clustered error but
    rounding, whose square root may be no number."""
    log = HEADER + "".join(
        f"{a},{a}{n},2026-01-0{n},{a},light,1,\n" for a in "ABCDE" for n in (1, 4)
    )
    log += "end,end,2026-03-01,A,light,1,\n"
    found = json.loads(run(tmp_path, log, "--no-sensitivity", "--json").stdout)
    errors = found["cluster_standard_errors"]
    assert set(errors.values()) == {None}
    assert set(found["untold"]) == set(errors)
    assert min(found["standard_errors"].values()) > 0
    assert "1.4142         -" in run(tmp_path, log, "--no-sensitivity").stdout


def test_a_moment_that_can_hardly_be_right_does_not_move_the_end_of_the_data(tmp_path):
    stray = city_log() + (
        "x,1,2999-01-01,North,light,1,\n"
        "x,2,2026-01-01,North,light,1,2999-12-31\n"
        "x,3,1900-01-01,North,light,1,\n"
    )
    options = ("--until", "closed", "--json")
    result, clean = (run(tmp_path, content, *options) for content in (stray, city_log()))
    found, expected = json.loads(result.stdout), json.loads(clean.stdout)
    assert found["rows"].pop("stray") == 3
    assert expected["rows"].pop("stray") == 0
    assert found == expected
    line = city_log().count("\n") + 1
    assert result.stderr.splitlines() == [
        "3 rows have a moment that can hardly be right and are left out:",
        f"  line {line}: at lies in the future: 2999-01-01T00:00:00 (say with --end where the data "
        "end)",
        f"  line {line + 1}: closed lies in the future: 2999-12-31T00:00:00 (say with --end where "
        "the data end)",
        f"  line {line + 2}: at lies more than a year from the rest: 1900-01-01T00:00:00",
    ]
    # Who says where the data end need not hear of what lies beyond, and a hole is no slip.
    ended = run(tmp_path, stray, *options, "--end", "2026-01-21")
    assert json.loads(ended.stdout)["rows"]["stray"] == 1
    earlier = "".join(f"e{n},e{n},2019-01-01,North,light,1,\n" for n in range(200))
    assert json.loads(run(tmp_path, city_log() + earlier, *options).stdout)["rows"]["stray"] == 0
    nothing = run(tmp_path, HEADER + "x,1,2999-01-01,North,light,1,\n")
    assert "line 2: at lies in the future" in nothing.stderr


def test_nothing_reported_twice_is_an_answer_not_an_error(tmp_path):
    quiet = HEADER + "a,1,2026-01-01,North,light,1,\nb,2,2026-03-01,South,light,2,\n"
    result = run(tmp_path, quiet, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["duplicates"], found["log_likelihood"], found["coefficients"]) == (0, None, {})
    assert [area["grade"] for area in found["areas"]] == ["C", "C"]
    assert run(tmp_path, quiet).exit_code == 0


def square(name: str, left: int) -> dict:
    ring = [[left, 0], [left + 1, 0], [left + 1, 1], [left, 1], [left, 0]]
    return {
        "type": "Feature",
        "properties": {"ward": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.mark.slow
def test_areas_are_smoothed_over_a_table_of_neighbours_or_a_map(tmp_path):
    table, wards = tmp_path / "neighbours.csv", tmp_path / "wards.geojson"
    table.write_text("ward,next to\nNorth,South\nSouth,West\nWest,South\nEast,West\n")
    features = [square(name, 10 + x) for x, name in enumerate(("North", "South", "West", "East"))]
    wards.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    options = ("--until", "closed", "--model", "bym2")
    by_map = ("--boundaries", str(wards), "--id", "ward")
    found = json.loads(
        run(tmp_path, city_log(), *options, "--neighbours", str(table), "--json").stdout
    )
    north, south, west = found["areas"]
    assert north["low"] < north["relative_rate"] < north["high"]
    assert (west["grade"], west["relative_rate"], west["least_error_rate"]) == ("C", None, None)
    assert south["effective_duplicates"] <= south["duplicates"]
    hyper = found["hyperparameters"]
    assert set(hyper) == {
        "area_deviation", "part_shared_with_neighbours", "frailty_k", "reach_days",
    }  # fmt: skip
    assert all(one["low"] < one["mode"] < one["high"] for one in hyper.values())
    assert found["dispersion"]["alpha"] == pytest.approx(1 / hyper["frailty_k"]["mode"])
    assert [piece["from_day"] for piece in found["pieces"]] == [1, 2, 4, 7, 14]
    assert [len(one["areas"]) for one in found["sensitivity"]] == [3, 3]
    shown = "\n".join(lines(found))
    assert "part shared with neighbours: " in shown
    assert re.search(r"\n +24 h +48 h\nNorth ", shown)
    mapped = run(tmp_path, city_log(), *options, *by_map, "--no-sensitivity", "--json")
    assert json.loads(mapped.stdout)["areas"] == found["areas"]


def test_each_kind_of_problem_is_fitted_by_itself(tmp_path):
    mixed = city_log().replace("r21,2026-01-01T00:00:00Z,North,light", "r21,2026-01-01,North,sign")
    options = ("--until", "closed", "--by-category", "--no-sensitivity")
    light, sign = json.loads(run(tmp_path, mixed, *options, "--json").stdout)["by_category"]
    assert (light["category"], sign["category"]) == ("light", "sign")
    assert light["duplicates"] > 400
    assert {area["relative_rate"] for area in sign["areas"]} == {None}
    shown = run(tmp_path, mixed, *options).stdout
    assert re.search(r"\nlight:\nNorth  A ", shown)
    assert "\nsign: cannot tell" in shown


def test_parameters_are_written_for_one_city(tmp_path):
    saved = tmp_path / "parameters.json"
    result = run(tmp_path, city_log(), "--save", str(saved), "--city", "Northport", "--json")
    assert json.loads(result.stdout)["parameters"]["city"] == "Northport"
    assert FittedParameters.from_json(saved.read_text()).city == "Northport"
    assert run(tmp_path, city_log(), "--save", str(saved)).exit_code == 2
    # North and South alone: of the west, where nothing came again, Poisson parameters say nothing.
    held = city_log().replace("West,light", ",light")
    expect = ("--parameters", str(saved), "--no-sensitivity")
    shown = json.loads(run(tmp_path, held, *expect, "--city", "Northport", "--json").stdout)
    assert shown["expected_duplicates"] == pytest.approx(shown["duplicates"], rel=1e-6)
    assert [one["area"] for one in shown["areas"]] == ["North", "South"]
    assert (
        "North: 390, expected 390.0" in run(tmp_path, held, *expect, "--city", "Northport").stdout
    )
    for log, city, told in (
        (held, "Southport", "They were fitted on Northport and say nothing of Southport."),
        (held.replace("2026", "2025"), "Northport", "The parameters belong to another period."),
        (city_log(), "Northport", "West was not there"),
    ):
        refused = run(tmp_path, log, *expect, "--city", city)
        assert (refused.exit_code, told in refused.stderr) == (1, True)
    saved.write_text(saved.read_text()[:-9])
    refused = run(tmp_path, held, *expect, "--city", "Northport")
    assert "no fitted parameters" in refused.stderr
    assert run(tmp_path, held, *expect).exit_code == 2
    elsewhere = ("--save", str(tmp_path / "no" / "where"), "--city", "Northport")
    assert "cannot be written" in run(tmp_path, city_log(), *elsewhere).stderr


def test_reporters_count_once_and_the_citys_own_rows_not_at_all(tmp_path):
    first, *others = city_log().splitlines()
    header = first + ",who,how,saw"
    rows = [f"{line},p{number},app," for number, line in enumerate(others)]
    plain = "\n".join([header, *rows]) + "\n"
    again = "i0,again,2026-01-05,North,light,0,,p0,app,\ni0,crew,2026-01-06,North,light,0,,,crew,\n"
    columns = ("--reporter", "who", "--channel", "how", "--outcome", "saw", "--json")
    columns += ("--no-sensitivity",)
    expected = json.loads(run(tmp_path, plain, "--json").stdout)
    assert json.loads(run(tmp_path, plain + again, *columns).stdout)["areas"] == expected["areas"]
    counted = json.loads(run(tmp_path, plain + again, "--json").stdout)
    assert counted["duplicates"] == expected["duplicates"] + 2
    seen = plain.replace(",app,", ",app,gone")
    smoothed = (*columns, "--until", "closed", "--model", "bym2")
    fleeting = json.loads(run(tmp_path, seen, *smoothed).stdout)["hyperparameters"]
    lasting = json.loads(run(tmp_path, seen.replace("gone", "found"), *smoothed).stdout)
    assert fleeting["reach_days"]["mode"] < lasting["hyperparameters"]["reach_days"]["mode"]


def test_a_small_town_is_told_that_only_the_town_can_be_described(tmp_path):
    town = "\n".join(city_log().splitlines()[:21]) + "\n"
    found = json.loads(run(tmp_path, town, "--json").stdout)
    assert found["city"]["is_all_that_can_be_told"]
    assert found["city"]["low"] < found["city"]["further_reports_per_day"] < found["city"]["high"]
    assert "only the city as a whole can be described" in run(tmp_path, town).stdout
    alone = run(tmp_path, city_log().replace("South", "North").replace("West", "North")).stdout
    assert "There is only one district, so there is nothing to compare it with." in alone
    assert not json.loads(run(tmp_path, city_log(), "--json").stdout)["city"][
        "is_all_that_can_be_told"
    ]


ROW = "a,1,2026-01-01,North,light,1,\n"


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        ("", (), "has no header line"),
        (HEADER, (), "none is usable"),
        (HEADER + "a,1,never,North,light,1,\n", (), "line 2: at is no moment: 'never'"),
        ("incident,when\n", (), "no column request, at, area, kind. The columns are: incident, wh"),
        (HEADER.replace("risk", "at") + ROW, (), "has at more than once"),
        (HEADER.encode() + b"a,1,2026-01-01,Z\xfcrich,light,1,\n", (), "UTF-8"),
        ((HEADER + ROW).encode("utf-16"), (), "UTF-8"),
        (HEADER + '"' + "x" * 200_000 + ROW, (), "line 2: field larger than field limit"),
        (HEADER + ROW, ("--end", "soon"), "--end is soon"),
        (HEADER + ROW, ("--end", "03/04/2026"), "--end is 03/04/2026"),
        (HEADER + ROW, ("--end", "2020-01-01"), "the first request is of 2026-01-01"),
        (HEADER + ROW, ("--blackout-days", "200"), "blackout of 200.0 days and a limit of 100.0"),
        (HEADER + ROW, ("--limit-days", "nan"), "a limit of nan"),
        (HEADER + ROW, ("--limit-days", "1e20"), "a limit of 1e+20"),
        (None, ("--reference-area", "East"), "East is no value of area. The values are: North, So"),
        (None, ("--neighbours", "/no/where"), "no CSV file in UTF-8"),
        (None, ("--boundaries", "/no/where", "--id", "x"), "/no/where"),
        (None, ("--reference-area", "West"), "No incident with area West was reported again"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, content, options, told):
    result = run(tmp_path, city_log() if content is None else content, *options)
    assert result.exit_code == 1
    assert told in result.stderr
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) <= 1 + (2 if "never" in told else 0)


def test_a_covariate_that_says_nothing_is_named(tmp_path):
    constant = city_log().replace("light,0", "light,7")
    for number in range(1, 5):
        constant = constant.replace(f"light,{number}", "light,7")
    result = run(tmp_path, constant, "--covariate", "risk")
    assert (result.exit_code, "risk has the same value" in result.stderr) == (1, True)


def test_a_file_that_is_not_there_is_refused():
    result = CliRunner().invoke(fit, ["/nowhere/log.csv", *COLUMNS])
    assert (result.exit_code, "No such file" in result.stderr) == (1, True)


def test_a_census_figure_beside_the_areas_it_belongs_to_is_named(tmp_path):
    log = re.sub(r"(North|South|West),light,\d", lambda m: f"{m[1]},light,{len(m[1])}", city_log())
    log = log.replace("West,light,4", "West,light,6")
    result = run(tmp_path, log, "--covariate", "risk")
    assert result.exit_code == 1
    assert "Effects cannot be told apart" in result.stderr


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04T17:06:07Z",
        "2026-03-04 17:06:07",
        "2026-03-04T19:06:07+02:00",
        "2026-03-04 17:06:07 UTC",
        "03/04/2026 05:06:07 PM",
        "3/4/2026, 17:06:07",
        "04.03.2026 17:06:07",
    ],
)
def test_a_moment_is_read_in_the_forms_cities_use(text):
    assert read_moment(text, is_day_first=False).isoformat() == "2026-03-04T17:06:07+00:00"
    if "/" in text:
        assert read_moment(text, is_day_first=True).isoformat()[:10] == "2026-04-03"
        with pytest.raises(ValueError, match="/"):
            read_moment(text)


@pytest.mark.parametrize("text", ["12/31/2026 12:00 AM", "31/12/2026", "31.12.2026 0:00"])
def test_midnight_and_dates_alone(text):
    assert read_moment(text).isoformat() == "2026-12-31T00:00:00+00:00"


@pytest.mark.parametrize(
    "text", ["31/13/2026", "3/4/26", "12/31/2026 13:00 PM", "0001-01-01T00:00+09:00", "1767225600"]
)
def test_what_is_no_moment_is_not_guessed_at(text):
    with pytest.raises(ValueError, match=r".+"):
        read_moment(text)
