"""What the audit room is asked for and does not know is said on the page, above its choices."""

import re
from datetime import date

import pytest
from audited import fitted, promise_and_find, stands, strips
from page_reader import read_page
from werkzeug.test import TestResponse
from worlds import World, csrf

from backend.audits.models import RateRun
from backend.core.actors import OPERATOR, Role
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries

AT_TOP = ("audit", "audits")
# Their pages are the choices alone where something was refused.
WITH_CHOICES = ("/audit/maps", "/audit/compare", "/audit/sensitivity")
VALUES = {"id": 1, "version": 1, "code": "S01"}
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


@pytest.mark.slow
def test_no_page_or_file_passes_over_a_name_that_nobody_knows(sqlite_city: World) -> None:
    """Pages say it and are as they were otherwise, for residents as well."""
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips())
    run = fitted()
    with unit_of_work(OPERATOR) as work:
        work.session.get_one(RateRun, run.id).fitted = '{"areas": {}}'
    promise_and_find()
    client = sqlite_city.signed_in(Role.ANALYST)
    form = {"csrf_token": csrf(client, "/audit/weights"), "strength": "1"}
    assert client.post("/audit/weights", data=form).status_code == 302
    asked = 0
    for rule in sqlite_city.app.url_map.iter_rules():
        if not rule.rule.startswith(("/audit/", "/audits/")) and rule.rule[1:] not in AT_TOP:
            continue
        if "GET" not in (rule.methods or ()):
            continue
        path = rule.build({name: VALUES[name] for name in rule.arguments})
        address = str(path and path[1])
        plain, answer = client.get(address), client.get(address + "?foo=1")
        assert (plain.status_code, answer.status_code) == (200, 422), address
        assert answer.mimetype == "text/html", address
        assert "Nobody knows the filter “foo”. These are known: " in answer.text, address
        assert read_page(answer.text).faults == [], address
        is_file = plain.mimetype != "text/html" or "Content-Disposition" in plain.headers
        if not is_file and rule.rule not in WITH_CHOICES:
            assert title(answer) == title(plain)
        asked += 1
    assert asked > 20
    for address in ("/audits", "/audits/1", "/audits/promises", "/audits/definitions"):
        public = sqlite_city.client()
        for answer in (public.get(f"{address}?foo=1"), public.get(f"{address}?foo=1")):
            assert (answer.status_code, "These are known: none." in answer.text) == (422, True)
        assert "“foo”" not in public.get(address).text


def title(answer: TestResponse) -> str:
    """What a page is called."""
    return re.sub(r".*<h1[^>]*>(.*?)</h1>.*", r"\1", answer.text, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/audit?services=Lamps", "The filter “services” cannot be “Lamps”"),
        ("/audit?services=Roads&services=", ""),
        ("/audit/districts/S01.csv?figure=zzz", "“Figure” cannot be “zzz”"),
        ("/audit/districts/S01.csv?part=rates&part=zzz", "“part” cannot be “zzz”"),
        ("/audit/districts/S01.csv?figure=relative-rate&figure=turnout", ""),
        ("/audit/districts/S01.csv?figure=population&part=", ""),
    ],
)
def test_a_part_that_nobody_offers_is_said_on_the_page(
    sqlite_city: World, address: str, said: str
) -> None:
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips())
    fitted()
    answer = sqlite_city.signed_in(Role.WARD_STAFF).get(address)
    assert answer.status_code == (422 if said else 200)
    assert said in answer.text
    if said:
        assert "Go to the front page" not in answer.text
        assert read_page(answer.text).faults == []


@pytest.mark.parametrize("threshold", ["1,5x", "abc", "-3"])
def test_a_threshold_that_is_none_leaves_the_promise_as_it_was_typed(
    sqlite_city: World, threshold: str
) -> None:
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips())
    analyst = sqlite_city.signed_in(Role.ANALYST)
    new = analyst.get("/audits/preregistrations/new")
    quarters = re.findall(r'<option value="([^"]+)"', new.text)
    form = {
        "csrf_token": csrf(analyst, "/audits/preregistrations/new"),
        "quarter": quarters[2],
        "metric": ["waiting-days", "turnout"],
        "grouping": ["districts", "fifths by income"],
        "threshold-waiting-days": threshold,
        "threshold-reopened": "0.5",
    }
    answer = analyst.post("/audits/preregistrations", data=form)
    said = "must be a number from"
    assert refused(answer, said) == {"quarter": quarters[2]}
    assert title(answer) == title(new)
    checked = re.findall(r'name="(\w+)" value="([^"]+)" checked', answer.text)
    assert sorted(checked) == sorted(
        (name, one) for name in ("metric", "grouping") for one in form[name]
    )
    typed = dict(re.findall(r'name="threshold-([^"]+)" value="([^"]+)"', answer.text))
    assert typed == {"waiting-days": threshold, "reopened": "0.5"}
    again = form | {"threshold-waiting-days": "1.5", "threshold-reopened": ""}
    assert analyst.post("/audits/preregistrations", data=again).status_code == 302


@pytest.mark.parametrize("strength", ["0,7", "abc", "6"])
def test_a_strength_that_is_none_stays_in_its_form(sqlite_city: World, strength: str) -> None:
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips())
    fitted()
    analyst = sqlite_city.signed_in(Role.ANALYST)
    form = {"csrf_token": csrf(analyst, "/audit/weights"), "strength": strength}
    answer = analyst.post("/audit/weights", data=form)
    assert refused(answer, "The strength of a weight set is a number from 0 to 5.") == {}
    assert f'name="strength" value="{strength}"' in answer.text
    assert "<h1>Weights: proposed by arithmetic" in answer.text
