"""What is sent after its session has ended waits in the page that answers, for whoever typed it."""

import re
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from holding import ENTER, HERE, PHONE, call, change_role, hidden, sign_in_again, sign_out
from page_reader import read_page
from pictures import encoded, scene
from werkzeug.datastructures import MultiDict
from worlds import IN_SW, PASSWORD, STAFF, World, a_report, csrf

from backend.core.access import declared_access
from backend.core.actors import ANONYMOUS, Role
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.models import Note, ServiceRequest
from backend.reports.queries import find_incident
from backend.reports.workflow import State


def reports() -> list[ServiceRequest]:
    current_session().rollback()
    return list(current_session().scalars(sa.select(ServiceRequest)))


@pytest.fixture
def desk(sqlite_city: World) -> FlaskClient:
    """Signed in as ward staff."""
    return sqlite_city.signed_in(Role.WARD_STAFF)


def test_a_call_outlives_its_session(desk: FlaskClient) -> None:
    form = call(desk)
    sign_out(desk)
    page = desk.post(ENTER, data=form, headers=HERE)
    assert (page.status_code, page.headers["Cache-Control"]) == (401, "no-store")
    assert "this was not sent yet" in page.text
    # Whoever else sits at this computer reads nothing of it, in the source either.
    assert "deep hole" not in page.text
    assert PHONE not in page.text
    assert read_page(page.text).faults == []
    wrong = sign_in_again(desk, page, "ward_staff", "not this one")
    assert wrong.status_code == 403
    ready = sign_in_again(desk, wrong, "ward_staff")
    assert (ready.status_code, ready.headers["Cache-Control"]) == (200, "no-store")
    assert "deep hole" in ready.text
    assert PHONE in ready.text
    assert read_page(ready.text).faults == []
    assert reports() == []
    saved = desk.post(ENTER, data=hidden(ready.text, ENTER), follow_redirects=True)
    assert "Saved" in saved.text
    assert [one.description for one in reports()] == [form["description"]]


def test_somebody_else_can_neither_send_nor_read_it(desk: FlaskClient) -> None:
    form = call(desk)
    sign_out(desk)
    page = desk.post(ENTER, data=form, headers=HERE)
    other = sign_in_again(desk, page, "admin")
    assert other.status_code == 403
    assert "only they can send it" in other.text
    assert "deep hole" not in other.text
    assert desk.get("/desk/queue").status_code == 401
    assert sign_in_again(desk, other, "ward_staff").status_code == 200


def test_whoever_signed_in_again_on_another_page_sends_it_from_there(
    desk: FlaskClient, sqlite_city: World
) -> None:
    form = call(desk)
    sign_out(desk)
    again = {"username": "ward_staff", "password": PASSWORD, "csrf_token": csrf(desk)}
    assert desk.post("/sign-in", data=again).status_code == 302
    page = desk.post(ENTER, data=form, headers=HERE)
    assert page.status_code == 400
    assert "deep hole" in page.text
    assert "Saved" in desk.post(ENTER, data=hidden(page.text, ENTER), follow_redirects=True).text
    # A colleague who has signed in there meanwhile is asked to leave it to its owner.
    sign_out(desk)
    colleague = {"username": "admin", "password": PASSWORD, "csrf_token": csrf(desk)}
    desk.post("/sign-in", data=colleague)
    theirs = desk.post(ENTER, data=form, headers=HERE)
    assert "deep hole" not in theirs.text
    assert "deep hole" in sign_in_again(desk, theirs, "ward_staff").text


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_what_another_site_sends_is_never_held(desk: FlaskClient, headers: dict[str, str]) -> None:
    form = call(desk)
    for token in ({}, {"csrf_token": "stolen"}):
        page = desk.post(ENTER, data=form | {"csrf_token": ""} | token, headers=headers)
        assert page.status_code == 400
        assert "deep hole" not in page.text
        assert 'name="held"' not in page.text
    sign_out(desk)
    assert 'name="held"' not in desk.post(ENTER, data=form, headers=headers).text


