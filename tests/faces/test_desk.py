"""A ward officer's day at the queue, over HTTP."""

import re
from datetime import timedelta
from html import escape, unescape
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do
from flask.testing import FlaskClient
from page_reader import read_page
from werkzeug.test import TestResponse
from worlds import FAR_AWAY, IN_NW, IN_SE, IN_SW, NOON, STAFF, World, a_report, csrf

from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.db import db
from backend.core.uow import unit_of_work
from backend.reports.answer_back import appeal
from backend.reports.change_severity import change_severity
from backend.reports.commands import Appeal, ChangeSeverity
from backend.reports.file_report import file_report
from backend.reports.models import Inspection
from backend.reports.workflow import CLOSED_STATES
from backend.triage.models import SavedView

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def desk(sqlite_city: World) -> FlaskClient:
    """Signed in as ward staff."""
    return sqlite_city.signed_in(Role.WARD_STAFF)


def filed(count: int = 1, first: int = 1, **changes: Any) -> list[str]:
    """The numbers of new reports, each an hour younger than the one before."""
    with unit_of_work(ANONYMOUS) as work:
        numbers = [
            file_report(
                work, a_report(n, requested_at=NOON - timedelta(hours=200 - n), **changes)
            ).number
            for n in range(first, first + count)
        ]
    db.session.remove()
    return numbers


def listed(answer: TestResponse) -> list[str]:
    """The numbers of a queue page, in its order."""
    assert answer.status_code == 200
    return re.findall(r'<tr role="row" id="(\w+)">', answer.text)


def test_danger_comes_first_and_then_the_longest_wait(desk: FlaskClient) -> None:
    older, younger = filed(2)
    (danger,) = filed(first=3, service_code="WIRES")
    assert listed(desk.get("/desk/queue")) == [danger, older, younger]


def test_filters_narrow_and_combine(desk: FlaskClient) -> None:
    (south,) = filed(first=1, place=IN_SW)
    (east,) = filed(first=2, place=IN_SE)
    (signal,) = filed(first=3, place=IN_SE, service_code="SIGNAL")
    (outside,) = filed(first=4, place=FAR_AWAY)
    move(desk, east, "triaged")
    for query, numbers in {
        "": [signal, south, east],
        "?district=SE": [signal, east],
        "?service=POTHOLE": [south, east],
        "?state=received": [signal, south],
        "?district=SE&service=POTHOLE&state=triaged": [east],
        "?district=&service=&state=": [signal, south, east],
        "?district=NE": [],
        "?list=outside": [outside],
        "?list=outside&service=SIGNAL": [],
    }.items():
        assert listed(desk.get(f"/desk/queue{query}")) == numbers, query
    assert "Nothing matches" in desk.get("/desk/queue?district=NE").text
    assert "Outside (1)" in desk.get("/desk/queue").text
    chosen = desk.get("/desk/queue?district=SE").text
    assert 'name="district" value="SE" checked' in chosen


def test_pages_follow_one_another_and_keep_the_filter(desk: FlaskClient) -> None:
    numbers = filed(120, place=IN_SE)
    filed(1, first=500, place=IN_NW)
    seen: list[str] = []
    url: str | None = "/desk/queue?district=SE"
    while url:
        page = desk.get(url)
        seen += listed(page)
        url = linked(page, "next")
    assert seen == numbers
    assert "101 to 120 of 120" in page.text
    before = desk.get(linked(page, "prev") or "")
    assert listed(before) == numbers[50:100]
    assert "51 to 100 of 120 · 20 more" in before.text
    first = desk.get(linked(before, "prev") or "")
    assert listed(first) == numbers[:50]
    assert linked(first, "prev") is None


def linked(page: TestResponse, way: str) -> str | None:
    """Where the page before or after this one is."""
    found = re.search(rf'rel="{way}" href="([^"]+)"', page.text)
    return found and found[1].replace("&amp;", "&")


def test_a_place_that_makes_no_sense_is_the_beginning(desk: FlaskClient) -> None:
    numbers = filed(1)
    for place in ("0", "x", "", "~~~~~~", "1e3~1~1~1~nan~1~1", f"1.0~{9**30}~1~1~1.0~1.0~1"):
        assert listed(desk.get(f"/desk/queue?after={place}")) == numbers, place


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
    assert 'name="act"' not in desk.get(same.location).text
    act = re.search(r'name="act" value="([^"]+)"', given)
    assert act is not None
    desk.post("/desk/queue/taking-back", data={"act": act[1], "csrf_token": csrf(desk)})
    assert listed(desk.get("/desk/queue?person=nobody")) == [number]
    unknown = desk.post("/desk/queue/assignment", data=form | {"version": 3, "taker": "staff:x"})
    assert (unknown.status_code, 'data-problem="assignee-unknown"' in unknown.text) == (422, True)


