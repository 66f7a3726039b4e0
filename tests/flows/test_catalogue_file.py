"""The catalogue as a file: in force whole or not at all, and the same again when exported."""

from pathlib import Path

import pytest
from sources import ROOT
from worlds import IN_NW, IN_SE, SIDE, World, a_report, square_districts

from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries
from backend.places.locate import district_map
from backend.reports.catalogue import city_catalogue
from backend.reports.catalogue_file import read_catalogue
from backend.reports.export_catalogue import export_catalogue
from backend.reports.file_report import file_report
from backend.reports.import_catalogue import import_catalogue
from backend.reports.public_report import public_report
from backend.reports.queries import find_incident

CATALOGUE = '''# What the city takes reports of
[policy]
working_week = "WWWW---"
confirm_days = 21

[[team]]
code = "LIGHTS"
name = "Street \\"lighting\\" 💡"

[[body]]
code = "COUNTY"
name = "County"
public_contact = "roads@county.example"

[[service]]
code = "LIGHT"
name = "Street light"
description = """
Out, or [[flickering]]
all night: = """
severity_band = 3
target_hours = 72
counts_working_days = true
public_grid_metres = 100

[[service.attribute]]
code = "POLE"
datatype = "string"
description = "Which number stands on the pole?"
is_required = true

[[service.attribute]]
code = "COLOUR"
datatype = "singlevaluelist"
description = "Which colour?"
choices = [
    {key = "w", name = "White"},
    {key = "y", name = "Yellow"},
]

[[service]]
code = "POTHOLE"
name = "Hole in the road"
severity_band = 1
target_hours = 48

[[route]]
service = "LIGHT"
team = "LIGHTS"

[[route]]
district = "NW"
body = "COUNTY"

[[holiday]]
day = 2026-03-03
name = "Founding day"

[hazard_words]
en = ["live wire*", "gas"]
de = ["gasgeruch*"]
'''


WRONG_LINES: list[tuple[str, str, int | None, str]] = [
    ("confirm_days = 21", "confirm_days = 0", 4, "confirm_days is a whole number"),
    ('working_week = "WWWW---"', 'working_week = "MTWTF"', 3, "seven letters"),
    ("severity_band = 3", "severity_band = 5", 21, "from 0 to 4"),
    ("severity_band = 3", "severity_band = true", 21, "from 0 to 4"),
    ("severity_band = 3\n", "", 15, "severity_band is missing"),
    ("public_grid_metres = 100", "public_grid = 100", 24, "there is no public_grid here"),
    ('code = "POTHOLE"', 'code = "LIGHT"', 41, "LIGHT stands in an earlier service too"),
    ('code = "COLOUR"', 'code = "POLE"', 32, "POLE is asked twice"),
    ('datatype = "string"', 'datatype = "singlevaluelist"', 26, "attribute is a question with"),
    ('{key = "y"', '{key = "w"', 36, "each key once"),
    ('{key = "y"', '{id = "y"', 36, "each key once"),
    ('team = "LIGHTS"', 'team = "NOBODY"', 49, "the city has no team NOBODY"),
    ('district = "NW"', 'district = "XX"', 52, "the city has no district XX"),
    ('body = "COUNTY"\n', 'body = "COUNTY"\nteam = "LIGHTS"\n', 51, "one team or to one body"),
    ('district = "NW"', 'service = "LIGHT"', 51, "stands in an earlier route too"),
    ("day = 2026-03-03", 'day = "2026-03-03"', 56, "without quotes"),
    ('"gas"]', '" * "]', 60, "every word there is"),
    ('"gas"]', "7]", 60, "en is a list of words, each of them text in quotes"),
    ("de = [", "german = [", 61, "a language has a list of words"),
    ("[[holiday]]", "[holiday]", 55, "each holiday begins with [[holiday]]"),
    ("choices = [", "values = [", 36, 'is written here as choices = [{key = "a"'),
    ("is_required = true", "required = true", 30, "what Open311 calls required"),
    ("[policy]", "[polity]", 2, "there is no polity here"),
    ('name = "County"', "name = County", None, "line 12"),
]


def bring_in(folder: Path, text: str) -> None:
    path = folder / "catalogue.toml"
    path.write_text(text, encoding="utf-8")
    found = read_catalogue(path)
    with unit_of_work(OPERATOR) as work:
        import_catalogue(work, found)


