"""What is entered of a day on the way, and what acts on one report, outlives its session too."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from holding import HERE, hidden, sign_in_again, sign_out
from page_reader import read_page
from sweeping import a_plan_in_force
from werkzeug.test import TestResponse
from worlds import NOON, STAFF, World, a_report

from backend.core.actors import ANONYMOUS, Role
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.models import Body, ServiceRequest
from backend.reports.queries import find_incident
from backend.reports.workflow import State
from backend.triage.outreach.models import OutreachVisit
from backend.triage.sweeps.commands import RecordSweep
from backend.triage.sweeps.models import SweepNote
from backend.triage.sweeps.queries import sweeps_of
from backend.triage.sweeps.record_sweep import record_sweep

SHEET = "/desk/sweeps/1/days/1"
STOPS = "/desk/today/sweeps/1/1"


@pytest.fixture
def desk(sqlite_city: World) -> FlaskClient:
    """Signed in as ward staff."""
    return sqlite_city.signed_in(Role.WARD_STAFF)


@pytest.fixture
def number(sqlite_city: World) -> str:
    """Of a report that nobody has looked at yet."""
    with unit_of_work(ANONYMOUS) as work:
        work.session.add(Body(code="rail", name="The railway"))
        return file_report(work, a_report(1)).number


def held(
    desk: FlaskClient, page: str, at: str, who: str = "ward_staff", **typed: Any
) -> TestResponse:
    """What whoever typed it reads after they signed in again."""
    form = hidden(desk.get(page).text, at).to_dict() | typed
    sign_out(desk)
    locked = desk.post(at, data=form, headers=HERE)
    assert (locked.status_code, "so this was not sent yet" in locked.text) == (401, True)
    assert not any(one in locked.text for one in typed.values() if len(one) > 12)
    ready = sign_in_again(desk, locked, who)
    assert (ready.status_code, read_page(ready.text).faults) == (200, [])
    return ready


def look(desk: FlaskClient, ready: TestResponse, at: str) -> str:
    """Where they are led back to."""
    form = hidden(ready.text, f"{at}#kept") | {"look": "1"}
    page = desk.post(at, data=form, headers=HERE)
    assert page.status_code == 200
    return page.text


def rows(model: type[Any]) -> list[Any]:
    current_session().rollback()
    return list(current_session().scalars(sa.select(model)))


def test_a_visit_outlives_its_session(desk: FlaskClient) -> None:
    at = "/desk/outreach"
    typed = {"district": "SW", "visited_on": NOON.date().isoformat(), "channel": "phone"}
    ready = held(desk, at, at, **typed, people="12", words="Stood at the market")
    assert "People spoken with: 12" in ready.text
    assert rows(OutreachVisit) == []
    # Sent twice it is the same visit.
    for _time in range(2):
        assert desk.post(at, data=hidden(ready.text, at)).status_code == 302
    kept = [(one.people, one.words) for one in rows(OutreachVisit)]
    assert kept == [(12, "Stood at the market")]


def test_a_sheet_goes_back_to_its_lines(desk: FlaskClient, sqlite_city: World) -> None:
    a_plan_in_force(sqlite_city)
    day = NOON.date().isoformat()
    typed = {"started_at": f"{day}T08:00", "ended_at": f"{day}T10:00", "metres_walked": "400"}
    lines = {"stop-0": "1", "service-0": "POTHOLE", "description-0": "A wide crack at the kerb"}
    lines |= {"stop-7": "1", "description-7": "A bench without a back", "missed": "2"}
    ready = held(desk, SHEET, SHEET, **typed, **lines, lines="12")
    assert "Stop: 1, A wide crack at the kerb<" in ready.text
    assert "Stop: 1, A bench without a back<" in ready.text
    assert f"Started: {day} 08:00<" in ready.text
    assert "POTHOLE<" not in ready.text
    page = look(desk, ready, SHEET)
    assert sweeps_of(current_session(), 1) == {}
    assert 'name="description-7" value="A bench without a back"' in page
    assert 'value="POTHOLE" selected' in page
    assert 'name="missed" value="2" checked' in page
    # A colleague has recorded the day, so that there is no form any more.
    with unit_of_work(STAFF) as work:
        now = sqlite_city.clock.now()
        record_sweep(work, RecordSweep(1, 1, now.replace(hour=8), now, 900.0, (), []))
    form = hidden(ready.text, f"{SHEET}#kept")
    for sent in (form | {"look": "1"}, form):
        assert "A bench without a back<" in desk.post(SHEET, data=sent, headers=HERE).text


def test_what_is_noted_on_the_way_outlives_its_session(
    desk: FlaskClient, sqlite_city: World
) -> None:
    a_plan_in_force(sqlite_city)
    typed = {"stop": "1", "kind": "new", "service_code": "POTHOLE"}
    form = hidden(desk.get(STOPS).text.partition('id="find"')[2], STOPS).to_dict() | typed
    form["description"] = "A wide crack at the kerb"
    sign_out(desk)
    locked = desk.post(STOPS, data=form, headers=HERE)
    ready = sign_in_again(desk, locked, "ward_staff")
    assert "A wide crack at the kerb" in ready.text
    for _time in range(2):
        assert desk.post(STOPS, data=hidden(ready.text, STOPS)).status_code == 302
    assert [one.kind for one in rows(SweepNote)] == ["new"]
    assert [one.description for one in rows(ServiceRequest)] == ["A wide crack at the kerb"]
    # A mark holds no words: it is pressed anew, on the stop as it stands now.
    sign_out(desk)
    came_from = HERE | {"Referer": f"http://localhost{STOPS}"}
    mark = desk.post(STOPS, data=form | {"kind": "walked", "description": ""}, headers=came_from)
    assert "so nothing was changed" in mark.text


def test_the_end_of_a_day_outlives_its_session(desk: FlaskClient, sqlite_city: World) -> None:
    a_plan_in_force(sqlite_city)
    at = f"{STOPS}/end"
    ready = held(desk, STOPS, at, metres_walked="400")
    assert "Metres walked: 400" in ready.text
    # Who ends it is asked what they would have been asked before.
    refused = desk.post(at, data=hidden(ready.text, at))
    assert refused.status_code == 422
    assert 'name="metres_walked" type="number" value="400"' in refused.text


def test_what_somebody_told_outlives_its_session(desk: FlaskClient) -> None:
    at = "/desk/today/told"
    typed = {"description": "The lamp is out", "address": "nowhere at all"}
    ready = held(desk, "/desk/today/", at, **typed, service_code="POTHOLE")
    assert "nowhere at all" in ready.text
    sent = desk.post(at, data=hidden(ready.text, at))
    # What is not taken stays in its form.
    assert sent.status_code == 422
    assert "The lamp is out</textarea>" in sent.text


@pytest.mark.parametrize(
    ("what", "heading", "typed"),
    [
        ("status", "Change the state", {"to": "refused"}),
        ("status", "Hand it over to another body", {"to": "handed_over", "body_code": "rail"}),
        ("severity", "Another urgency", {"band": "2"}),
        ("service", "Another kind of problem", {"service": "BENCH"}),
        ("place", "Another place in the queue", {"place": "last"}),
        ("link", "Same as another?", {"by": "number", "other": "CC0EBMCX"}),
    ],
)
def test_an_act_on_a_report_goes_back_to_its_page(
    desk: FlaskClient, number: str, what: str, heading: str, typed: dict[str, str]
) -> None:
    page, at = f"/desk/incidents/{number}", f"/desk/incidents/{number}/{what}"
    ready = held(desk, page, at, **typed, reason="The bridge is theirs")
    assert "The bridge is theirs" in ready.text
    # Nothing is done before it was looked at, whatever became of it meanwhile.
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(number, State.TRIAGED, 1))
    shown = look(desk, ready, at)
    assert read_page(shown).faults == []
    found = find_incident(current_session(), number)
    assert (found.state, found.version) == (State.TRIAGED, 2)
    before, _id, form = shown.partition('id="kept"')
    assert heading in before[-400:]
    form = form.partition("</form>")[0]
    assert "The bridge is theirs</textarea>" in form
    assert shown.count("The bridge is theirs</textarea>") == 1
    assert "notice-error" not in shown
    assert what in ("place", "link") or 'name="version" value="2"' in form


def test_a_text_in_several_languages_goes_back_to_its_form(sqlite_city: World) -> None:
    admin, at = sqlite_city.signed_in(Role.ADMIN), "/admin/templates/new"
    texts = {"text-en": "We come on the next dry day.", "text-es": "Vamos el primer día seco."}
    ready = held(admin, at, at, "admin", name="Soon", step="", **texts)
    shown = look(admin, ready, at)
    assert all(f">{words}</textarea>" in shown for words in texts.values())
    assert "Soon" not in admin.get("/admin/templates").text


def test_words_whose_form_is_gone_are_told(desk: FlaskClient, number: str) -> None:
    page, at = f"/desk/incidents/{number}", f"/desk/incidents/{number}/place"
    ready = held(desk, page, at, place="first", reason="The school asked")
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(number, State.RESOLVED, 1, reason="Filled in"))
    shown = look(desk, ready, at)
    assert 'id="kept"' not in shown
    assert "The school asked<" in shown