def test_what_comes_in_is_told_and_moves_nothing(desk: FlaskClient) -> None:
    numbers = filed(60)
    first = desk.get("/desk/queue")
    asked = re.search(r'data-from="([^"]+)"', first.text)
    following = linked(first, "next")
    assert asked
    assert following
    news = asked[1].replace("&amp;", "&")
    quiet = desk.get(news)
    assert quiet.json == {"count": 0, "words": ""}
    known = {"If-None-Match": quiet.headers["ETag"]}
    assert desk.get(news, headers=known).status_code == 304
    filed(1, first=900, service_code="WIRES")
    told = desk.get(news, headers=known)
    assert told.json["words"] == "1 is new or moved since you opened this list."
    second = desk.get(following)
    assert listed(first) + listed(second) == numbers
    assert told.json["words"] in second.text


def test_filters_are_kept_as_views_and_shared(desk: FlaskClient, sqlite_city: World) -> None:
    (number,) = filed(place=IN_SE)
    filed(first=2, place=IN_NW)
    save = {"title": "South East!", "is_shared": "1", "is_first": "1", "csrf_token": csrf(desk)}
    saved = desk.post("/desk/queue/views?district=SE&overdue=", data=save)
    assert saved.location == "/desk/queue?view=south-east"
    assert listed(desk.get(saved.location)) == [number]
    assert desk.get("/desk/queue").location == saved.location
    assert len(listed(desk.get("/desk/queue?list=city"))) == 2
    analyst = sqlite_city.signed_in(Role.ANALYST)
    assert listed(analyst.get(saved.location)) == [number]
    assert len(listed(analyst.get("/desk/queue"))) == 2
    taken = analyst.post("/desk/queue/views?q=hole", data=save | {"csrf_token": csrf(analyst)})
    assert (taken.status_code, 'data-problem="view-name-taken"' in taken.text) == (409, True)
    # Another title whose address would be the same is another view; the same title is replaced.
    plain = save | {"title": "South East", "is_first": ""}
    assert desk.post("/desk/queue/views?q=pole", data=plain).location == f"{saved.location}-2"
    for title in ("South East!", "south  east!"):
        again = desk.post("/desk/queue/views?district=SE", data=save | {"title": title})
        assert again.location == saved.location
    assert listed(desk.get(saved.location)) == [number]
    act = "/desk/queue/views/south-east"
    for what, status in (("not_first", 302), ("first", 302), ("delete", 302), ("delete", 404)):
        form = {"act": what, "csrf_token": csrf(desk)}
        assert desk.post(act, data=form).status_code == status, what
    assert desk.get(saved.location).status_code == 404
    assert len(listed(desk.get("/desk/queue"))) == 2
    empty = desk.post("/desk/queue/views", data=save)
    assert 'data-problem="view-without-filter"' in empty.text


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


def move(
    client: FlaskClient, number: str, state: str, version: int = 1, **form: str
) -> TestResponse:
    return client.post(
        f"/desk/incidents/{number}/status",
        data={"to": state, "version": version, "csrf_token": csrf(client), **form},
    )


