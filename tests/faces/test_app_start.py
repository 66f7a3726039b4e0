"""What the app is told before its first screen, and what a city may set of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from acting import do
from described import check_described
from worlds import IN_SW, World, a_report

from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.app_settings import contrast
from backend.core.config import ConfigError, read_settings
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.reports.catalogue_file import read_catalogue
from backend.reports.file_report import file_report
from backend.reports.import_catalogue import import_catalogue
from backend.reports.models import Service

CATALOGUE = """
[[service]]
code = "POTHOLE"
name = "Pothole"
severity_band = 2
target_hours = 72
keywords = "road, pavement"
public_grid_metres = 50
translations = [
    {language = "en", keywords = ["pothole*"]},
    {language = "es", name = "Bache", description = "Un agujero", keywords = ["bache*", "hoyo"]},
    {language = "ar", name = "حفرة"},
]

[[service.attribute]]
code = "SIZE"
datatype = "singlevaluelist"
description = "How large?"
choices = [{key = "s", name = "Small"}, {key = "very large", name = "Large"}]
translations = [
    {language = "es", description = "¿Cómo de grande?", choices = {"very large" = "Grande"}},
]
"""


def start(city: World, **headers: str) -> Any:
    answer = city.client().get("/v1/app", headers=headers)
    if answer.status_code == 200:
        check_described("/v1/app", answer)
    return answer


def test_the_app_is_told_all_it_needs_in_one_small_answer(city: World) -> None:
    answer = start(city)
    found = answer.get_json()
    assert len(answer.data) < 2000
    assert (found["city"], found["time_zone"]) == ("Testwick", "Europe/Berlin")
    assert found["emergency"] == {"number": "112", "sentence": None, "words": []}
    assert found["languages"] == ["en", "es", "pl", "ar"]
    assert found["theme"] == {"accent_colour": None, "logo": None}
    assert found["sign_in"] == {
        "email": True, "phone": True, "phone_region": None, "firebase": None,
    }  # fmt: skip
    assert found["extent"] == [10.0, 50.0, 10.02, 50.02]
    assert found["limits"]["photos"] == 6
    assert found["privacy"] == {"public_grid_metres": None, "retention_days": None, "url": None}
    tag = answer.headers["ETag"]
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert start(city, **{"If-None-Match": tag}).status_code == 304
    session = current_session()
    for service in session.query(Service):
        service.retention_days = 30 * (1 + service.severity_band)
        service.public_grid_metres = 100 if service.code == "BENCH" else None
    session.commit()
    do(OPERATOR, import_catalogue, read_catalogue(written(city.data_dir, "")))
    changed = start(city, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.get_json()["privacy"] == {
        "public_grid_metres": 100, "retention_days": 150, "url": None,
    }  # fmt: skip


def test_what_a_city_sets_is_what_the_app_gets(sqlite_city: World, tmp_path: Path) -> None:
    logo = tmp_path / "arms.svg"
    logo.write_text("<svg/>")
    runtime = current_runtime()
    given = {
        "ACCENT_COLOUR": "#7A1F3D",
        "LOGO": str(logo),
        "LANGUAGES": "pl, uk",
        "EMERGENCY_SENTENCE": "Call first.",
        "FIREBASE_PROJECT": "demo-civic",
        "FIREBASE_WEB": '{"apiKey": "public", "authDomain": "demo-civic.example"}',
        "TERMS_URL": "https://city.example/terms",
    }
    read = read_settings({f"EVENWARD_{name}": value for name, value in given.items()})
    names = [name.lower() for name in given]
    runtime.settings = replace(runtime.settings, **{name: getattr(read, name) for name in names})
    found = start(sqlite_city).get_json()
    assert found["theme"] == {
        "accent_colour": "#7a1f3d",
        "logo": "data:image/svg+xml;base64,PHN2Zy8+",
    }
    assert found["languages"] == ["pl", "uk"]
    assert found["sign_in"]["firebase"] == {
        "apiKey": "public", "authDomain": "demo-civic.example", "projectId": "demo-civic",
    }  # fmt: skip
    assert (found["emergency"]["sentence"], found["terms_url"]) == (
        "Call first.", "https://city.example/terms",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACCENT_COLOUR", "#8fbf4d"),
        ("ACCENT_COLOUR", "teal"),
        ("LOGO", "/nowhere.svg"),
        ("LOGO", __file__),
        ("LANGUAGES", "english"),
        ("TERMS_URL", "javascript:alert(1)"),
        ("FIREBASE_WEB", '{"apiKey": "x"}'),
        ("FIREBASE_WEB", '{"apiKey": "x", "authDomain": "https://evil/<script>"}'),
        ("FIREBASE_WEB", '{"apiKey": "x", "authDomain": "city.firebaseapp.com/path"}'),
        ("FIREBASE_WEB", '{"apiKey": "x", "authDomain": "city"}'),
        ("FIREBASE_PROJECT", "a b/c"),
        ("FIREBASE_PROJECT", "Our-City"),
        ("FIREBASE_PROJECT", "short"),
        ("FIREBASE_PROJECT", "city-of-lanterns-"),
        ("FIREBASE_WEB", '{"apiKey": "x", "authDomain": "y.example", "private_key": "z"}'),
    ],
)
def test_a_setting_that_cannot_be_is_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"EVENWARD_{name}"):
        read_settings({f"EVENWARD_{name}": value})


def test_contrast_is_that_of_the_guidelines() -> None:
    # The examples everybody knows: black on white, and the lightest grey that passes.
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert contrast("#767676", "#ffffff") > 4.5 > contrast("#777777", "#ffffff")


def test_services_are_said_in_the_language_asked_for(city: World) -> None:
    do(OPERATOR, import_catalogue, read_catalogue(written(city.data_dir, CATALOGUE)))
    said = {language: pothole(city, language) for language in ("en", "es-MX", "ar", "pl", "xx")}
    assert [one["service_name"] for one in said.values()] == [
        "Pothole", "Bache", "حفرة", "Pothole", "Pothole",
    ]  # fmt: skip
    assert said["en"]["keywords"] == ["pothole*"]
    assert said["es-MX"]["keywords"] == ["bache*", "hoyo"]
    assert (said["ar"]["keywords"], said["pl"]["keywords"]) == ([], ["road", "pavement"])
    [question] = said["es-MX"]["attributes"]
    assert question["description"] == "¿Cómo de grande?"
    assert [one["name"] for one in question["choices"]] == ["Small", "Grande"]
    assert (said["en"]["public_grid_metres"], said["en"]["retention_days"]) == (50, None)


def test_reports_name_their_service_in_the_language_asked_for(city: World) -> None:
    do(OPERATOR, import_catalogue, read_catalogue(written(city.data_dir, CATALOGUE)))
    first = do(ANONYMOUS, file_report, a_report(1))
    draft = {"service_code": "POTHOLE", "lon": IN_SW[0], "lat": IN_SW[1]}
    near = f"/v1/reports?near={IN_SW[1]},{IN_SW[0]}"
    city.clock.advance(days=9)
    for language, name in (("es-MX", "Bache"), ("ar", "حفرة"), ("fr", "Pothole")):
        client, headers = city.client(), {"Accept-Language": language}
        asked = [
            client.get(path, headers=headers)
            for path in (f"/v1/reports/{first.number}", near, "/v1/overdue")
        ]
        asked.append(client.post("/v1/reports/candidates", json=draft, headers=headers))
        one, around, overdue, candidates = (answer.get_json() for answer in asked)
        listed = [around["reports"], overdue["reports"], candidates["candidates"]]
        assert [len(some) for some in listed] == [1, 1, 1]
        assert {one["service_name"], *(some[0]["service_name"] for some in listed)} == {name}
        for answer in asked:
            assert "Accept-Language" in answer.vary


def pothole(city: World, language: str) -> dict[str, Any]:
    answer = city.client().get("/v1/services", headers={"Accept-Language": language})
    check_described("/v1/services", answer)
    again = city.client().get(
        "/v1/services",
        headers={"Accept-Language": language, "If-None-Match": answer.headers["ETag"]},
    )
    assert (again.status_code, again.data) == (304, b"")
    found: dict[str, Any] = next(
        one for one in answer.get_json() if one["service_code"] == "POTHOLE"
    )
    return found


def written(folder: Path, text: str) -> Path:
    path = folder / "catalogue.toml"
    path.write_text(text, encoding="utf-8")
    return path
