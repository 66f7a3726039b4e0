"""What is checked in for those who write phone clients is what the program does."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from mobile_api.face import ProblemSchema
from mobile_api.schemas import NewReportSchema, ReportSchema
from sources import ROOT
from worlds import World

from backend.cli.openapi import openapi

FOLDER = ROOT / "mobile-api"


def example(name: str) -> Any:
    return json.loads((FOLDER / "examples" / f"{name}.json").read_text(encoding="utf-8"))


def test_the_description_has_not_drifted() -> None:
    printed = CliRunner().invoke(openapi).stdout
    checked_in = (FOLDER / "openapi.json").read_text(encoding="utf-8")
    assert printed == checked_in, "python -m backend openapi > mobile-api/openapi.json"


@pytest.mark.parametrize(
    ("name", "schema"),
    [("report", NewReportSchema), ("answer", ReportSchema), ("problem", ProblemSchema)],
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
