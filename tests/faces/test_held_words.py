"""What comes back of a held form is what somebody typed: no code, and nothing a page put there."""

import re
import uuid
from collections.abc import Iterator

import pytest
from acting import do
from cycles import A_CYCLE, go_to, make_cycle
from holding import HERE, call, change_role, hidden, sign_in_again, sign_out
from page_reader import read_page
from proposing import REVIEWER, decide, note, propose
from sweeping import a_plan_in_force
from worlds import IN_SW, STAFF, World, a_report, csrf

from backend.ballots.cycle.phases import Phase
from backend.ballots.proposals.commands import Verdict
from backend.ballots.proposals.review import decide_feasibility
from backend.ballots.proposals.workflow import State as Decided
from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.uow import unit_of_work
from backend.reports.add_comment import add_comment
from backend.reports.answer_models import AnswerTemplate
from backend.reports.change_status import change_status
from backend.reports.commands import AddComment, ChangeStatus, MergeIncidents
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.file_report import file_report
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import ServiceAttribute
from backend.reports.workflow import State
from backend.web.held_form import HeldForm

FORM = re.compile(r'<form[^>]*? action="([^"?#]+)[^"]*".*?</form>', re.DOTALL)
FIELD = re.compile(r"<(input|select|textarea|button)\b([^>]*)>")
TYPED = {"text", "tel", "email", "number", "date", "datetime-local"}
# Fields of every form, photos, which are named apart, and what nobody may read again.
ELSEWHERE = {"csrf_token", "typed_by", "photos", "code"}
# Which report it is about is told, and what was typed on the page before; no codes, also where they
# are typed. Whether a city's own question is answered by typing or choosing no name says.
TOLD = dict.fromkeys(("number", "description", "address", "attribute-SIZE"), True)
TOLD["attribute-POTHOLE-SIZE"] = True
TOLD |= {"lat": False, "lon": False, "language": False, "visited_on": True}
ENDPOINTS = {
    f"web.{name}"
    for name in (
        *("enter_report", "write_note", "ask_reporter", "answer_report", "queue_status"),
        *("change_status", "change_severity", "change_service", "override_position"),
        *("merge_incidents", "unmerge_incident"),
        *("moderate_text", "hide_words", "record_sweep", "note_stop", "finish_day"),
        *("record_visit", "visited_today", "told_today", "add_template", "set_template"),
        *("create_report", "check_report_form", "add_to_report"),
        *("create_proposal", "edit_own_proposal", "appeal_own_proposal"),
    )
}


def pages(world: World, number: str, proposal: str) -> Iterator[str]:
    """Every page with a form that is held, each with all it may ask."""
    desk = world.signed_in(Role.WARD_STAFF)
    for way in ("call", "paper", "visit"):
        yield desk.get(f"/desk/enter?way={way}").text
    yield desk.post("/desk/enter", data=call(desk) | {"act": "look"}).text
    yield desk.get(f"/desk/incidents/{number}?from=%2Fdesk%2Fqueue&at=1").text
    yield desk.get("/desk/queue").text
    taken = {"csrf_token": csrf(desk), "district": "SW"}
    assert desk.post("/desk/today/districts", data=taken).status_code == 302
    ways = ("/desk/outreach", "/desk/today/", "/desk/today/sweeps/1/1", "/desk/sweeps/1/days/1")
    for address in ways:
        yield desk.get(address).text
    admin = world.signed_in(Role.ADMIN)
    for template in ("new", uuid.UUID(int=5)):
        yield admin.get(f"/admin/templates/{template}").text
    lon, lat = IN_SW
    page = desk.get(f"/report/new?lat={lat}&lon={lon}").text
    yield page
    typed = {"service_code": "POTHOLE", "description": "A deep hole"}
    form = hidden(page, "/report/new").to_dict() | typed
    yield desk.post("/report/new", data=form).text
    yield desk.get(f"/budget/{A_CYCLE.slug}/proposals/new").text
    yield desk.get(f"/proposals/{proposal}/own").text
    go_to(world, Phase.FEASIBILITY)
    note(proposal, legal=Verdict.NOT_MET)
    do(REVIEWER, decide_feasibility, decide(proposal, Decided.REFUSED))
    yield desk.get(f"/proposals/{proposal}/own").text


