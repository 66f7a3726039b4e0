"""Proposals by phone, on a page without a script, and at the desk, from the idea to the review."""

import json
import re
from typing import Any
from uuid import UUID

import pytest
from acting import do
from cycles import A_CYCLE, go_to, make_cycle
from described import check_described
from page_reader import read_page
from proposing import REVIEWER, an_id, decide, note, stored
from worlds import IN_SW, PASSWORD, World, csrf

from backend.ballots.cycle.phases import Phase
from backend.ballots.proposals.commands import Criterion, Verdict
from backend.ballots.proposals.review import decide_feasibility
from backend.ballots.proposals.workflow import State
from backend.core.actors import Role

OF_CYCLE = f"/v1/cycles/{A_CYCLE.slug}/proposals"
PAGES = f"/budget/{A_CYCLE.slug}/proposals"
IDEA = {
    "title": "Swings for the small park",
    "summary": "Three swings, one of them for wheelchairs.",
    "language": "en",
    "cost": 1_200_000,
    "lon": IN_SW[0],
    "lat": IN_SW[1],
}


@pytest.fixture
def city_with_ideas(sqlite_city: World) -> World:
    make_cycle()
    go_to(sqlite_city, Phase.IDEAS)
    return sqlite_city


class Phone:
    """A device with its token; every answer is as the description says."""

    def __init__(self, world: World) -> None:
        self.client = world.client()
        token = self.client.post("/v1/devices").get_json()["token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        answer = self.client.open(
            path, method=method, headers=self.headers, **({"json": body} if body else {})
        )
        assert answer.status_code == status, answer.text
        if not answer.data:
            return None
        check_described(rule_of(path), answer)
        return answer.get_json()


def at_the_desk(world: World) -> Phone:
    """A program of a member of staff, signed in for a day."""
    program = Phone(world)
    typed = {"username": Role.WARD_STAFF.value, "password": PASSWORD}
    token = program.ask("POST", "/v1/desk/sessions", 201, **typed)["token"]
    program.headers = {"Authorization": f"Bearer {token}"}
    return program


def rule_of(path: str) -> str:
    """The path as the description has it."""
    rule = path.partition("?")[0].replace(A_CYCLE.slug, "{slug}").replace("/pl", "/{language}")
    return re.sub(r"/[0-9A-Z]{8}(?=/|$)", "/{number}", rule)


def said(number: int, **more: Any) -> dict[str, Any]:
    return {"id": str(an_id(number)), **more}


def test_a_proposal_goes_its_way_by_phone(city_with_ideas: World) -> None:
    world = city_with_ideas
    anna, bob = Phone(world), Phone(world)
    made = anna.ask("POST", OF_CYCLE, 201, **said(1, draft=IDEA, display_name="Anna"))
    number = made["number"]
    one = f"/v1/proposals/{number}"
    assert anna.ask("POST", OF_CYCLE, 200, **said(1, draft=IDEA, display_name="Anna")) == made
    other = anna.ask("POST", OF_CYCLE, 409, **said(1, draft={**IDEA, "title": "No"}))
    assert other["type"].endswith("/proposal-id-taken")
    bob.ask("PUT", f"{one}/endorsement", 204)
    bob.ask("POST", f"{one}/comments", **said(2, text="Who mows?", asked="city"))
    code = anna.ask("POST", f"{one}/invitations", 201)["code"]
    bob.ask("POST", f"{one}/proposers", code=code, display_name="Bob")
    draft = {**IDEA, "summary": "Four swings."}
    now = bob.ask("GET", one)
    changed = bob.ask("PUT", one, version=now["version"], draft=draft)
    assert (changed["summary"], changed["endorsements"]) == ("Four swings.", 1)
    assert [person["display_name"] for person in changed["proposers"]] == ["Anna", "Bob"]
    parts = [IDEA, {**IDEA, "title": "A bench for the small park"}]
    asked = said(3, kind="split", numbers=[number], drafts=parts, reason="Two ideas.")
    wish = anna.ask("POST", f"/v1/cycles/{A_CYCLE.slug}/rearrangements", 201, **asked)
    assert (wish["kind"], wish["state"]) == ("split", "open")
    assert bob.ask("GET", one)["rearrangements"] == [wish]
    [near] = bob.ask("GET", f"{OF_CYCLE}/similar?title=a+swing+for+the+park")
    assert near["number"] == number
    assert bob.ask("GET", OF_CYCLE)["proposals"][0]["number"] == number
    assert bob.ask("GET", f"{OF_CYCLE}?state=refused")["total"] == 0
    for query in ("?part=%00", "?category=%00", "?state=none", "/similar?title=%00"):
        bob.ask("GET", OF_CYCLE + query, 422)
    bob.ask("POST", f"{one}/proposers", 422, code="\ud800")
    go_to(world, Phase.FEEDBACK)
    late = bob.ask("GET", f"{OF_CYCLE}/overdue")
    assert {entry["kind"] for entry in late} == {"question", "review"}
    own = bob.ask("GET", "/v1/me/data")
    assert (own["endorsed"], own["proposal_comments"][0]["text"]) == ([number], "Who mows?")
    bob.ask("DELETE", "/v1/me/data")
    left = anna.ask("GET", one)
    assert ([p["display_name"] for p in left["proposers"]], left["endorsements"]) == (["Anna"], 0)
    assert (left["summary"], left["comments"][0]["text"]) == ("Four swings.", "")
    assert anna.ask("POST", f"{one}/withdrawal", **said(9))["state"] == "withdrawn"


