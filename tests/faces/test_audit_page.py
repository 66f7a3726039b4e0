"""The audit of reporting: the page says what the rows say, in words anybody can repeat."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from worlds import NOON, World

from backend.audits.models import AreaRate, RateRun
from backend.core.actors import OPERATOR, Role
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.places.models import District

HYPER = {"reach_days": [40.0, 20.4, 80.5], "frailty": [1.0, 0.5, 2.0]}
FITTED = {
    "city": "city.example",
    "limit_days": 100.0,
    "blackout_days": 1.0,
    "later_blackout_days": 2.0,
    "incidents": 612,
    "duplicates": 203,
    "census": ["share_65_plus"],
    "neighbours": 4,
    "is_pooled_only": False,
    "city_rate": [0.04, 0.03, 0.05],
    "hyper": HYPER,
    "services": {"Roads": ["POTHOLE", "SIGNAL"]},
    "hidden": {},
    "already_shown": {"joined": 3, "anew": 2, "left": 1},
    "otherwise_if_leavers_reported": ["North", "South"],
}
TOLD = {"grade": "B", "relative_rate": 0.5, "low": 0.409, "high": 0.691}
SAME = {"later_grade": "B", "later_rate": 0.52, "later_low": 0.4, "later_high": 0.8}
UNKNOWN = {"grade": "C", "later_grade": "C", "duplicates": 3}


def page(world: World, *rows: dict[str, Any], query: str = "", **facts: object) -> str:
    """The page after a fit with these rows, one for each district; later ones are of potholes."""
    with unit_of_work(OPERATOR) as work:
        run = RateRun(
            id=work.runtime.ids.uuid(),
            fitted_at=work.now,
            boundary_set_id=1,
            data_from=NOON - timedelta(days=300),
            data_until=NOON,
            data_sha256="0" * 64,
            parameters=FITTED | facts,
        )
        work.session.add(run)
        work.session.flush()
        figures = {"reports": 9, "incidents": 8, "duplicates": 30, "exposure_days": 5.5}
        work.session.add_all(
            AreaRate(
                rate_run_id=run.id,
                district_id=1 + place % 4,
                service_code="POTHOLE" if place >= 4 else "",
                **figures | row,
            )
            for place, row in enumerate(rows)
        )
    client: FlaskClient = world.signed_in(Role.ANALYST)
    return " ".join(client.get(f"/audit{query}").text.split())


def test_every_district_reads_as_its_row_says(sqlite_city: World) -> None:
    moved = {"later_grade": "B", "later_rate": 0.71, "later_low": 0.509, "later_high": 0.891}
    quiet = UNKNOWN | {"grade": "S", "recent_reports": 7, "least_expected": 19}
    text = page(sqlite_city, TOLD | SAME, TOLD | moved, quiet | {"later_grade": "S"}, UNKNOWN)
    assert "In 90 days 7 reports came from here. From as many residents," in text
    assert "lets one expect 19 or more" in text
    # Of one district the middle of its interval is said.
    assert text.count("between 0.40 and 0.70, likely 0.53") == 2
    assert text.count("Without the first 48 hours: between 0.50 and 0.90, likely 0.67 (B).") == 1
    assert "48 hours left out instead of 24, 1 district reads differently" in text
    assert "too few repeated reports from here (3)" in text
    assert "612 problems, reported again 203 times" in text
    assert "its neighbours and the census (age) say what is likely" in text
    assert "for about 40 days (between 20 and 81)" in text
    assert "3 added themselves, 2 reported something else and 1 left" in text
    assert "reported it, these districts would read differently: North, South." in text
    assert "<details>" not in text


def test_a_grade_that_hangs_on_what_is_left_out_is_told(sqlite_city: World) -> None:
    text = page(sqlite_city, TOLD | {"later_grade": "C"}, *[TOLD | SAME] * 3)
    assert text.count("Without the first 48 hours nobody can tell.") == 1
    text = page(sqlite_city, *[TOLD | SAME] * 4, otherwise_if_leavers_reported=[])
    assert "every district reads the same" in text
    assert "Had all who left reported it, every district would read the same." in text


def test_a_town_too_small_is_told_so_and_equal_rows_fold(sqlite_city: World) -> None:
    text = page(sqlite_city, *[UNKNOWN] * 4, is_pooled_only=True)
    assert "too little for figures by district" in text
    assert "about once in 25 days (between 20 and 34)" in text
    assert "<summary>4 districts of which nobody can tell</summary>" in text
    assert text.count("Cannot tell (C)") == 4
    text = page(sqlite_city, *[UNKNOWN] * 4, is_pooled_only=True, city_rate=[0.0, 0.0, 0.01])
    assert "Nobody has reported an open problem again so far" in text


def test_a_city_of_one_district_is_told_that_there_is_nothing_to_compare(
    sqlite_city: World,
) -> None:
    text = page(sqlite_city, UNKNOWN, is_pooled_only=True)
    assert "<h1>There is only one district, so there is nothing to compare it with</h1>" in text
    assert "too few repeated reports" not in text


def test_a_group_of_services_has_a_page_of_its_own(sqlite_city: World) -> None:
    rows = (*[TOLD | SAME] * 4, *[TOLD | {"low": 0.5, "high": 0.8712}] * 4)
    text = page(sqlite_city, *rows, query="?services=Roads")
    assert "Taken together: Pothole, Traffic light out." in text
    assert text.count("likely 0.66") == 4
    assert "likely 0.53" in page(sqlite_city, *rows, query="?services=Nonsense")


def test_what_was_fitted_on_another_city_is_not_shown(sqlite_city: World) -> None:
    text = page(sqlite_city, *[TOLD | SAME] * 4, city="another.example")
    assert "Nothing can be said yet" in text
    assert sqlite_city.signed_in(Role.ANALYST).get("/audit/rates.json").status_code == 404


def test_what_few_people_stand_behind_is_hidden_and_said_so(sqlite_city: World) -> None:
    rows = (TOLD | SAME, TOLD | SAME, UNKNOWN | {"grade": "S", "recent_reports": 2}, TOLD | SAME)
    codes = dict(current_session().execute(sa.select(District.id, District.code)).all())
    text = page(sqlite_city, *rows, hidden={"": [codes[1], codes[3]], "Roads": []})
    assert text.count("between 0.40 and 0.70, likely") == 2
    assert text.count("<strong>Hidden: too few people</strong>") == 1
    assert "In 90 days 2 reports" not in text
    assert "somebody should go and look. Hidden: too few people." in text
    assert "Where fewer than 10 problems or 5 people stand behind a figure it is hidden" in text
    # A fit from before it was looked for shows nothing.
    text = page(sqlite_city, *rows, hidden=None)
    assert "between 0.40" not in text
    assert "too few people" in text