def fields_of(page: str, world: World) -> Iterator[tuple[str, str, bool]]:
    """The endpoint each form of a page goes to, the names of its fields, and what is typed."""
    rules = world.app.url_map.bind("localhost")
    for form in FORM.finditer(page):
        endpoint, _values = rules.match(form[1], method="POST" if "post" in form[0] else "GET")
        for tag, attributes in FIELD.findall(form[0]):
            given = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
            if "name" in given:
                kind = given.get("type", "text") if tag == "input" else tag
                yield endpoint, given["name"], kind == "textarea" or kind in TYPED


@pytest.mark.slow
def test_what_comes_back_is_what_was_typed(sqlite_city: World) -> None:
    make_cycle()
    go_to(sqlite_city, Phase.IDEAS)
    proposal = propose(1)
    with unit_of_work(ANONYMOUS) as work:
        number = file_report(work, a_report(1, description="A deep hole")).number
        other = file_report(work, a_report(2)).number
    do(STAFF, merge_incidents, MergeIncidents(other, number, "The same hole"))
    with unit_of_work(OPERATOR) as work:
        kept = {"changed_by": STAFF.key, "changed_at": work.now, "services": [], "step": ""}
        texts = [{"language": "en", "text": "We come."}]
        work.session.add(AnswerTemplate(id=uuid.UUID(int=5), name="Soon", texts=texts, **kept))
        asked = {"service_code": "POTHOLE", "description": "?"}
        sizes = {"code": "SIZE", "position": 1, "datatype": "singlevaluelist"}
        words = {"code": "DEPTH", "position": 2, "datatype": "string", "choices": []}
        sizes["choices"] = [{"key": "s", "name": "Small"}]
        work.session.add_all(ServiceAttribute(**asked | one) for one in (sizes, words))
        mark_catalogue(work)
    do(STAFF, change_status, ChangeStatus(number, State.TRIAGED, 2))
    do(STAFF, add_comment, AddComment(uuid.UUID(int=6), number, "We were there"))
    a_plan_in_force(sqlite_city)
    seen = {
        (endpoint, name, is_typed)
        for page in pages(sqlite_city, number, proposal)
        for endpoint, name, is_typed in fields_of(page, sqlite_city)
        if name not in ELSEWHERE
    }
    held = {endpoint for endpoint, _name, _is_typed in seen} & {*ENDPOINTS}
    assert held == {*ENDPOINTS}
    wrong = []
    with sqlite_city.app.test_request_context():
        for endpoint, name, is_typed in sorted(seen):
            if endpoint in ENDPOINTS:
                form = HeldForm("/", endpoint, "", ((name, "Ünlike"),), ())
                if bool(form.words) != TOLD.get(name, is_typed):
                    wrong.append((endpoint, name))
    assert wrong == []


def test_whoever_lost_their_role_reads_a_note_to_copy_it(sqlite_city: World) -> None:
    with unit_of_work(ANONYMOUS) as work:
        number = file_report(work, a_report(1)).number
    at = f"/desk/incidents/{number}/note"
    desk = sqlite_city.signed_in(Role.WARD_STAFF)
    form = hidden(desk.get(f"/desk/incidents/{number}").text, at).to_dict()
    form["words"] = "Ask the foreman"
    change_role("ward_staff", Role.ANALYST)
    refused = desk.post(at, data=form, headers=HERE)
    assert (refused.status_code, "Ask the foreman" in refused.text) == (403, True)
    # The same where their session ended before: nothing is offered that would be refused.
    sign_out(desk)
    page = desk.post(at, data=form, headers=HERE)
    ready = sign_in_again(desk, page, "ward_staff")
    assert (ready.status_code, ready.headers["Cache-Control"]) == (403, "no-store")
    assert "Ask the foreman" in ready.text
    assert "Your account may not send this any more" in ready.text
    assert f'action="{at}"' not in ready.text
    assert read_page(ready.text).faults == []
    assert desk.get("/desk/queue").status_code == 200
    # Or they have signed in again on another page.
    again = desk.post(at, data=form, headers=HERE)
    assert (again.status_code, "Your account may not send this any more" in again.text) == (
        403,
        True,
    )
    assert "Ask the foreman" in again.text
