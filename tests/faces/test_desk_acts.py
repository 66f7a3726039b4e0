"""What a ward officer does with reports over HTTP, from the queue and on their pages."""

import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do
from at_the_queue import filed, listed, move
from flask.testing import FlaskClient
from page_reader import read_page
from worlds import IN_SE, STAFF, World, a_report, csrf

from backend.core.actors import OPERATOR, Role
from backend.core.db import current_session, db
from backend.core.uow import unit_of_work
from backend.photos.workflow import PhotoState
from backend.reports.answer_back import appeal
from backend.reports.change_severity import change_severity
from backend.reports.commands import Appeal, ChangeSeverity
from backend.reports.models import Inspection
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload
from backend.reports.queries import find_incident, find_request, history_of
from backend.reports.workflow import CLOSED_STATES

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def desk(sqlite_city: World) -> FlaskClient:
    """Signed in as ward staff."""
    return sqlite_city.signed_in(Role.WARD_STAFF)


def test_a_state_is_changed_from_the_queue_and_taken_back(desk: FlaskClient) -> None:
    (number,) = filed(place=IN_SE)
    filtered = "district=SE&service=POTHOLE"
    form = {"number": number, "version": 1, "to": "resolved", "csrf_token": csrf(desk)}
    answer = desk.post(f"/desk/queue/status?{filtered}", data=form)
    assert answer.location.startswith(f"/desk/queue?{filtered}&changed=")
    shown = desk.get(answer.location)
    assert f"{number}: Done." in shown.text
    assert listed(shown) == []
    act = re.search(r'name="act" value="([^"]+)"', shown.text)
    assert act is not None
    undo = {"act": act[1], "csrf_token": csrf(desk)}
    back = desk.post(f"/desk/queue/taking-back?{filtered}", data=undo)
    assert back.location == f"/desk/queue?{filtered}"
    again = desk.get(back.location)
    assert ("Taken back" in again.text, listed(again)) == (True, [number])
    late = desk.post(f"/desk/queue/status?{filtered}", data=form)
    page = read_page(late.text)
    assert (late.status_code, page.faults) == (409, [])
    # What somebody else did is said beside the form, which can be sent again as it is now.
    assert late.text.count("Somebody else was faster") == 2
    assert 'name="version" value="3"' in late.text
    gone = desk.post("/desk/queue/taking-back", data={"act": "x", "csrf_token": csrf(desk)})
    assert gone.status_code == 404


def test_a_line_is_given_to_somebody(desk: FlaskClient) -> None:
    (number,) = filed()
    form = {"number": number, "version": 1, "taker": "me", "csrf_token": csrf(desk)}
    given = desk.get(desk.post("/desk/queue/assignment", data=form).location).text
    assert f"{number} was given on." in given
    assert listed(desk.get("/desk/queue?person=me")) == [number]
    assert listed(desk.get("/desk/queue?person=nobody")) == []
    assert 'class="soft taker">Ward_Staff<' in desk.get("/desk/queue").text
    # To whom has it already it is given without a change, and so without an undoing.
    same = desk.post("/desk/queue/assignment", data=form | {"version": 2})
    said = desk.get(same.location).text
    assert ('name="act"' in said, f"{number} is given so already." in said) == (False, True)
    act = re.search(r'name="act" value="([^"]+)"', given)
    assert act is not None
    desk.post("/desk/queue/taking-back", data={"act": act[1], "csrf_token": csrf(desk)})
    assert listed(desk.get("/desk/queue?person=nobody")) == [number]
    unknown = desk.post("/desk/queue/assignment", data=form | {"version": 3, "taker": "staff:x"})
    assert (unknown.status_code, 'data-problem="assignee-unknown"' in unknown.text) == (422, True)


def test_work_that_is_given_twice_is_given_once(desk: FlaskClient, sqlite_city: World) -> None:
    (number,) = filed()

    def history() -> list[str]:
        db.session.remove()
        session = current_session()
        return [one.kind for one in history_of(session, find_incident(session, number).id)]

    form = {"number": number, "version": 1, "taker": "me", "csrf_token": csrf(desk)}
    first, again = (desk.post("/desk/queue/assignment", data=form) for _press in range(2))
    # The second press leads where the first does, so that it can still be taken back.
    assert again.location == first.location
    assert f"{number} was given on." in desk.get(again.location).text
    assert history() == ["assignment"]
    at = f"/desk/incidents/{number}/assignee"
    to_nobody = form | {"version": 2, "act": "do", "assignee": ""}
    for _press in range(2):
        page = desk.post(at, data=to_nobody, follow_redirects=True)
        assert (page.status_code, "Nobody has it now." in page.text) == (200, True)
    assert history() == ["assignment"] * 2
    # Of another colleague's form, and of another wish, it is as it was.
    admin = sqlite_city.signed_in(Role.ADMIN)
    for client, wish in ((admin, to_nobody), (desk, to_nobody | {"act": "me"})):
        page = client.post(at, data=wish | {"csrf_token": csrf(client)})
        assert (page.status_code, "Somebody else was faster" in page.text) == (409, True)
    assert history() == ["assignment"] * 2


