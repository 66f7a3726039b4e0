"""Every form of the desk that takes words or figures puts them back where they were typed."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from uuid import UUID

import pytest
from acting import do
from cycles import go_to
from flask.testing import FlaskClient
from full_city import FullCity
from holding import HERE, hidden, sign_in_again, sign_out
from page_reader import read_page
from votes import enrol, make_vote
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse
from winners import BUILDER, SLUG, SPENDING, TODAY, begin, count_winners
from worlds import PASSWORD, World, csrf

from backend.ballots.cycle.phases import Phase
from backend.ballots.delivery.record_spending import record_spending
from backend.core.access import declared_access
from backend.core.actors import OPERATOR, Role
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.photos.queries import rendered_photo
from backend.photos.workflow import PhotoState
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload
from backend.reports.queries import find_incident, find_request
from backend.reports.workflow import State
from backend.web.held_form import is_held
from backend.web.typed_fields import NOT_HELD, typed_words

FORM = re.compile(r'<form[^>]*? method="post"[^>]*? action="([^"#]+)[^"]*".*?</form>', re.DOTALL)
FIELD = re.compile(r"<(input|textarea|select)\b([^>]*)>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
TYPED = {
    "text": "Ünlike",
    "textarea": "Ünlike\nwords",
    "number": "17",
    "date": "2031-02-03",
    "datetime-local": "2031-02-03T04:05",
}


def pages(city: FullCity) -> list[str]:
    """Of whoever administers, each with forms that act on something."""
    desk, budget = f"/desk/budget/{city.election}", f"/budget/{city.election}"
    parts = "calendar hazard-words keys policy services/HOLE services/new teams users"
    return [
        *(f"/admin/{part}" for part in parts.split()),
        *("/audit/weights", "/audits/preregistrations/new", f"{budget}/manage"),
        *(f"/desk/bulk?number={city.open_number}", f"/desk/incidents/{city.open_number}"),
        *(f"/desk/proposals/{city.proposal}", "/desk/queue", "/desk/sweeps", "/desk/sweeps/1"),
        *(f"{desk}/projects", f"{desk}/rearrangements", f"{desk}/paper"),
    ]


def test_every_form_is_held_or_it_is_said_why_not(full_city: FullCity) -> None:
    app, lost = full_city.world.app, []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            is_page = app.view_functions[rule.endpoint].__module__.startswith("backend.web")
            if not is_page or "POST" not in (rule.methods or ()):
                continue
            access = declared_access(rule.endpoint, "POST")
            # What everybody may send comes back to everybody.
            is_open = access is not None and access.roles is None
            if not (is_held(rule.endpoint) or is_open or rule.endpoint in NOT_HELD):
                lost.append(rule.endpoint)
        assert lost == []
        assert [one for one in NOT_HELD if one not in app.view_functions or is_held(one)] == []


def forms_of(page: str) -> Iterator[tuple[str, MultiDict[str, str], dict[str, str]]]:
    """Where each form goes, what it holds, and which fields are typed into, with what."""
    for form in FORM.finditer(page):
        holds: MultiDict[str, str] = MultiDict()
        typed = {}
        for tag, attributes in FIELD.findall(form[0]):
            given = {name: unescape(value) for name, value in ATTRIBUTE.findall(attributes)}
            kind = given.get("type", "text") if tag == "input" else tag
            if kind in TYPED:
                typed[given["name"]] = TYPED[kind]
            elif kind != "file" and "name" in given:
                holds.add(given["name"], given.get("value", ""))
        yield unescape(form[1]), holds, typed


def put_back(client: FlaskClient, world: World, addresses: list[str]) -> set[str]:
    """The forms of these pages that are held; each is led back to, with all that was typed."""
    rules = world.app.url_map.bind("localhost")
    # It goes back to its line, which has no such mark; its own test looks at it.
    seen = {"web.queue_status"}
    for address in addresses:
        for action, holds, typed in forms_of(client.get(address).text):
            endpoint, _values = rules.match(action.partition("?")[0], method="POST")
            with world.app.test_request_context():
                is_ours = is_held(endpoint) and typed_words(endpoint, typed.items())
                # What a page put there, and what is chosen, is told as nobody's words.
                codes = [one for one in holds if typed_words(endpoint, [(one, "Ünlike")])]
            if endpoint in seen or not is_ours:
                continue
            seen.add(endpoint)
            assert codes == [], endpoint
            sent = MultiDict([*holds.items(multi=True), *typed.items(), ("look", "1")])
            shown = client.post(action, data=sent)
            assert (shown.status_code, read_page(shown.text).faults) == (200, []), endpoint
            kept = shown.text.partition('id="kept"')[2].partition("</form>")[0]
            for name, value in typed.items():
                field = rf'name="{re.escape(name)}"[^>]*?(value="|>){value}["<]'
                assert re.search(field, kept), (endpoint, name)
    return {one.removeprefix("web.") for one in seen}


@pytest.mark.slow
def test_what_was_typed_stands_in_its_form_again(full_city: FullCity) -> None:
    client = signed_in(full_city)
    seen = put_back(client, full_city.world, pages(full_city))
    expected = (
        "add_holiday set_hazard_words issue_key set_policy set_service add_service set_taker "
        "add_user decide_weights propose_weights preregister_submit move_budget_date bulk "
        "change_status note_proposal_findings comment_on_proposal hide_proposal_comment "
        "decide_proposal change_proposal_cost translate_proposal moderate_proposal_words "
        "propose_sweeps decide_sweeps state_spending_purpose end_asking open_paper_batch"
    )
    assert seen >= {*expected.split()}


@pytest.mark.slow
def test_what_was_typed_about_projects_stands_there_again(sqlite_city: World) -> None:
    count_winners(sqlite_city)
    begin("PARK", TODAY)
    do(BUILDER, record_spending, SPENDING)
    desk = sqlite_city.signed_in(Role.WARD_STAFF)
    seen = put_back(desk, sqlite_city, [f"/desk/budget/{SLUG}/projects/PARK"])
    expected = (
        "add_project_milestone change_state_of_project move_project_milestone "
        "name_project_deliverer record_project_result record_project_spending "
        "set_project_reassessment settle_project_milestone take_back_project_spending"
    )
    assert seen >= {*expected.split()}


@pytest.mark.slow
def test_what_was_typed_about_paper_stands_there_again(sqlite_city: World) -> None:
    make_vote(sqlite_city)
    enrol({0: "SW"})
    go_to(sqlite_city, Phase.VOTE)
    admin, paper = sqlite_city.signed_in(Role.ADMIN), f"/desk/budget/{SLUG}/paper"
    token = {"csrf_token": csrf(admin)}
    for place in ("Town hall", "School"):
        assert admin.post(paper, data=token | {"place": place}).status_code == 302
    seen = put_back(admin, sqlite_city, [f"{paper}/1"])
    assert admin.post(f"{paper}/1/doubts", data=token | {"kind": "unreadable"}).status_code == 302
    # Who it was is typed anew.
    at, form = f"{paper}/1/doubts/1", token | {"voter": "4711", "reason": "Nobody can read it"}
    shown = admin.post(at, data=form | {"look": "1"}).text
    assert "Nobody can read it</textarea>" in shown
    assert seen >= {"count_paper_box", "close_mistaken_batch"}


def signed_in(city: FullCity) -> FlaskClient:
    """Whoever administers that city."""
    client = city.world.client()
    account = {"username": "mallory", "password": PASSWORD, "csrf_token": csrf(client)}
    client.post("/sign-in", data=account)
    return client


LOOK, ACTS = "/desk/bulk?list=city", "/desk/bulk/acts?list=city"
WEIGHTS = "/audit/weights"
PROPOSAL = "/desk/proposals/{proposal}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "at", "typed"),
    [
        ("/admin/services/HOLE", "{page}", {"retention_days": "31", "name": "A deep hole"}),
        (WEIGHTS, WEIGHTS, {"strength": "0.28125"}),
        (WEIGHTS, "{page}/{weight_set}", {"reason": "The rates are older than the census"}),
        (PROPOSAL, "{page}/outcome", {"outcome": "refused", "reason": "There is no room"}),
        (PROPOSAL, "{page}/findings", {"legal_words": "It needs a permit"}),
    ],
)
def test_whoever_typed_it_signs_in_and_is_led_back(
    full_city: FullCity, page: str, at: str, typed: dict[str, str]
) -> None:
    city = {name: getattr(full_city, name) for name in ("weight_set", "proposal")}
    page, client = page.format(**city), signed_in(full_city)
    at, before = at.format(page=page, **city), client.get(page).text
    ready = held(client, at, hidden(before, at) | typed)
    kept = looked_at(client, ready, at).partition('id="kept"')[2].partition("</form>")[0]
    assert all(value in kept for value in typed.values())
    # Nothing is done before that.
    assert [*typed.values()][-1] not in client.get(page).text


# Both what asks for the preview and what acts on it.
@pytest.mark.parametrize("at", [LOOK, ACTS])
def test_the_note_of_a_bulk_act_comes_back_with_whom_it_is_about(
    full_city: FullCity, at: str
) -> None:
    client, number = signed_in(full_city), full_city.open_number
    form = hidden(client.get(f"/desk/bulk?number={number}").text, f"{LOOK}#who")
    form |= {"to": "assigned", "reason": "The crew comes on Monday"}
    if at == ACTS:
        form = hidden(client.post(LOOK, data=form).text, ACTS)
    shown = looked_at(client, held(client, at, form), at)
    assert "The crew comes on Monday</textarea>" in shown.partition('id="kept"')[2]
    assert ("one can" in shown) == (at == ACTS)
    assert find_incident(current_session(), number).state == State.TRIAGED


def test_the_reason_of_a_refused_photo_comes_back(full_city: FullCity) -> None:
    client, number, photo = signed_in(full_city), full_city.open_number, UUID(int=10)
    with unit_of_work(OPERATOR) as work:
        found = open_upload(work, OpenUpload(UUID(int=9), find_request(work.session, number).id, 9))
        found.photo.rendering_id, found.photo.state = photo, PhotoState.HELD
    at = f"/desk/incidents/{number}/photos/{photo}"
    form = hidden(client.get(f"/desk/incidents/{number}").text, at)
    typed = {"reason": "A face", "left": "20", "verdict": "refuse"}
    shown = looked_at(client, held(client, at, form | typed), at)
    kept = shown.partition('id="kept"')[2].partition("</form>")[0]
    assert "A face</textarea>" in kept
    assert 'name="left" type="number" min="0" max="100" value="20"' in kept
    assert rendered_photo(current_session(), photo).state == PhotoState.HELD


def test_words_whose_form_is_gone_stand_above_the_page(full_city: FullCity) -> None:
    client, at = signed_in(full_city), f"/desk/proposals/{full_city.proposal}/covering"
    form = {"csrf_token": csrf(client), "passage": "Ünlike", "reason": "It names somebody"}
    for look in ({"look": "1"}, {}):
        page = client.post(at, data=form | look)
        assert read_page(page.text).faults == []
        words = page.text.partition('id="without-place"')[2].partition("</section>")[0]
        assert "Ünlike<" in words
        assert "It names somebody<" in words


def test_words_about_what_is_gone_stand_once_on_the_page_that_says_so(full_city: FullCity) -> None:
    client = signed_in(full_city)
    form = {"csrf_token": csrf(client), "reason": "A lamp and no hole", "version": "1"}
    page = client.post("/desk/incidents/2020-1/status", data=form)
    assert (page.status_code, page.text.count(form["reason"])) == (404, 1)


def test_a_view_to_be_saved_keeps_what_was_ticked(full_city: FullCity) -> None:
    client = signed_in(full_city)
    form = {"csrf_token": csrf(client), "title": "Holes", "is_shared": "1", "look": "1"}
    page = client.post("/desk/queue/views?service=POTHOLE", data=form).text
    assert page.count('id="kept"') == 1
    assert 'name="is_shared" value="1" checked>' in page
    assert 'name="is_first" value="1">' in page


def test_a_password_that_is_refused_stands_on_no_page(full_city: FullCity) -> None:
    admin = signed_in(full_city)
    eve = {"csrf_token": csrf(admin), "username": "eve", "display_name": "", "role": "analyst"}
    found = re.search(r"http://localhost(/start/[^<]+)", admin.post("/admin/users", data=eve).text)
    assert found
    guest = full_city.world.client()
    chosen = {"password": "a bell under it", "again": "a bell over it"}
    page = guest.post(found[1], data=chosen | {"csrf_token": csrf(guest)})
    assert page.status_code == 422
    assert "a bell" not in page.text
    assert 'id="without-place"' not in page.text


def held(client: FlaskClient, at: str, form: Mapping[str, str]) -> TestResponse:
    """What whoever typed it reads after they signed in again; nobody else reads it before."""
    words = form["reason"] if "reason" in form else [*form.values()][-1]
    sign_out(client)
    locked = client.post(at, data=form, headers=HERE)
    assert (locked.status_code, words in locked.text) == (401, False)
    assert words not in sign_in_again(client, locked, "admin").text
    ready = sign_in_again(client, locked, "mallory")
    assert words in ready.text
    assert read_page(ready.text).faults == []
    return ready


def looked_at(client: FlaskClient, ready: TestResponse, at: str) -> str:
    """The page they are led back to."""
    shown = client.post(at, data=hidden(ready.text, f"{at}#kept") | {"look": "1"}, headers=HERE)
    assert (shown.status_code, read_page(shown.text).faults) == (200, [])
    return shown.text