def test_what_nobody_sealed_is_not_held(desk: FlaskClient) -> None:
    sign_out(desk)
    for made_up in ("x", "eA==", "azE6YWJj", "é"):
        again = {"username": "ward_staff", "password": PASSWORD, "held": made_up}
        again |= {"csrf_token": csrf(desk)}
        answer = desk.post("/sign-in", data=again, headers=HERE)
        assert (answer.status_code, answer.location) == (302, "/desk/queue")
        sign_out(desk)


def test_a_seal_that_another_site_sends_signs_nobody_out(desk: FlaskClient) -> None:
    form = call(desk)
    elsewhere = desk.application.test_client()
    page = elsewhere.post(ENTER, data=form, headers=HERE)
    seal = hidden(page.text, "/sign-in")["held"]
    for headers in ({}, {"Origin": "https://evil.example"}):
        answer = elsewhere.post("/sign-in", data={"held": seal}, headers=headers)
        assert answer.status_code == 400
        assert "was not sent yet" not in answer.text


def test_what_is_not_held_leads_back_to_its_page(desk: FlaskClient) -> None:
    form = {"typed_by": call(desk)["typed_by"], "text": "[city]", "taker": "me"}
    form["csrf_token"] = csrf(desk)
    sign_out(desk)
    came_from = HERE | {"Referer": "http://localhost/desk/queue?q=hole"}
    # A file, and a form without a typed word.
    for path in ("/admin/catalogue", "/desk/queue/assignment"):
        page = desk.post(path, data=form, headers=came_from)
        assert 'name="held"' not in page.text
        assert "so nothing was changed" in page.text
        # Whoever signs in there is back where they were, also where nothing is known of them.
        assert hidden(page.text, "/sign-in")["next"] == "/desk/queue?q=hole"
        stranger = desk.application.test_client().post(path, data=form, headers=came_from)
        assert hidden(stranger.text, "/sign-in")["next"] == "/desk/queue?q=hole"
    # Where a form came back refused, its page is the way back, if it is known.
    for path, back in (
        ("/desk/bulk/acts?q=hole", "/desk/bulk?q=hole"),
        ("/desk/incidents/X/status", "/desk/incidents/X"),
        ("/desk/undo/00000000-0000-0000-0000-000000000001", ""),
    ):
        came_from["Referer"] = f"http://localhost{path}"
        page = desk.post("/admin/catalogue", data=form, headers=came_from)
        assert hidden(page.text, "/sign-in")["next"] == back


def a_change(desk: FlaskClient) -> tuple[str, MultiDict[str, str], str]:
    """The number of a report in the queue, and how its state is changed there, by which address."""
    with unit_of_work(ANONYMOUS) as work:
        number = file_report(work, a_report(1)).number
    address = "/desk/queue/status?list=city"
    form = hidden(desk.get("/desk/queue?list=city").text, address)
    return number, MultiDict(form | {"to": "refused", "reason": "It is not ours"}), address


def test_a_change_in_the_queue_waits_in_its_line(desk: FlaskClient) -> None:
    number, form, address = a_change(desk)
    sign_out(desk)
    page = desk.post(address, data=form, headers=HERE)
    assert page.status_code == 401
    assert "It is not ours" not in page.text
    ready = sign_in_again(desk, page, "ward_staff")
    assert "It is not ours" in ready.text
    assert read_page(ready.text).faults == []
    again = hidden(ready.text, f"{address}#{number}") | {"look": "1"}
    # Nothing is done before it was looked at, whatever became of it meanwhile.
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(number, State.TRIAGED, 1))
    line = desk.post(address, data=again)
    assert line.status_code == 200
    assert find_incident(current_session(), number).state == State.TRIAGED
    panel = line.text.partition('<details class="drop" name="change" open>')[2]
    assert "It is not ours</textarea>" in panel.partition("</details>")[0]
    assert '<option value="refused" selected>' in panel.partition("</details>")[0]
    assert "refusal" not in panel.partition("</details>")[0]
    assert hidden(line.text, address)["version"] == "2"