def test_everything_in_the_file_is_in_force(city: World, tmp_path: Path) -> None:
    city_catalogue(current_session())
    bring_in(tmp_path, CATALOGUE)
    catalogue = city_catalogue(current_session())
    assert (catalogue.policy.working_week, catalogue.policy.confirm_days) == ("WWWW---", 21)
    light = catalogue.services["LIGHT"]
    assert [(one.code, one.is_required) for one in light.attributes] == [
        ("POLE", True),
        ("COLOUR", False),
    ]
    assert light.attributes[1].choices == {"w": "White", "y": "Yellow"}
    assert (catalogue.services["POTHOLE"].severity_band, len(catalogue.services)) == (1, 5)
    answers = {"POLE": ["17"]}
    with unit_of_work(ANONYMOUS) as work:
        lamp = file_report(
            work, a_report(1, IN_SE, service_code="LIGHT", attributes=answers)
        ).number
        hole = file_report(work, a_report(2, IN_NW, description="Gas comes out")).number
    session = current_session()
    # From Monday noon: Tuesday is a holiday, Friday to Sunday are none of the working week.
    assert find_incident(session, lamp).due_at.isoformat() == "2026-03-09T12:00:00+00:00"  # type: ignore[union-attr]
    shown = public_report(session, lamp)
    assert (shown.agency, shown.agency_contact) == ('Street "lighting" 💡', None)
    assert (shown.lon, shown.lat) != IN_SE
    shown = public_report(session, hole)
    assert (shown.agency, shown.agency_contact) == ("County", "roads@county.example")
    assert shown.emergency_number == "112"


def test_what_is_exported_can_be_imported_again_and_is_the_same(
    city: World, tmp_path: Path
) -> None:
    spanish = '{language = "es", name = "Farola", keywords = ["farola*"]}'
    question = '{language = "es", choices = {y = "Amarillo", "w 2" = "Blanco"}}'
    text = CATALOGUE.replace("target_hours = 72", f"target_hours = 72\ntranslations = [{spanish}]")
    text = text.replace("choices = [", f"translations = [{question}]\nchoices = [")
    bring_in(tmp_path, text)
    exported = export_catalogue(current_session())
    bring_in(tmp_path, exported)
    assert export_catalogue(current_session()) == exported
    for words in (
        "[[flickering]]\\nall night: =",
        "2026-03-03",
        '{key = "w", name = "White"}',
        spanish,
        question,
    ):
        assert words in exported


def test_what_a_file_leaves_out_stays_and_what_it_lists_is_replaced(
    city: World, tmp_path: Path
) -> None:
    bring_in(tmp_path, CATALOGUE)
    bring_in(tmp_path, 'route = []\n[hazard_words]\nen = ["fire"]\n')
    catalogue = city_catalogue(current_session())
    assert catalogue.routes == {}
    assert catalogue.calendar.holidays
    assert catalogue.policy.confirm_days == 21
    assert catalogue.hazards is not None
    found = [bool(catalogue.hazards.search(word)) for word in ("fire", "gas", "gasgeruch")]
    assert found == [True, False, True]


def test_a_file_with_one_wrong_line_changes_nothing_and_names_it(
    sqlite_city: World, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    untouched = export_catalogue(current_session())
    for before, after, line, why in WRONG_LINES:
        with subtests.test(after=after):
            assert before in CATALOGUE
            with pytest.raises(Invalid) as refusal:
                bring_in(tmp_path, CATALOGUE.replace(before, after, 1))
            assert refusal.value.facts.get("line") == line
            assert why in str(refusal.value.facts["why"])
            assert export_catalogue(current_session()) == untouched


def test_the_file_in_the_guide_can_be_read(tmp_path: Path) -> None:
    guide = (ROOT / "docs/guide/reports.md").read_text(encoding="utf-8")
    path = tmp_path / "catalogue.toml"
    path.write_text(guide.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    found = read_catalogue(path)
    assert [one["datatype"] for one in found.attributes["STREET_LIGHT"]] == [
        "string",
        "multivaluelist",
    ]


def test_the_catalogue_has_the_districts_in_force(city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        before = city_catalogue(work.session).districts
        import_boundaries(work, square_districts(SIDE / 2))
        after = city_catalogue(work.session).districts
        assert before is not None
        assert before is not after is district_map(work.session)
    assert city_catalogue(current_session()).districts is after
