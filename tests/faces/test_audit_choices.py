"""What the audit room is asked for and does not know is said on the page, above its choices."""

import re
from datetime import date

import pytest
from audited import fitted, stands, strips
from page_reader import read_page
from werkzeug.test import TestResponse
from worlds import World, csrf

from backend.core.actors import OPERATOR, Role
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries

CHOSEN = re.compile(r'<select [^>]*name="(\w+)">(.*?)</select>', re.DOTALL)


def chosen(answer: TestResponse) -> dict[str, str]:
    """Each field of the choices with what is chosen, which a browser takes to be the first."""
    assert read_page(answer.text).faults == []
    found = {}
    for name, options in CHOSEN.findall(answer.text):
        values = re.findall(r'value="([^"]*)"( selected)?', options)
        found[name] = next((value for value, is_chosen in values if is_chosen), values[0][0])
    return found


def refused(answer: TestResponse, said: str) -> dict[str, str]:
    """The choices of a page that says it cannot show what was asked for."""
    assert (answer.status_code, said in " ".join(answer.text.split())) == (422, True), answer.text
    assert "Go to the front page" not in answer.text
    return chosen(answer)


@pytest.mark.parametrize(
    ("changed", "said", "other"),
    [
        ({"figure": "happiness"}, "“Figure” cannot be “happiness”", {}),
        ({"first": "99"}, "Of “99” there is no audit", {"first": ""}),
        ({"first": ""}, "Of “no period” there is no audit", {"first": ""}),
        ({"then": "<b>"}, "Of “&lt;b&gt;” there is no audit", {"then": ""}),
        ({"frist": "1"}, "Nobody knows the filter “frist”. These are known: figure,", {}),
    ],
)
def test_periods_that_cannot_be_compared_leave_the_choices_as_they_were(
    sqlite_city: World, changed: dict[str, str], said: str, other: dict[str, str]
) -> None:
    first, then = stands(12 * [12.0], date(2025, 9, 30)), stands(12 * [4.0])
    client = sqlite_city.signed_in(Role.ANALYST)
    asked = {"figure": "waiting-days", "first": str(first), "then": str(then)}
    assert chosen(client.get("/audit/compare", query_string=asked)) == asked
    for page in ("/audit/compare", "/audit/compare.csv"):
        answer = client.get(page, query_string=asked | changed)
        assert refused(answer, said) == asked | other
        assert "District by district" not in answer.text
    assert refused(client.get(f"/audit/compare?first={first}&first={then}"), "“From” cannot be")


def test_a_period_without_the_figure_is_called_as_the_choices_call_it(sqlite_city: World) -> None:
    first, then = stands(12 * [12.0], date(2025, 9, 30)), stands(12 * [4.0])
    client = sqlite_city.signed_in(Role.ANALYST)
    address = f"/audit/compare?first={first}&then={then}&figure="
    said = "Of “1 Jul 2025 to 30 Sep 2025” there is no audit on the boundaries in force"
    refused(client.get(address + "median-wait"), said)
    overlap = f"/audit/compare?first={first}&then={first}&figure=waiting-days"
    refused(client.get(overlap), "“1 Jul 2025 to 30 Sep 2025” and “1 Jul 2025")


@pytest.mark.parametrize(
    ("changed", "said", "other"),
    [
        ({"blackout": "3"}, "“Left out after the first report” cannot be “3”", {"blackout": "2"}),
        ({"blackout": "x"}, "cannot be “x”", {"blackout": "2"}),
        ({"limit": "nan"}, "“Watched for at most” cannot be “nan”", {"limit": "100"}),
        ({"model": "guess"}, "“Model” cannot be “guess”", {"model": "bym2"}),
        ({"modle": "zip"}, "Nobody knows the filter “modle”.", {}),
    ],
)
def test_a_choice_nobody_is_offered_leaves_the_others_as_they_were(
    sqlite_city: World, changed: dict[str, str], said: str, other: dict[str, str]
) -> None:
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips())
    fitted()
    client = sqlite_city.signed_in(Role.ANALYST)
    asked = {"blackout": "4", "limit": "30", "model": "zip"}
    assert chosen(client.get("/audit/sensitivity", query_string=asked)) == asked
    for page in ("/audit/sensitivity", "/audit/sensitivity.csv"):
        answer = client.get(page, query_string=asked | changed)
        assert refused(answer, said) == asked | other
        assert "No rates yet" not in answer.text
    if "modle" not in changed:
        form = asked | changed | {"csrf_token": csrf(client)}
        assert refused(client.post("/audit/sensitivity", data=form), said) == asked | other


def test_a_map_of_no_figure_leads_back_to_the_figures(sqlite_city: World) -> None:
    client = sqlite_city.signed_in(Role.WARD_STAFF)
    for page in ("/audit/maps", "/audit/maps.csv"):
        answer = client.get(f"{page}?figure=happiness")
        assert refused(answer, "“Figure” cannot be “happiness”") == {"figure": "relative-rate"}
        assert "Show the whole queue" not in answer.text
