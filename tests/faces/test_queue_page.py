"""The queue over HTTP: its order, what it is filtered by, its pages and its views."""

import re
from html import escape, unescape

import pytest
import sqlalchemy as sa
from at_the_queue import filed, linked, listed, move
from flask.testing import FlaskClient
from page_reader import read_page
from worlds import FAR_AWAY, IN_NW, IN_SE, IN_SW, World, csrf

from backend.core.actors import OPERATOR, Role
from backend.core.db import db
from backend.core.uow import unit_of_work
from backend.triage.models import SavedView


@pytest.fixture
def desk(sqlite_city: World) -> FlaskClient:
    """Signed in as ward staff."""
    return sqlite_city.signed_in(Role.WARD_STAFF)


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


def test_a_place_that_makes_no_sense_is_refused(desk: FlaskClient) -> None:
    numbers = filed(1)
    assert listed(desk.get("/desk/queue?after=&before=")) == numbers
    for place in ("0", "2026-03-01", "~~~~~~", "1e3~1~1~1~nan~1~1", f"1.0~{9**30}~1~1~1.0~1.0~1"):
        for page in ("/desk/queue?after", "/desk/queue?before", "/desk/bulk?all=1&before"):
            answer = desk.get(f"{page}={place}")
            assert (answer.status_code, place in answer.text) == (422, True), (page, place)


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("/desk/queue?", ("bbox", "since", "number", "all")),
        ("/desk/queue/new?since=1&", ("bbox", "before", "changed")),
        ("/desk/bulk?all=1&", ("bbox", "since", "changed")),
        ("/desk/map?", ("bbox", "since", "before", "after")),
        ("/desk/tiles/10/540/347.mvt?", ("bbox", "since", "before")),
    ],
)
def test_what_filters_elsewhere_and_not_here_is_refused(
    desk: FlaskClient, page: str, names: tuple[str, ...]
) -> None:
    filed()
    for name in names:
        answer = desk.get(f"{page}{name}=9,49,11,51")
        assert (answer.status_code, name in answer.text) == (422, True), name
        assert "reports together" not in answer.text


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


def test_an_address_of_a_view_means_the_same_for_everybody(
    desk: FlaskClient, sqlite_city: World
) -> None:
    (south,), (north,) = filed(place=IN_SE), filed(first=2, place=IN_NW)
    analyst = sqlite_city.signed_in(Role.ANALYST)
    saved = []
    for client, query, shared in ((desk, "district=SE", ""), (analyst, "district=NW", "1")):
        form = {"title": "Lamps", "is_shared": shared, "csrf_token": csrf(client)}
        saved.append(client.post(f"/desk/queue/views?{query}", data=form).location)
    assert saved == ["/desk/queue?view=lamps", "/desk/queue?view=lamps-2"]
    assert [listed(desk.get(one)) for one in saved] == [[south], [north]]
    assert analyst.get(saved[0]).status_code == 404
    assert all(f'href="{one}"' in desk.get("/desk/queue?list=city").text for one in saved)
    # Of two that had one name before, the shared one is meant, and the other stays in reach.
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.update(SavedView).values(name="lamps"))
    db.session.remove()
    assert [listed(client.get(saved[0])) for client in (desk, analyst)] == [[north]] * 2
    page = desk.get("/desk/queue?list=city").text
    assert 'href="/desk/queue?district=SE">Lamps<' in page
    form = {"title": "Lamps", "is_first": "1", "csrf_token": csrf(desk)}
    anew = desk.post("/desk/queue/views?district=SE", data=form).location
    assert (anew, listed(desk.get(anew))) == ("/desk/queue?view=lamps-2", [south])
    assert desk.get("/desk/queue").location == anew
    shared = desk.post("/desk/queue/views?district=SE", data=form | {"is_shared": "1"})
    assert 'data-problem="view-name-taken"' in shared.text


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
    half = desk.get("/desk/bulk?all=2&district=SE")
    assert (half.status_code, "The filter “all” cannot be “2”." in half.text) == (422, True)
    whole = desk.get("/desk/bulk?all=1&district=SE").text
    assert f'href="{listed_url}">Back to the queue' in whole
    assert "Change 120 reports together" in whole
    assert 'href="/desk/queue">Back to the queue' in desk.get("/desk/bulk").text