def test_a_typed_number_gives_its_report_also_when_it_is_closed(desk: FlaskClient) -> None:
    open_one, closed, joined = filed(3, place=IN_SE)
    here = desk.get(f"/desk/queue?q={open_one.lower()[:4]}+{open_one.lower()[4:]}")
    assert (listed(here), f"Open {open_one}" in here.text) == ([open_one], False)
    form = {"target": open_one, "reason": "The same hole", "csrf_token": csrf(desk)}
    desk.post(f"/desk/incidents/{joined}/link", data=form)
    move(desk, closed, "resolved")
    for query, numbers, words in (
        (f"q={closed.lower()}", [], f"{closed} is closed: Done."),
        (f"q={joined}", [open_one], f"{joined} is one problem with the report below."),
        (f"q={open_one}&district=NW", [], f"{open_one} is open and does not fit the other"),
        (f"q={open_one}&list=outside", [], f"{open_one} is open and does not fit the other"),
    ):
        page = desk.get(f"/desk/queue?{query}")
        assert (listed(page), words in page.text) == (numbers, True), query
        number = words.split()[0]
        assert f'<a href="/desk/incidents/{number}">Open {number}</a>' in page.text
        assert desk.get(f"/desk/incidents/{number}").status_code == 200
        assert read_page(page.text).faults == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("age=1&age=365", "The filter “Age” cannot be “1, 365”."),
        ("q=lamp&q=hole", "cannot be “lamp, hole”."),
        ("stat=received", "Nobody knows the filter “stat”. These are known: state, service,"),
        ("service=POTHOLE&stat=", "Nobody knows the filter “stat”."),
        ("state=open", "The filter “State” cannot be “open”."),
        ("service=POTHOLE&service=POTHOEL", "The filter “Kind” cannot be “POTHOEL”."),
        ("district=NOWHERE", "The filter “District” cannot be “NOWHERE”."),
        ("team=%F0%9F%95%B3", "The filter “Team” cannot be “🕳”."),
        ("person=staff:nobody", "The filter “With” cannot be “staff:nobody”."),
        ("list=outsid", "cannot be “outsid”."),
        ("list=city&list=outside", "cannot be “city, outside”."),
        ("grade=Z", "cannot be “Z”."),
        ("channel=fax", "cannot be “fax”."),
        ("overdue=yes", "cannot be “yes”."),
    ],
)
def test_a_filter_that_cannot_be_meant_makes_no_list_longer(
    desk: FlaskClient, address: str, said: str
) -> None:
    filed()
    for page in ("/desk/queue?", "/desk/bulk?all=1&", "/desk/queue/new?since=1&", "/desk/map?"):
        if (page, address) == ("/desk/map?", "state=open"):
            continue
        answer = desk.get(page + address)
        assert (answer.status_code, said in answer.text) == (422, True), page
        assert 'href="/desk/queue?list=city">Show the whole queue' in answer.text
        assert read_page(answer.text).faults == []


def test_the_map_knows_groups_of_states_besides(desk: FlaskClient) -> None:
    (number,) = filed()
    for state in ("open", "all", "received"):
        assert number in desk.get(f"/desk/map?state={state}").text, state
    for state in ("closed", "resolved"):
        assert number not in desk.get(f"/desk/map?state={state}").text, state
    refused = desk.get("/desk/map?state=opened")
    assert (refused.status_code, "cannot be “opened”" in refused.text) == (422, True)


@pytest.mark.parametrize("query", ["stat=received", "service=GONE", "district=SE&age=1&age=2"])
def test_a_view_that_cannot_be_read_any_more_leaves_the_desk_open(
    desk: FlaskClient, query: str
) -> None:
    (number,) = filed(place=IN_SE)
    save = {"title": "Mine", "is_first": "1", "csrf_token": csrf(desk)}
    desk.post("/desk/queue/views?district=SE", data=save)
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.update(SavedView).values(query=query))
    db.session.remove()
    for page in ("/desk/queue?", "/desk/bulk?all=1&", "/desk/map?"):
        refused = desk.get(f"{page}view=mine")
        assert (refused.status_code, "Show the whole queue" in refused.text) == (422, True), page
    opened = desk.get("/desk/queue")
    assert listed(opened) == [number]
    assert "The queue opens with your view “Mine”." in opened.text
    assert "This is all of the queue." in opened.text
    assert listed(desk.get("/desk/queue?list=city")) == [number]
    # Saved anew or deleted, it opens as any other.
    desk.post("/desk/queue/views?district=SE", data=save)
    assert desk.get("/desk/queue").location == "/desk/queue?view=mine"


def test_what_is_changed_together_leads_back_to_the_list_it_was_chosen_in(
    desk: FlaskClient,
) -> None:
    numbers = filed(120, place=IN_SE)
    filed(1, first=500, place=IN_NW)
    listed_url = "/desk/queue?district=SE"
    second = linked(desk.get(listed_url), "next") or ""
    [choose] = re.findall(r'action="(/desk/bulk[^"]*)"', desk.get(second).text)
    token = {"csrf_token": csrf(desk)}
    form = {"number": numbers[50:52], "to": "triaged", **token}
    looked = desk.post(unescape(choose), data=form).text
    assert f'href="{escape(second)}">Back to the queue' in looked
    [change] = re.findall(r'action="(/desk/bulk/acts[^"]+)"', looked)
    seen = re.findall(r'name="seen" value="([^"]+)"', looked)
    [key] = re.findall(r'name="id" value="([^"]+)"', looked)
    changed = desk.post(unescape(change), data={"id": key, "seen": seen, "to": "triaged", **token})
    assert f'href="{escape(second)}">Back to the queue' in desk.get(changed.location).text
    whole = desk.get("/desk/bulk?all=1&district=SE").text
    assert f'href="{listed_url}">Back to the queue' in whole
    assert "Change 120 reports together" in whole
    assert 'href="/desk/queue">Back to the queue' in desk.get("/desk/bulk").text
