"""Everything about one report on one page, and an act of the desk for each thing on it."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from acting import do
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from worlds import IN_SE, NOON, STAFF, World, a_report, csrf

from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.db import current_session, db
from backend.core.uow import unit_of_work
from backend.photos.queries import rendered_photo
from backend.photos.workflow import PhotoState
from backend.reports.add_comment import add_comment
from backend.reports.answer_back import appeal
from backend.reports.answer_models import AnswerTemplate
from backend.reports.commands import AddComment, Appeal
from backend.reports.file_report import file_report
from backend.reports.models import Body, Incident, Service, Team
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload
from backend.reports.queries import find_incident, find_request
from backend.reports.workflow import State
from backend.triage.models import QueueOverride
from backend.triage.override_position import place_mark


@pytest.fixture
def desk(sqlite_city: World) -> FlaskClient:
    """Signed in as ward staff."""
    return sqlite_city.signed_in(Role.WARD_STAFF)


def filed(number: int = 1, **changes: Any) -> str:
    with unit_of_work(ANONYMOUS) as work:
        found = file_report(work, a_report(number, **changes)).number
    db.session.remove()
    return found


def standing(number: str) -> Incident:
    db.session.remove()
    return find_incident(current_session(), number)


def act(desk: FlaskClient, number: str, what: str, **fields: Any) -> TestResponse:
    now = standing(number)
    seen = place_mark(current_session().get(QueueOverride, now.id))
    form = {"version": now.version, "seen": seen, "id": str(UUID(int=7)), **fields}
    form["csrf_token"] = csrf(desk)
    at = f"/desk/incidents/{number}/{what}"
    return desk.post(at, data=form, follow_redirects=True)


def test_each_act_has_its_form_and_is_seen_on_the_page(desk: FlaskClient) -> None:
    number = filed(language="es", description="Hay un bache")
    with unit_of_work(OPERATOR) as work:
        work.session.add(Team(code="roads", name="Roads team"))
        work.session.add(Body(code="county", name="County roads"))
    assert "Written in: Spanish." in desk.get(f"/desk/incidents/{number}").text
    for what, fields, seen in (
        ("note", {"words": "Ask the foreman"}, "Ask the foreman"),
        ("answer", {"words": "Somebody comes on Monday"}, "Answer of the city"),
        ("severity", {"band": 1}, "Urgency: Urgent"),
        ("service", {"service": "BENCH", "reason": "It is a bench"}, "New bench"),
        ("assignee", {"act": "me"}, "It is given to a colleague."),
        ("status", {"to": "assigned", "team_code": "roads"}, "Roads team"),
        ("status", {"to": "scheduled", "scheduled_for": "2026-03-09"}, "planned for 9 Mar 2026"),
        ("question", {"words": "Which side?", "id": str(UUID(int=8))}, "Which side?"),
        ("public-words", {"report": number, "words": "A hole", "reason": "A name"}, "is changed"),
        ("place", {"place": "first", "reason": "School"}, "of its urgency by hand: School"),
        ("place", {"act": "back"}, "It stands where the queue puts it."),
        ("status", {"to": "handed_over", "body_code": "county", "reason": "Theirs"}, "County"),
    ):
        answer = act(desk, number, what, **fields)
        assert (answer.status_code, what, seen in answer.text) == (200, what, True)
    said = desk.get(f"/reports/{number}").text
    assert "Ask the foreman" not in said
    assert "School" not in said


def test_a_resident_s_words_are_hidden_and_photos_are_staff_s(desk: FlaskClient) -> None:
    number = filed()
    do(ANONYMOUS, add_comment, AddComment(UUID(int=3), number, "My neighbour did it"))
    hidden = act(desk, number, "hiding", comment=str(UUID(int=3)), reason="It names somebody")
    assert "hidden from the public" in hidden.text
    assert "My neighbour" not in desk.get(f"/reports/{number}").text
    assert act(desk, number, "hiding", reason="x").status_code == 422
    assert desk.get(f"/desk/photos/{UUID(int=1)}").status_code == 404


def test_an_answer_begins_with_the_city_s_text_in_the_resident_s_language(
    desk: FlaskClient, sqlite_city: World
) -> None:
    number = filed(language="es")
    texts = [
        {"language": "en", "text": "We come on {day} to report {number}."},
        {"language": "es", "text": "Iremos el {day} por el aviso {number}."},
    ]
    kept = {
        "services": [],
        "texts": texts,
        "changed_by": STAFF.key,
        "changed_at": sqlite_city.clock.now(),
    }
    template = UUID(int=5)
    with unit_of_work(OPERATOR) as work:
        work.session.add(AnswerTemplate(id=template, name="We come", step="scheduled", **kept))
    page = act(desk, number, "status", to="scheduled", act="text", text=str(template))
    assert page.status_code == 200
    assert f"Iremos el {{day}} por el aviso {number}." in page.text
    assert "Not known yet: day." in page.text
    assert '<option value="scheduled" selected>' in page.text
    assert standing(number).state == "received"


def test_a_refused_form_keeps_what_was_typed_and_is_open(desk: FlaskClient) -> None:
    number = filed()
    page = act(desk, number, "service", service="BENCH", reason="")
    assert page.status_code == 422
    assert re.search(r'<details class="action act" id="kind" open>', page.text)
    late = act(desk, number, "severity", band=1, version=99, reason="Typed long")
    assert late.status_code == 409
    assert ">Typed long</textarea>" in late.text


def test_the_second_place_by_hand_is_given_by_whoever_saw_the_first(
    desk: FlaskClient, sqlite_city: World
) -> None:
    number = filed()
    seen = {one: place_mark_of(one, number) for one in (desk, sqlite_city.signed_in(Role.ADMIN))}
    first, second = seen
    form = {"place": "first", "reason": "The school opens on Monday", "seen": seen[first]}
    assert "Its place is set by hand." in act(first, number, "place", **form).text
    # The same form sent twice is the same act.
    assert "Its place is set by hand." in act(first, number, "place", **form).text
    form = {"place": "last", "reason": "Under scaffolding", "seen": seen[second]}
    late = act(second, number, "place", **form)
    assert late.status_code == 409
    assert "it is put first of its urgency" in late.text
    assert "because: “The school opens on Monday”." in late.text
    assert ">Under scaffolding</textarea>" in late.text
    assert re.search(r'name="place" value="last" checked', late.text)
    back = act(second, number, "place", act="back", seen=seen[second])
    assert back.status_code == 409
    # Once it is seen, their own holds.
    form["seen"] = mark_on(late.text)
    assert "Its place is set by hand." in act(second, number, "place", **form).text
    page = desk.get(f"/desk/incidents/{number}").text
    assert "Put last of its urgency by hand: Under scaffolding" in page
    seen[first] = mark_on(page)
    assert act(second, number, "place", act="back", seen=seen[first]).status_code == 200
    gone = act(first, number, "place", place="first", reason="Still so", seen=seen[first])
    assert gone.status_code == 409
    assert "was taken back since you opened it" in gone.text


def place_mark_of(client: FlaskClient, number: str) -> str:
    return mark_on(client.get(f"/desk/incidents/{number}").text)


def mark_on(page: str) -> str:
    [mark] = re.findall(r'name="seen" value="([^"]*)"', page)
    return str(mark)


def test_a_step_is_taken_back_from_the_page(desk: FlaskClient) -> None:
    number = filed()
    act(desk, number, "status", to="refused", reason="Private ground")
    page = desk.get(f"/desk/incidents/{number}").text
    [undo] = re.findall(r'action="(/desk/undo/[^"]+)"', page)
    form = {"csrf_token": csrf(desk), "back": f"/desk/incidents/{number}"}
    again = desk.post(undo, data=form, follow_redirects=True)
    assert "It is taken back." in again.text
    assert "Taken back: Received again" in again.text
    assert standing(number).state == "received"
    assert "/desk/undo/" not in again.text
    assert desk.post(undo, data=form).status_code == 409


def test_an_administrator_takes_back_a_colleague_s_step(
    desk: FlaskClient, sqlite_city: World
) -> None:
    number = filed()
    act(desk, number, "status", to="in_progress")
    admin = sqlite_city.signed_in(Role.ADMIN)
    page = admin.get(f"/desk/incidents/{number}").text
    assert "A colleague changed this a moment ago." in page
    [undo] = re.findall(r'action="(/desk/undo/[^"]+)"', page)
    assert admin.post(undo, data={"csrf_token": csrf(admin)}).status_code == 302
    assert standing(number).state == "received"


def test_what_was_taken_back_did_not_stop_the_clock_or_set_it_going(
    desk: FlaskClient, sqlite_city: World
) -> None:
    number = filed()
    shown = "Clock stood"
    act(desk, number, "status", to="triaged")
    act(desk, number, "status", to="waiting_contractor", reason="Parts are ordered")
    assert desk.get(f"/desk/incidents/{number}").text.count(shown) == 1
    for _try in range(2):
        sqlite_city.clock.advance(minutes=1)
        take_back(desk, act(desk, number, "status", to="in_progress"))
        page = desk.get(f"/desk/incidents/{number}").text
        assert (page.count(shown), "and still does" in page) == (1, True)
    second = filed(2)
    act(desk, second, "status", to="triaged")
    take_back(desk, act(desk, second, "status", to="waiting_contractor", reason="Parts"))
    assert shown not in desk.get(f"/desk/incidents/{second}").text


def take_back(desk: FlaskClient, page: TestResponse) -> None:
    [undo] = re.findall(r'action="(/desk/undo/[^"]+)"', page.text)
    assert desk.post(undo, data={"csrf_token": csrf(desk)}).status_code == 302


def test_planned_work_has_a_day_that_can_be_meant(desk: FlaskClient) -> None:
    number = filed()
    for day in ("", "0001-01-01", "1900-01-01", "2026-03-01", "2029-03-02", "9999-12-31"):
        page = act(desk, number, "status", to="scheduled", scheduled_for=day)
        assert (page.status_code, day, "2 Mar 2026" in page.text) == (422, day, True)
        listed = desk.post(
            "/desk/queue/status",
            data={"number": number, "version": 1, "to": "scheduled", "scheduled_for": day}
            | {"csrf_token": csrf(desk)},
        )
        assert listed.status_code == 422
        chosen = {"number": number, "to": "scheduled", "scheduled_for": day}
        bulk = desk.post("/desk/bulk", data=chosen | {"csrf_token": csrf(desk)})
        assert (bulk.status_code, "planned-day-" in bulk.text) == (422, True)
        assert 'name="seen"' not in bulk.text
        seen = {"id": str(UUID(int=7)), "seen": f"{number}:1", "to": "scheduled"}
        done = desk.post(
            "/desk/bulk/acts", data=seen | {"scheduled_for": day, "csrf_token": csrf(desk)}
        )
        assert (done.status_code, standing(number).state) == (422, "received")
    assert (
        act(desk, number, "status", to="scheduled", scheduled_for="2026-03-02").status_code == 200
    )


def test_a_refusal_says_what_people_see(desk: FlaskClient) -> None:
    number = filed()
    act(desk, number, "status", to="in_progress")
    stale = act(desk, number, "status", to="resolved", version=1)
    assert "(Being worked on); it is now “Being worked on”." in stale.text
    impossible = act(desk, number, "status", to="duplicate")
    assert "cannot go from “Being worked on” to “Same as another”." in impossible.text
    assert "“abc” is none of those" in act(desk, number, "severity", band="abc").text
    act(desk, number, "note", words="Ask the foreman")
    again = act(desk, number, "note", words="Ask somebody else")
    assert (again.status_code, "This form was sent before." in again.text) == (409, True)
    assert "UUID" not in again.text
    address = desk.get("/desk/queue?band=9").text
    assert "The filter “Severity” cannot be “9”." in address
    plan = {"weeks": "4", "seed": "1", "days_per_week": "-1", "hours_per_day": "6"}
    plan |= {"walking_km_per_hour": "2", "travel_km_per_hour": "15", "csrf_token": csrf(desk)}
    assert "“Crew days a week” is a number from" in desk.post("/desk/sweeps", data=plan).text
    danger = filed(2, service_code="WIRES")
    form = {"id": str(UUID(int=8)), "seen": f"{danger}:1", "to": "resolved"}
    refused = desk.post("/desk/bulk/acts", data=form | {"csrf_token": csrf(desk)})
    assert "with the others: It is about danger: that is never closed" in refused.text


@pytest.mark.parametrize("verdict", ["Refuse ", "approved", "", None])
def test_what_no_button_says_publishes_no_photo(desk: FlaskClient, verdict: str | None) -> None:
    number = filed()
    with unit_of_work(OPERATOR) as work:
        photo = open_upload(work, OpenUpload(UUID(int=9), find_request(work.session, number).id, 9))
        photo.photo.rendering_id, photo.photo.state = UUID(int=10), PhotoState.HELD
    fields = {} if verdict is None else {"verdict": verdict}
    answer = act(desk, number, f"photos/{UUID(int=10)}", reason="A face", **fields)
    assert (answer.status_code, "This choice is not offered" in answer.text) == (422, True)
    db.session.remove()
    assert rendered_photo(current_session(), UUID(int=10)).state == PhotoState.HELD


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("answer", {"words": "It is mended", "kind": "Comment "}),
        ("answer", {"words": "It is mended", "act": "txt"}),
        ("question", {"words": "Where?", "act": "txt"}),
        ("status", {"to": "resolved", "act": "texts"}),
        ("assignee", {"act": "mine", "assignee": ""}),
        ("assignee", {"act": "do"}),
        ("assignee", {}),
        ("place", {"act": "Back", "place": "first", "reason": "School"}),
    ],
)
def test_what_no_button_says_does_nothing(
    desk: FlaskClient, what: str, fields: dict[str, str]
) -> None:
    number = filed()
    act(desk, number, "assignee", act="me")
    before = standing(number)
    answer = act(desk, number, what, **fields)
    assert answer.status_code == 422
    after = standing(number)
    assert (after.version, after.state) == (before.version, before.state)
    assert after.assignee == before.assignee is not None
    assert "It is mended" not in desk.get(f"/reports/{number}").text
    together = {"id": str(UUID(int=8)), "seen": f"{number}:{after.version}", "to": "give"}
    done = desk.post("/desk/bulk/acts", data=together | {"csrf_token": csrf(desk)})
    assert (done.status_code, standing(number).assignee) == (422, before.assignee)


@pytest.mark.slow
def test_a_report_leads_on_through_the_list_it_was_opened_from(desk: FlaskClient) -> None:
    numbers = [filed(n, requested_at=NOON - timedelta(hours=200 - n)) for n in range(1, 53)]
    other = filed(99, service_code="BENCH")
    listed = "/desk/queue?service=POTHOLE"
    [first] = re.findall(rf'href="(/desk/incidents/{numbers[0]}[^"]*)"', desk.get(listed).text)
    page = desk.get(unescape(first)).text
    assert link(page, "prev") is None
    assert f'href="/desk/queue?service=POTHOLE#{numbers[0]}"' in page
    seen, at = [numbers[0]], link(page, "next")
    while at is not None:
        page = desk.get(at).text
        seen.append(at.split("?")[0].rsplit("/", 1)[1])
        previous = link(page, "prev")
        assert previous is not None
        assert previous.startswith(f"/desk/incidents/{seen[-2]}?")
        [back] = re.findall(r'id="back" href="([^"]+)"', page)
        assert seen[-1] in re.findall(r'<tr role="row" id="(\w+)">', desk.get(unescape(back)).text)
        at = link(page, "next")
    assert (seen, other in seen) == (numbers, False)
    # What is done on the way stays in the list, refused or not.
    fields = dict(re.findall(WAY_FIELD, page))
    fields = {name: unescape(value) for name, value in fields.items()}
    for form, status in (({"to": "duplicate"}, 409), ({"to": "resolved"}, 200)):
        done = act(desk, numbers[-1], "status", **form, **fields)
        assert done.status_code == status
        assert link(done.text, "prev") == previous
    for stray in ("//elsewhere/desk/queue", "https://elsewhere/desk/queue", "/desk/queue?view=no"):
        page = desk.get(f"/desk/incidents/{other}?from={quote(stray)}&at=x").text
        assert f'href="/desk/queue#{other}"' in page
        assert link(page, "next") is None


WAY_FIELD = r'<input type="hidden" name="(from|at)" value="([^"]*)">'


def link(page: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return unescape(found[1]) if found else None


def test_the_chosen_are_looked_at_done_and_taken_back(desk: FlaskClient) -> None:
    numbers = [filed(n, place=IN_SE) for n in (1, 2, 3)]
    danger = filed(4, service_code="WIRES")
    token = {"csrf_token": csrf(desk)}
    chosen = desk.post("/desk/bulk", data={"number": [*numbers, danger], **token})
    assert "Change 4 reports together" in chosen.text
    form = {"number": [*numbers, danger], "to": "resolved", "reason": "Resurfaced", **token}
    looked = desk.post("/desk/bulk", data=form).text
    assert "3 can, one cannot" in looked
    assert "It is about danger" in looked
    seen = re.findall(r'name="seen" value="([^"]+)"', looked)
    [key] = re.findall(r'name="id" value="([^"]+)"', looked)
    done = {"seen": seen, "id": key, "to": "resolved", "reason": "Resurfaced", **token}
    page = desk.post("/desk/bulk/acts", data=done, follow_redirects=True)
    assert "Done: 3 reports" in page.text
    assert [standing(number).state for number in numbers] == ["resolved"] * 3
    back = desk.post(f"/desk/undo/{key}", data=token, follow_redirects=True)
    assert "3 were taken back" in back.text
    assert {standing(number).state for number in numbers} == {State.RECEIVED}
    stale = desk.post("/desk/bulk/acts", data={**done, "id": str(UUID(int=9))})
    assert stale.status_code == 409
    assert "Look who is affected" in stale.text
    everything = desk.get("/desk/bulk?all=1&district=SE").text
    assert "Change 3 reports together" in everything
    assert "taken back" in desk.get("/desk/bulk").text


def test_a_page_asks_whether_somebody_changed_it(desk: FlaskClient) -> None:
    number = filed()
    first = desk.get(f"/desk/incidents/{number}/version")
    known = {"If-None-Match": first.headers["ETag"]}
    assert desk.get(f"/desk/incidents/{number}/version", headers=known).status_code == 304
    do(ANONYMOUS, add_comment, AddComment(UUID(int=3), number, "It is worse now"))
    assert desk.get(f"/desk/incidents/{number}/version", headers=known).status_code == 200


def test_an_analyst_reads_and_has_no_forms(sqlite_city: World) -> None:
    number = filed()
    client = sqlite_city.signed_in(Role.ANALYST)
    page = client.get(f"/desk/incidents/{number}").text
    assert "What was said" in page
    assert f'action="/desk/incidents/{number}' not in page
    assert client.get("/desk/bulk").status_code == 403


def test_only_what_can_be_linked_is_offered(desk: FlaskClient) -> None:
    session = current_session()
    for code in ("POTHOLE", "SIGNAL"):
        session.get_one(Service, code).group_name = "Streets"
    session.get_one(Service, "POTHOLE").duplicate_metres = 1000
    session.commit()
    number = filed(1)
    lon, lat = a_report(1).lon, a_report(1).lat
    reasons = {
        filed(2, service_code="SIGNAL"): "It is of another kind, so the two cannot be linked.",
        filed(3, place=(lon, lat + 0.006)): "It is too far away to be linked.",
    }

    def likely(client: FlaskClient) -> str:
        page = client.get(f"/desk/incidents/{number}").text
        return page.partition('id="likely"')[2].partition("</section>")[0]

    # Nothing can be linked: there is no form to press either.
    assert "Link this to the chosen one" not in likely(desk)
    same = filed(4)
    shown = likely(desk)
    assert "Link this to the chosen one" in shown
    assert re.findall('name="target" value="(.*?)"', shown) == [same]
    for other, reason in reasons.items():
        assert shown.count(f"/desk/incidents/{other}") == 1
        assert reason in shown
        refused = act(desk, number, "link", target=other, reason="The same")
        assert refused.status_code == 409
    # Whose decision is appealed against closes it in no way, and so does not link it either.
    act(desk, number, "status", to="refused", reason="Not ours")
    do(STAFF, appeal, Appeal(UUID(int=9), number, "It is dangerous"))
    assert 'name="target"' not in likely(desk)
    assert "so a colleague has to link it" in likely(desk)
    assert act(desk, number, "link", target=same, reason="The same").status_code == 403
