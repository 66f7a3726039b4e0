"""What is checked in for those who write phone clients is what the program does."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

import pytest
from click.testing import CliRunner
from described import fits
from mobile_api.changes import ChangesSchema
from mobile_api.face import ProblemSchema
from mobile_api.notices import NewRegistrationSchema, WishesSchema
from mobile_api.own_data import OwnDataSchema
from mobile_api.schemas import NewReportSchema, ReportSchema
from mobile_api.sync_schemas import ResultsSchema
from sources import ROOT
from worlds import World

from backend.cli.openapi import openapi
from backend.core.config import Settings, environment_name

FOLDER = ROOT / "mobile-api"


def example(name: str) -> Any:
    return json.loads((FOLDER / "examples" / f"{name}.json").read_text(encoding="utf-8"))


def test_the_description_has_not_drifted() -> None:
    printed = CliRunner().invoke(openapi).stdout
    checked_in = (FOLDER / "openapi.json").read_text(encoding="utf-8")
    assert printed == checked_in, "python -m backend openapi > mobile-api/openapi.json"


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("report", NewReportSchema),
        ("answer", ReportSchema),
        ("problem", ProblemSchema),
        ("results", ResultsSchema),
        ("changes", ChangesSchema),
        ("own-data", OwnDataSchema),
        ("registration", NewRegistrationSchema),
        ("wishes", WishesSchema),
    ],
)
def test_the_examples_fit_the_schemas(name: str, schema: type[Any]) -> None:
    assert schema().validate(example(name)) == {}


def test_the_examples_are_what_a_city_answers(sqlite_city: World) -> None:
    client, report, answer = sqlite_city.client(), example("report"), example("answer")
    url = "https://reports.example.org/v1/reports"
    filed, again = client.post(url, json=report), client.post(url, json=report)
    refused = client.post(url, json={**report, "description": "Another hole"})
    assert [one.status_code for one in (filed, again, refused)] == [201, 200, 409]
    # The number is the one thing a city makes up by itself.
    number = json.loads(filed.text)["number"]
    said = [json.loads(one.text.replace(number, answer["number"])) for one in (filed, again)]
    assert said == [answer, answer]
    assert json.loads(refused.text.replace(number, answer["number"])) == example("problem")


def test_the_examples_of_a_phone_without_a_network_are_what_a_city_answers(
    sqlite_city: World,
) -> None:
    assert fits("Batch", example("batch"))
    client, url = sqlite_city.client(), "https://reports.example.org/v1"
    phone = {"Authorization": f"Bearer {client.post(f'{url}/devices').get_json()['token']}"}
    said = {
        "results": client.post(f"{url}/sync", json=example("batch"), headers=phone),
        "changes": client.get(f"{url}/changes"),
        "own-data": client.get(f"{url}/me/data", headers=phone),
    }
    number = said["results"].get_json()["results"][0]["document"]["number"]
    for name, answer in said.items():
        told = json.loads(answer.text.replace(number, example("answer")["number"]))
        assert told == example(name), name


@pytest.mark.parametrize("name", ["phones", "privacy"])
def test_what_a_guide_shows_is_part_of_an_example(name: str) -> None:
    guide = (ROOT / "docs/guide" / f"{name}.md").read_text(encoding="utf-8")
    known = [part for path in FOLDER.glob("examples/*.json") for part in parts(example(path.stem))]
    shown = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", guide, re.DOTALL)]
    assert shown
    assert [one for one in shown if one not in known] == []


def test_the_guides_name_routes_and_settings_that_there_are() -> None:
    guides = "".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs/guide").glob("*.md"))
    )
    paths = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))["paths"]
    named = re.findall(r"\b(GET|POST|PUT|PATCH|DELETE) (/v1/[a-z/{}-]*)", guides)
    assert named
    assert [(verb, path) for verb, path in named if verb.lower() not in paths.get(path, {})] == []
    settings = {environment_name(setting.name) for setting in fields(Settings)}
    assert set(re.findall(r"\bEVENWARD_[A-Z0-9_]+", guides)) <= settings


def test_what_an_address_names_may_not_be_there() -> None:
    paths = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))["paths"]
    lacking = [
        (verb, path)
        for path, verbs in paths.items()
        for verb, operation in verbs.items()
        if "{" in path and verb != "parameters" and "404" not in operation["responses"]
    ]
    assert lacking == []


def parts(value: Any) -> Iterator[Any]:
    """`value`, and whatever stands in it."""
    yield value
    inner = value.values() if isinstance(value, dict) else value
    for one in inner if isinstance(inner, Iterable) and not isinstance(inner, str) else ():
        yield from parts(one)