def test_a_change_of_a_line_that_left_the_list_keeps_its_words(desk: FlaskClient) -> None:
    number, form, address = a_change(desk)
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(number, State.RESOLVED, 1, reason="Filled in"))
    for look in ({"look": "1"}, {}):
        page = desk.post(address, data=form | look)
        assert f"{number} is not on this page of the list now" in page.text
        assert "It is not ours" in page.text


def test_the_page_that_leads_back_can_be_loaded_anew(desk: FlaskClient, sqlite_city: World) -> None:
    form = call(desk)
    sign_out(desk)
    page = desk.post(ENTER, data=form, headers=HERE)
    typed = {"username": "ward_staff", "password": PASSWORD}
    sent = hidden(page.text, "/sign-in").to_dict() | typed
    assert "deep hole" in desk.post("/sign-in", data=sent, headers=HERE).text
    # A browser sends the same once more, with what the session before it knew.
    anew = desk.post("/sign-in", data=sent, headers=HERE)
    assert "deep hole" in anew.text
    assert "You were signed out" not in anew.text
    saved = desk.post(ENTER, data=hidden(anew.text, ENTER), follow_redirects=True)
    assert "Saved" in saved.text
    # Another site, or a colleague who signed in since, has nothing of it.
    for headers in ({}, {"Origin": "https://evil.example"}):
        assert "deep hole" not in desk.post("/sign-in", data=sent, headers=headers).text
    colleague = sqlite_city.signed_in(Role.ADMIN)
    theirs = colleague.post("/sign-in", data=sent, headers=HERE)
    assert "deep hole" not in theirs.text
    assert hidden(theirs.text, "/sign-in")["held"]


@pytest.mark.parametrize("words", ["hole " * 40_000, "\u00e9" * 40_000])
def test_long_words_are_held_too(desk: FlaskClient, words: str) -> None:
    with unit_of_work(ANONYMOUS) as work:
        number = file_report(work, a_report(1)).number
    at = f"/desk/incidents/{number}/note"
    form = hidden(desk.get(f"/desk/incidents/{number}").text, at).to_dict()
    sign_out(desk)
    page = desk.post(at, data=form | {"words": words}, headers=HERE)
    ready = sign_in_again(desk, page, "ward_staff")
    assert hidden(ready.text, at)["words"] == words


def test_a_form_that_is_too_long_to_read_is_refused_as_such(sqlite_city: World) -> None:
    for path in ("/desk/queue/status", "/report/check", "/vote/x/receipt"):
        page = sqlite_city.signed_in(Role.WARD_STAFF).post(path, data={"words": "x" * 300_000})
        assert (path, page.status_code) == (path, 413)
        assert "This is too large" in page.text


def test_what_no_page_can_hold_is_said(desk: FlaskClient) -> None:
    # Only a form with files may be as long, and what has to be marked grows when it is sealed.
    photo = (BytesIO(encoded(scene())), "gate.jpg")
    form = call(desk) | {"contact_note": '"' * 260_000, "photos": photo}
    sign_out(desk)
    page = desk.post(ENTER, data=form, headers=HERE)
    assert page.status_code == 401
    assert "It is too long to be kept in this page" in page.text
    assert "deep hole" not in page.text
    assert read_page(page.text).faults == []


def test_whoever_lost_a_role_reads_what_they_typed(desk: FlaskClient) -> None:
    form = call(desk)
    change_role("ward_staff", Role.ANALYST)
    page = desk.post(ENTER, data=form, headers=HERE)
    assert page.status_code == 403
    assert "deep hole" in page.text
    assert "It was not saved" in page.text
    assert read_page(page.text).faults == []
    theirs = form | {"typed_by": "0" * 32}
    assert "deep hole" not in desk.post(ENTER, data=theirs, headers=HERE).text
    assert "deep hole" not in desk.post(ENTER, data=form).text