PAGE = {"Accept": "text/html"}


@pytest.mark.parametrize("act", ["status", "taking-back", "assignment", "views", "views/late"])
def test_the_address_of_a_form_of_the_queue_leads_to_its_list(desk: FlaskClient, act: str) -> None:
    for said in ("?service=BENCH&state=received", "?list=city", ""):
        led = desk.get(f"/desk/queue/{act}{said}", headers=PAGE)
        assert (led.status_code, led.location) == (302, f"/desk/queue{said}")


def test_the_address_of_a_form_leads_to_its_page(desk: FlaskClient, sqlite_city: World) -> None:
    (number,) = filed()
    page, way = f"/desk/incidents/{number}", "?from=/desk/queue&at=1"
    for act in ("status", "link", "unlink", "inspection", "note", "assignee", "place", "hiding"):
        led = desk.get(f"{page}/{act}{way}", headers=PAGE)
        assert (led.status_code, led.location) == (302, f"{page}{way}"), act
    assert desk.get(f"/desk/bulk/acts?number={number}", headers=PAGE).location == (
        f"/desk/bulk?number={number}"
    )
    # The page says itself who may read it, and that there is none.
    visitor = sqlite_city.client()
    asked = visitor.get(f"{page}/note", headers=PAGE, follow_redirects=True)
    assert (asked.status_code, asked.request.path) == (401, page)
    gone = desk.get("/desk/incidents/ZZZZZZZZ/note", headers=PAGE, follow_redirects=True)
    assert gone.status_code == 404
    # No form is sent by it, no other way of asking is let through, and programs are told as ever.
    assert "Nobody has said anything yet." in desk.get(page).text
    assert visitor.put(f"{page}/note", headers=PAGE).status_code == 405
    assert desk.get(f"{page}/note", headers={"Accept": "application/json"}).status_code == 405
    assert desk.get(f"/desk/undo/{UUID(int=1)}", headers=PAGE).status_code == 405


def test_what_many_are_changed_from_is_their_list_after_the_undoing_too(desk: FlaskClient) -> None:
    (number,) = filed()
    listed_at = "?service=POTHOLE&state=received"
    form = {"id": str(UUID(int=9)), "seen": f"{number}:1", "to": "triaged"}
    token = {"csrf_token": csrf(desk)}
    done = desk.post(f"/desk/bulk/acts{listed_at}", data=form | token)
    page = desk.get(done.location).text
    undo = page.partition('action="/desk/undo/')[2].partition("</form>")[0]
    back = unescape(dict(HIDDEN.findall(undo))["back"])
    taken_back = desk.post(f"/desk/undo/{form['id']}", data={"back": back, **token})
    assert taken_back.location == done.location
    again = unescape(desk.get(taken_back.location).text)
    assert "One was taken back" in again
    for leads in ("queue", "bulk"):
        assert f'href="/desk/{leads}{listed_at}"' in again


def test_what_is_done_leaves_the_queue_and_reopening_needs_a_reason(desk: FlaskClient) -> None:
    (number,) = filed()
    assert move(desk, number, "resolved").status_code == 302
    assert listed(desk.get("/desk/queue")) == []
    refused = move(desk, number, "reopened", version=2)
    assert (refused.status_code, "Please give a reason" in refused.text) == (422, True)
    assert move(desk, number, "reopened", version=2, reason="Still there").status_code == 302
    assert listed(desk.get("/desk/queue")) == [number]
    assert "Still there" in desk.get(f"/reports/{number}").text


def test_the_second_of_two_officers_is_told(desk: FlaskClient) -> None:
    (number,) = filed()
    assert move(desk, number, "triaged").status_code == 302
    late = move(desk, number, "resolved")
    assert (late.status_code, "Somebody else was faster" in late.text) == (409, True)