def test_staff_review_by_program_and_only_they(city_with_ideas: World) -> None:
    world = city_with_ideas
    anna, staff = Phone(world), at_the_desk(world)
    desk = f"/v1/desk/cycles/{A_CYCLE.slug}/proposals"
    by_phone = said(1, draft=IDEA, channel="phone", contact={"phone": "030 5550100"})
    anna.ask("POST", desk, 401, **by_phone)
    made = staff.ask("POST", desk, 201, **by_phone)
    one = f"/v1/desk/proposals/{made['number']}"
    [person] = staff.ask("GET", one)["people"]
    assert (person["contact"], person["code"]) == ({"phone": "030 5550100"}, made["code"])
    anna.ask("POST", f"/v1/proposals/{made['number']}/proposers", code=made["code"])
    go_to(world, Phase.FEASIBILITY)
    staff = at_the_desk(world)
    assert staff.ask("GET", f"{desk}/waiting")["total"] == 1
    found = {name: {"verdict": "met", "words": "Yes."} for name in Criterion}
    version = stored(made["number"]).version
    noted = staff.ask("POST", f"{one}/findings", version=version, findings=found)
    done = staff.ask(
        "POST", f"{one}/outcome", version=noted["version"], outcome="accepted", cost=1_300_000
    )
    assert (done["state"], done["cost_changes"][0]["cost"]) == ("accepted", 1_300_000)
    pack = {"pros": ["Play"], "cons": [], "cost_lines": [], "sources": []}
    packed = staff.ask("PUT", f"{one}/pack", version=done["version"], **pack)
    assert packed["missing"] == ["cons", "cost_lines", "minority_statements", "sources"]
    staff.ask("PUT", f"{one}/translations/pl", title="Huśtawki", summary="Trzy.")
    go_to(world, Phase.FEEDBACK)
    refusal = at_the_desk(world).ask("POST", f"{desk}/settling", 422)
    assert "lacks: cons" in json.dumps(refusal)


def test_a_page_without_a_script_takes_a_proposal_and_loses_no_words(
    city_with_ideas: World,
) -> None:
    client = city_with_ideas.client()
    form_page = client.get(f"{PAGES}/new")
    form = {
        "csrf_token": csrf(client, f"{PAGES}/new"),
        "id": re.findall(r'name="id" value="([^"]+)"', form_page.text)[0],
        "title": "Trees <b>",
        "summary": "Twelve of them.",
        "language": "en",
        "part": "SE",
        "cost": "12 euros",
        "display_name": "",
    }
    assert UUID(form["id"])
    refused = client.post(PAGES, data=form)
    assert refused.status_code == 422
    assert "Trees &lt;b&gt;" in refused.text
    assert 'aria-invalid="true"' in refused.text
    made = client.post(PAGES, data={**form, "cost": "1250.50"})
    again = client.post(PAGES, data={**form, "cost": "1250.50"})
    assert (made.status_code, made.text) == (200, again.text)
    number = re.findall(r'href="/proposals/([^"/]+)"', made.text)[0]
    assert (stored(number).cost, stored(number).part_code) == (125_050, "SE")
    for path in (PAGES, f"{PAGES}?part=SE", f"{PAGES}/overdue", f"/proposals/{number}"):
        page = client.get(path)
        assert page.status_code == 200
        assert read_page(page.text).faults == []
    pointing = client.get(f"{PAGES}/place").text
    width, height = map(
        int, re.findall(r'type="image".* width="(\d+)" height="(\d+)"', pointing)[0]
    )
    # A quarter from the left and from the bottom is the middle of the south-west.
    pointed = client.get(f"{PAGES}/new?place.x={width // 4}&place.y={3 * height // 4}").text
    assert '<option value="SW" selected>' in pointed
    [latitude] = re.findall(r'name="lat" type="text" value="([^"]+)"', pointed)
    assert float(latitude) == pytest.approx(50.005, abs=1e-4)
    assert client.get("/map.svg").mimetype == "image/svg+xml"
    outside = client.get(f"{PAGES}/new?place.x=0&place.y=0").text
    assert '<option value="citywide" selected>' in outside
    own = f"/proposals/{number}/own"
    [code] = re.findall(r'figure">([0-9a-f]{20})<', made.text)
    words = {**form, "title": "Lime trees <i>", "cost": "1300", "version": "1", "code": "0" * 20}
    refused = client.post(f"{own}/words", data=words)
    assert (refused.status_code, read_page(refused.text).faults) == (422, [])
    assert 'data-problem="proposal-code-not-valid"' in refused.text
    assert "Lime trees &lt;i&gt;" in refused.text
    assert client.post(f"{own}/words", data=words | {"code": ""}).status_code == 422
    assert client.post(f"{own}/words", data=words | {"code": f" {code} "}).status_code == 302
    assert (stored(number).title, stored(number).cost) == ("Lime trees <i>", 130_000)
    go_to(city_with_ideas, Phase.FEASIBILITY)
    assert client.get(f"{PAGES}/new").status_code == 409
    note(number, legal=Verdict.NOT_MET)
    do(REVIEWER, decide_feasibility, decide(number, State.REFUSED))
    why = {**form, "id": str(an_id(70)), "code": code, "reason": "The ground is the city's."}
    assert client.post(f"{own}/appeal", data=why | {"code": "x"}).status_code == 422
    assert client.post(f"{own}/appeal", data=why).status_code == 302
    assert stored(number).state == State.APPEALED
    assert "Whoever proposed it" in client.get(f"/proposals/{number}").text