def test_a_note_outlives_its_session_and_files_are_named(
    desk: FlaskClient, sqlite_city: World
) -> None:
    with unit_of_work(ANONYMOUS) as work:
        number = file_report(work, a_report(1)).number
    at = f"/desk/incidents/{number}/note"
    form = hidden(desk.get(f"/desk/incidents/{number}").text, at).to_dict()
    photo = {**call(desk), "photos": (BytesIO(encoded(scene())), "gate.jpg")}
    sqlite_city.clock.advance(hours=13)
    page = desk.post(at, data=form | {"words": "The owner knows"}, headers=HERE)
    ready = sign_in_again(desk, page, "ward_staff")
    desk.post(at, data=hidden(ready.text, at))
    assert [one.text for one in current_session().scalars(sa.select(Note))] == ["The owner knows"]
    sqlite_city.clock.advance(hours=13)
    page = desk.post(ENTER, data=photo, headers=HERE)
    # A name may say what nobody else at this computer should read.
    assert "gate.jpg" not in page.text
    assert "You choose them again" in page.text
    assert "gate.jpg" not in sign_in_again(desk, page, "admin").text
    ready = sign_in_again(desk, page, "ward_staff")
    assert "They were: gate.jpg." in ready.text
    again, before = (
        next(one for tag, one in read_page(text).elements if one.get("name") == "photos")
        for text in (ready.text, desk.get(ENTER).text)
    )
    assert again == before


def a_report_form(client: FlaskClient) -> dict[str, Any]:
    lon, lat = IN_SW
    page = client.get(f"/report/new?lat={lat}&lon={lon}")
    return hidden(page.text, "/report/new").to_dict() | {
        "service_code": "POTHOLE",
        "description": "A deep hole\nat the gate",
        "contact_phone": PHONE,
        "on_behalf": "yes",
    }


@pytest.mark.parametrize("has_photo", [False, True])
def test_a_resident_whose_form_expired_sends_it_with_one_press(
    sqlite_city: World, *, has_photo: bool
) -> None:
    form = a_report_form(sqlite_city.client())
    photo = {"photos": (BytesIO(encoded(scene())), "gate.jpg")} if has_photo else {}
    # The browser was closed meanwhile, and its cookie is gone.
    later = sqlite_city.client()
    page = later.post("/report/new", data=form | photo, headers=HERE)
    assert (page.status_code, page.headers["Cache-Control"]) == (400, "no-store")
    assert "deep hole" in page.text
    assert ("They were: gate.jpg." in page.text) == has_photo
    assert read_page(page.text).faults == []
    assert reports() == []
    sent = later.post("/report/new", data=hidden(page.text, "/report/new"))
    assert sent.location.startswith("/report/sent/")
    kept = reports()
    assert [(one.description, one.channel) for one in kept] == [(form["description"], "helper")]


def test_every_form_for_everybody_comes_back(sqlite_city: World) -> None:
    client = sqlite_city.client()
    lost = {
        rule.endpoint
        for rule in sqlite_city.app.url_map.iter_rules()
        if rule.endpoint.startswith("web.") and "POST" in (rule.methods or ())
        if (access := declared_access(rule.endpoint, "POST")) and access.roles is None
        for address in [re.sub("<.+?>", "x", rule.rule)]
        if "deep hole" not in client.post(address, data={"title": "deep hole"}, headers=HERE).text
    }
    # Passwords are typed anew, and what holds no words is pressed anew.
    no_words = {"web.sign_out", "web.stop_mails_now"}
    assert lost == {"web.sign_in_submit", "web.choose_password"} | no_words


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_a_resident_is_shown_nothing_that_another_site_sends(
    sqlite_city: World, headers: dict[str, str]
) -> None:
    form = a_report_form(sqlite_city.client())
    page = sqlite_city.client().post("/report/new", data=form, headers=headers)
    assert page.status_code == 400
    assert "deep hole" not in page.text
    assert reports() == []