def test_a_form_that_cannot_be_says_why(desk: FlaskClient) -> None:
    (number,) = filed()
    known = {"version": "1", "csrf_token": csrf(desk)}
    forms: list[tuple[dict[str, str], int, str]] = [
        ({"to": "duplicate"}, 409, "move-not-possible"),
        ({"to": "reopened"}, 409, "move-not-possible"),
        ({"to": "gone"}, 422, "choice-not-offered"),
        ({}, 422, "choice-not-offered"),
        ({"to": "refused", "reason": "  "}, 422, "reason-missing"),
        ({"to": "refused", "reason": "x" * 1001}, 422, "text-too-long"),
        ({"to": "refused", "reason": "a\0b"}, 422, "text-control-character"),
        ({"to": "refused", "reason": "a\u202eb"}, 422, "text-reordering"),
        ({"to": "triaged", "version": "one"}, 409, "incident-moved-on"),
    ]
    for form, status, slug in forms:
        answer = desk.post(f"/desk/incidents/{number}/status", data=known | form)
        assert (answer.status_code, f'data-problem="{slug}"' in answer.text) == (status, True), form
        typed = form.get("reason", "")
        assert f">{typed}</textarea>" in answer.text or "\0" in typed
        assert read_page(answer.text).faults == []
    assert listed(desk.get("/desk/queue?state=received")) == [number]


def test_a_form_that_came_twice_says_that_it_is_done(desk: FlaskClient, sqlite_city: World) -> None:
    (number,) = filed()
    form = {"to": "triaged", "version": "1", "number": number, "reason": "Seen"}
    done = "You have done this already. You took this step with report"
    for place in (f"/desk/incidents/{number}/status", "/desk/queue/status?list=city"):
        for _again in range(2):
            answer = desk.post(place, data=form | {"csrf_token": csrf(desk)})
        assert (answer.status_code, done in answer.text) == (409, True), place
        assert "it is now “Looked at”" in answer.text
    # Of another step, and of somebody else, it is the other words.
    admin = sqlite_city.signed_in(Role.ADMIN)
    for client, state in ((desk, "refused"), (admin, "triaged")):
        other = form | {"to": state, "csrf_token": csrf(client)}
        answer = client.post(f"/desk/incidents/{number}/status", data=other)
        assert (answer.status_code, "Somebody else was faster" in answer.text) == (409, True)


def test_every_line_says_when_it_is_due(desk: FlaskClient, sqlite_city: World) -> None:
    number, other = filed(2)

    def shown(number: str) -> tuple[str, str]:
        """What the queue says, and what the report's own page does."""
        client = sqlite_city.signed_in(Role.WARD_STAFF)
        rows = client.get("/desk/queue").text.split('<tr role="row" id="')
        (row,) = (row for row in rows if row.startswith(number))
        said = re.search(r'class="since".*?<span class="(.*?)">(.*?)</span>', row)
        page = client.get(f"/desk/incidents/{number}").text
        due = re.search(r"<dt>Due</dt><dd><time.*?>(.*?)</time>, <span(.*?)>(.*?)</span>", page)
        assert said is not None
        assert due is not None
        assert (said[1] == "overdue", said[2]) == ("overdue" in due[2], due[3])
        return due[1], f"{said[1]}: {said[2]}"

    assert shown(number) == ("5 Mar 2026, 13:00", "soft: due in 3 days")
    move(desk, number, "triaged")
    move(desk, number, "waiting_contractor", 2, reason="Parts")
    sqlite_city.clock.advance(hours=24)
    assert shown(number) == ("5 Mar 2026, 13:00", "soft: the clock stands still")
    move(sqlite_city.signed_in(Role.WARD_STAFF), number, "in_progress", 3)
    assert shown(number) == ("6 Mar 2026, 13:00", "soft: due in 3 days")
    do(STAFF, change_severity, ChangeSeverity(other, 0, 1))
    assert shown(other) == ("3 Mar 2026, 17:00", "soft: due in 4 hours")
    page = sqlite_city.signed_in(Role.WARD_STAFF).get(f"/desk/incidents/{other}").text
    assert "the target is 4 hours" in page
    sqlite_city.clock.advance(hours=5)
    assert shown(other) == ("3 Mar 2026, 17:00", "overdue: 1 hour late")
    move(sqlite_city.signed_in(Role.WARD_STAFF), other, "resolved", 2)
    page = sqlite_city.signed_in(Role.WARD_STAFF).get(f"/desk/incidents/{other}").text
    assert "the target is 4 hours" in page
    assert "1 hour late" in page


def test_nobody_is_offered_to_close_what_is_appealed_against_them(
    desk: FlaskClient, sqlite_city: World
) -> None:
    number, other = filed(2)
    move(desk, number, "refused", reason="No money")
    do(STAFF, appeal, Appeal(a_report(9).id, number, "It is dangerous"))
    move(desk, other, "resolved")
    move(desk, other, "reopened", 2, reason="Still there")

    def offered(client: FlaskClient, number: str) -> set[str]:
        page = client.get(f"/desk/incidents/{number}").text
        rows = client.get("/desk/queue").text.split('<tr role="row" id="')
        (row,) = (row for row in rows if row.startswith(number))
        choices = {one for one in CLOSED_STATES if f'value="{one}"' in row}
        assert choices == {one for one in CLOSED_STATES if f'value="{one}"' in page}
        assert 'value="triaged"' in row
        return choices

    closings = {"resolved", "refused", "outside"}
    assert offered(desk, number) == set()
    assert offered(desk, other) == closings
    assert offered(sqlite_city.signed_in(Role.ADMIN), number) == closings