def test_a_reviewer_works_on_pages(city_with_ideas: World) -> None:
    world = city_with_ideas
    made = Phone(world).ask("POST", OF_CYCLE, 201, **said(1, draft=IDEA))
    Phone(world).ask(
        "POST", f"/v1/proposals/{made['number']}/comments", **said(2, text="Why?", asked="city")
    )
    go_to(world, Phase.FEASIBILITY)
    client, page = world.signed_in(Role.WARD_STAFF), f"/desk/proposals/{made['number']}"
    token = csrf(client, page)

    def act(what: str, **form: str) -> None:
        version = str(stored(made["number"]).version)
        sent = {"csrf_token": token, "version": version, **form}
        answer = client.post(f"{page}/{what}", data=sent, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        assert read_page(answer.text).faults == []

    words = {f"{name}_words": "Fine." for name in ("legal", "technical", "cost", "upkeep")}
    met = {f"{name}_verdict": "met" for name in ("legal", "technical", "cost", "upkeep")}
    unsure = {"benefit_words": "Ünclear", "benefit_verdict": "not_met", "legal_verdict": "met"}
    old = {"csrf_token": token, "version": "0", **unsure}
    refused = client.post(f"{page}/findings", data=old)
    assert refused.status_code == 409
    assert ">Ünclear</textarea>" in refused.text
    assert 'name="benefit_verdict" value="not_met" checked' in refused.text
    assert read_page(refused.text).faults == []
    act("findings", benefit_words="Few.", benefit_verdict="met_with_changes", **words, **met)
    version = str(stored(made["number"]).version)
    told = {"csrf_token": token, "version": version, "outcome": "refused", "reason": "No."}
    against = client.post(f"{page}/outcome", data=told)
    assert "“Cannot be done” was chosen; not met: none; met with changes: “Who" in against.text
    act("outcome", outcome="accepted_with_changes", reason="Two swings.")
    act("cost", cost="9000", reason="Two, not three.")
    pack = {
        "pros": "Play\nAir",
        "cons": "Noise",
        "cost_lines": "Swings: 8000\r\nGround: 1000.00",
        "sources": "The plan https://example.org/plan",
    }
    act("pack", **pack, is_undisputed="yes")
    act("comments", id=str(an_id(5)), answers=str(an_id(2)), text="Because.")
    act(f"comments/{an_id(2)}/hiding", reason="Rude")
    act("translation", language="pl", title="Huśtawki", summary="Dwie.")
    act("words", title="Swings", summary="Two swings.", description="", reason="A name.")
    shown = client.get(f"/proposals/{made['number']}").text
    for part in ("Two swings.", "Two, not three.", "9,000 EUR", "Because.", "Hidden: Rude"):
        assert part in shown
    assert "Missing" not in client.get(page).text
    assert client.get(f"/desk/budget/{A_CYCLE.slug}/proposals").status_code == 200


def test_nobody_is_offered_to_propose_when_it_is_over_and_no_words_are_lost(
    city_with_ideas: World,
) -> None:
    client, offer = city_with_ideas.client(), f'href="{PAGES}/new"'
    desk = city_with_ideas.signed_in(Role.WARD_STAFF)
    at_desk = f"/desk/budget/{A_CYCLE.slug}/proposals"
    assert offer in client.get(PAGES).text
    assert offer in desk.get(at_desk).text
    form = {
        "csrf_token": csrf(client, f"{PAGES}/new"),
        "id": str(an_id(1)),
        "title": "Trees",
        "summary": "Twelve of them.",
        "language": "en",
        "part": "SE",
    }
    go_to(city_with_ideas, Phase.VOTE)
    desk = city_with_ideas.signed_in(Role.WARD_STAFF)
    assert offer not in client.get(PAGES).text
    assert offer not in desk.get(at_desk).text
    late = client.post(PAGES, data=form)
    assert late.status_code == 409
    assert "Twelve of them." in late.text