def test_only_who_acts_sees_how_to_reach_the_reporter(
    desk: FlaskClient, sqlite_city: World
) -> None:
    contact = {"name": "Ada Quay", "phone": "030 5550100", "email": "ada@example.org"}
    (number,) = filed(contact=contact)
    page = desk.get(f"/desk/incidents/{number}").text
    assert all(words in page for words in contact.values())
    # Analysts never act, so they need not know; that there is a contact, they may.
    analysed = sqlite_city.signed_in(Role.ANALYST).get(f"/desk/incidents/{number}").text
    assert not any(words in analysed for words in contact.values())
    sentence = "Only ward staff and administrators read that."
    assert (sentence in analysed, sentence in page) == (True, False)
    public = sqlite_city.client()
    for path in (f"/reports/{number}", f"/v1/reports/{number}", "/decisions", "/"):
        answer = public.get(path)
        assert answer.status_code == 200
        assert not any(words in answer.text for words in contact.values())


def test_two_reports_of_one_hole_are_joined(desk: FlaskClient) -> None:
    first, second = filed(2, place=IN_SE)
    page = desk.get(f"/desk/incidents/{second}").text
    assert f'name="target" value="{first}"' in page
    form = {"target": first, "reason": "The same hole", "csrf_token": csrf(desk)}
    joined = desk.post(f"/desk/incidents/{second}/link", data=form)
    assert joined.location == f"/desk/incidents/{first}"
    assert listed(desk.get("/desk/queue")) == [first]
    assert "2 reports of it" in desk.get(f"/desk/incidents/{second}").text
    again = desk.post(f"/desk/incidents/{second}/link", data=form)
    assert (again.status_code, 'data-problem="already-linked"' in again.text) == (409, True)
    page = desk.get(f"/desk/incidents/{first}").text
    assert f'action="/desk/incidents/{second}/unlink"' in page
    form = {"reason": "Two holes", "csrf_token": csrf(desk)}
    parted = desk.post(f"/desk/incidents/{second}/unlink", data=form, follow_redirects=True)
    assert f"{second} stands by itself again." in parted.text
    assert sorted(listed(desk.get("/desk/queue"))) == sorted([first, second])
    assert "A report was parted from this one" in desk.get(f"/desk/incidents/{first}").text
    assert "unlink" not in desk.get(f"/desk/incidents/{first}").text


def test_an_inspection_stands_in_the_history(desk: FlaskClient) -> None:
    (number,) = filed()
    path = f"/desk/incidents/{number}"
    form = desk.get(path).text.partition(f'action="{path}/inspection"')[2]
    sent = {"outcome": "gone", **dict(HIDDEN.findall(form.partition("</form>")[0]))}
    # Sending it twice notes it once.
    for _time in range(2):
        noted = desk.post(f"{path}/inspection", data=sent, follow_redirects=True)
        assert "The inspection is noted." in noted.text
    history = noted.text.partition('aria-labelledby="history"')[2].partition("</section>")[0]
    assert history.count("Looked: it is gone") == 1
    assert count_of(Inspection) == 1
    other = desk.post(f"{path}/inspection", data=sent | {"outcome": "found"})
    assert other.status_code == 409
    assert "This form was sent before" in other.text
    assert count_of(Inspection) == 1


def count_of(table: type[Any]) -> int:
    db.session.remove()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_photo_that_was_decided_says_how_it_stands(desk: FlaskClient) -> None:
    (number,), rendering = filed(), UUID(int=10)
    with unit_of_work(OPERATOR) as work:
        report = find_request(work.session, number).id
        photo = open_upload(work, OpenUpload(UUID(int=9), report, 9)).photo
        photo.rendering_id, photo.state = rendering, PhotoState.HELD
    form = {"reason": "A face", "csrf_token": csrf(desk)}
    at = f"/desk/incidents/{number}/photos/{rendering}"
    for verdict, said in (("refuse", "is refused."), ("approve", "is shown to everybody.")):
        first, again = (desk.post(at, data=form | {"verdict": verdict}) for _time in range(2))
        assert (first.status_code, again.status_code) == (302, 409)
        assert f"The photo {said}" in again.text
