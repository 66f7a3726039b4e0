"""Voting on pages, as a person without script does: form by form, mostly with no cookie."""

import html
import re
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do
from cycles import PARTS, go_to, make_cycle
from page_reader import read_page
from proposing import REVIEWER, a_pack, accept, propose
from votes import SLUG, TRUSTEES_KEY, code_of, enrol, make_vote
from worlds import World

from backend.accounts.codes import code_of as digits_of
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import find_cycle, projects_of
from backend.ballots.proposals.commands import CoverWords, PutOnBallot
from backend.ballots.proposals.cover_words import cover_words
from backend.ballots.proposals.put_on_ballot import put_on_ballot
from backend.ballots.proposals.write_pack import write_pack
from backend.ballots.voting.commands import CountBallots, ImportRoll, PrepareVote
from backend.ballots.voting.count_ballots import count_ballots
from backend.ballots.voting.envelope import public_key_of
from backend.ballots.voting.hash_roll import read_roll
from backend.ballots.voting.import_roll import import_roll
from backend.ballots.voting.models import SealedBallot, VoteCode
from backend.ballots.voting.prepare_vote import set_voting_key
from backend.ballots.voting.queries import prepared_vote
from backend.ballots.voting.voter_hashes import roll_hashes
from backend.core.actors import OPERATOR, Actor, Role
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work

BASE = f"/vote/{SLUG}"
ADMIN = Actor("staff:9", Role.ADMIN, "Admin")
_FORM = re.compile(r'<form [^>]*action="([^"]+)".*?</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Voter:
    """A browser that keeps nothing but the page it is on, or what pages of `site` have it keep."""

    def __init__(self, world: World, site: str = "") -> None:
        self._client = world.client()
        self._headers = {"Sec-Fetch-Site": site} if site else {}
        self.text = ""

    def go(self, address: str, body: Any = None, status: int = 200) -> "Voter":
        method = "POST" if body is not None else "GET"
        answer = self._client.open(address, method=method, data=body, headers=self._headers)
        assert answer.status_code == status, answer.text
        assert "same-origin" in self._headers.values() or "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        self.headers = answer.headers
        if status == 303:
            return self
        self.text = answer.text
        assert read_page(self.text).faults == []
        return self

    def send(self, step: str, status: int = 200, **typed: Any) -> "Voter":
        """Fill in the form that leads to `step`, hidden fields as they are."""
        form = next(m for m in _FORM.finditer(self.text) if m[1] == f"{BASE}/{step}")
        body: dict[str, Any] = {}
        for name, value in _HIDDEN.findall(form[0]):
            body.setdefault(html.unescape(name), []).append(html.unescape(value))
        return self.go(f"{BASE}/{step}", body | typed, status)


def test_from_a_letter_to_a_receipt_and_again(city: World) -> None:
    make_vote(city)
    enrol({1: "SW"})
    go_to(city, Phase.VOTE)
    assert f'href="{BASE}"' in city.client().get(f"/budget/{SLUG}").text
    voter = Voter(city)
    voter.go(BASE).send("ballot", 403, access_code="0000")
    assert "mistyped" in voter.text
    voter.send("ballot", access_code=code_of(1).lower())
    assert "Project W1" in voter.text
    assert "Project E1" not in voter.text
    voter.send("review", 422)
    assert "No project is chosen" in voter.text
    voter.send("review", **{"chosen:citywide": ["C1", "C3"], "chosen:SW": "W1"})
    voter.send("ballot")
    assert voter.text.count(" checked") == 3
    voter.send("review", **{"chosen:citywide": ["C1", "C3"], "chosen:SW": "W1"}).send("cast")
    first = re.search(r"\w{4}-\w{4}-\w{4}-\w{4}", voter.text)
    assert first is not None
    voter.go(f"{BASE}?channel=kiosk").send("ballot", access_code=code_of(1))
    assert "takes its place" in voter.text
    assert voter.headers["Refresh"] == f"600; url={BASE}?channel=kiosk"
    voter.send("review", **{"chosen:citywide": ["C2"]})
    assert "You leave this part blank" in voter.text
    voter.send("cast")
    assert voter.headers["Refresh"] == f"60; url={BASE}?channel=kiosk"
    # Nothing on a kiosk leads anywhere but on, and back to a start that forgets.
    links = re.findall(r'<a [^>]*href="([^"]+)"', voter.text)
    assert links == ["#main", f"{BASE}?channel=kiosk"]
    assert "storage" in voter.go(links[1]).headers["Clear-Site-Data"]
    assert first[0] not in voter.text
    assert current_session().query(SealedBallot).count() == 1
    go_to(city, Phase.DELIVERY)
    voter.go(BASE)
    assert "The ballots are counted next" in voter.text
    assert do(OPERATOR, count_ballots, CountBallots(SLUG, TRUSTEES_KEY)).ballots == 1
    voter.go(BASE)
    assert "The vote is over" in voter.text
    assert f'href="/budget/{SLUG}/results"' in voter.text
    assert "You can vote" not in voter.text
    assert "<form" not in voter.text.partition("<main")[2]


def test_one_district_is_said_beforehand_and_every_fault_stands_in_the_box(
    sqlite_city: World,
) -> None:
    make_vote(sqlite_city, ballot_form={"kind": "knapsack", "districts": "any-one"})
    enrol({1: "SW", 2: None})
    go_to(sqlite_city, Phase.VOTE)
    voter = Voter(sqlite_city).go(BASE).send("ballot", access_code=code_of(2))
    assert "one district only" not in voter.text
    assert "Project C1" in voter.text
    assert "Project W1" not in voter.text
    voter.go(BASE).send("ballot", access_code=code_of(1))
    assert "one district only" in voter.text
    everything = {"chosen:citywide": ["C1", "C2", "C3"], "chosen:SW": ["W1", "W2"]}
    voter.send("review", 422, **everything, **{"chosen:SE": "E1"})
    box = voter.text.partition('role="alert"')[2].partition('<form class="form" id="ballot"')[0]
    count = re.search(r"Please check (\d) things", box)
    assert count is not None
    links = re.findall(r'href="#(part-\w+)"', box)
    assert {*links} == {"part-citywide", "part-SW", "part-SE"}
    assert len(links) == int(count[1])
    assert "In “Whole city” the chosen projects cost 15,000 EUR more" in box
    assert "SW side, SE side" in box


@pytest.mark.parametrize(
    ("form", "typed", "said"),
    [
        ({"kind": "choose-1"}, {"chosen:citywide": "C2", "chosen:SW": ""}, "Project C2"),
        (
            {"kind": "points", "points": 5},
            {"number:citywide:C1": "2", "number:citywide:C3": "3"},
            "Project C3: ",
        ),
        ({"kind": "ranking"}, {"number:citywide:C1": "2", "number:citywide:C3": "1"}, "Project C3"),
        ({"kind": "points", "points": 5}, {"number:citywide:C1": "6"}, "C1” got 6 points; from 1"),
        ({"kind": "points", "points": 5}, {"number:citywide:C1": "one"}, "stands where points"),
        ({"kind": "ranking"}, {"number:SW:W1": "1", "number:SW:W2": "1"}, "same number stands"),
        (
            {"kind": "knapsack"},
            {"chosen:SW": ["W1", "W2"]},
            "In “SW side” the chosen projects cost 1,000 EUR more than there is",
        ),
        ({"kind": "knapsack"}, {"chosen:citywide": "C1"}, "Project C1"),
    ],
)
def test_every_kind_of_ballot_has_its_fields(
    sqlite_city: World, form: dict[str, Any], typed: dict[str, Any], said: str
) -> None:
    make_vote(sqlite_city, ballot_form=form)
    enrol({1: "SW"})
    go_to(sqlite_city, Phase.VOTE)
    is_fine = said.startswith("Project")
    voter = Voter(sqlite_city).go(BASE).send("ballot", access_code=code_of(1))
    voter.send("review", 200 if is_fine else 422, **typed)
    assert said in " ".join(voter.text.split())
    if is_fine:
        left = {"knapsack": "20,000 EUR is left", "points": "0 are left"}.get(form["kind"], "")
        assert left in voter.text
        voter.send("cast")
        assert "Your receipt" in voter.text


def code_for(voter: Voter, number: str, **typed: Any) -> str:
    """Have a code sent to a voter of `go_to_vote_by_mail`; what came, on the page that asks."""
    address = f"{number}@lanterns.example"
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.delete(VoteCode))
    voter.send("code", register_number=number, address=address, **typed)
    code = current_session().scalars(sa.select(VoteCode.id)).one()
    return digits_of(current_runtime().settings.hash_key, code)


def go_to_vote_by_mail(world: World) -> None:
    make_vote(world)
    hashes = roll_hashes(current_runtime().settings.hash_key, SLUG)
    register = [
        "register_number,district,email",
        *(f"{n},SW,{n}@lanterns.example" for n in (1, 2, 3)),
    ]
    do(OPERATOR, import_roll, ImportRoll(SLUG, read_roll(register, hashes, "")))
    go_to(world, Phase.VOTE)


def boxed() -> int:
    current_session().rollback()
    return current_session().query(SealedBallot).count()


def test_whoever_closes_the_page_finishes_with_the_pass_or_in_this_browser(
    sqlite_city: World,
) -> None:
    go_to_vote_by_mail(sqlite_city)
    voter = Voter(sqlite_city, "same-origin").go(BASE)
    digits = code_for(voter, "1")
    cookie = voter.headers["Set-Cookie"]
    # Until it opened a ballot it is for whoever waits for the code, not for who comes next.
    for words in (f"evenward-pass-{SLUG}=", "HttpOnly", "SameSite=Strict", "Path=/;", "=900;"):
        assert words in cookie
    asked = {"register_number": "3", "address": "3@lanterns.example"}
    on_https = {"base_url": "https://localhost", "headers": {"Origin": "https://localhost"}}
    secure = sqlite_city.client().post(f"{BASE}/code", data=asked, **on_https)
    assert secure.headers["Set-Cookie"].startswith(f"__Host-evenward-pass-{SLUG}=")
    assert "; Secure; " in secure.headers["Set-Cookie"]
    told = voter.text.partition("Your pass")[2]
    [pass_code] = re.findall(r"<p class=\"code-shown figure\">([\w-]+)", told)
    assert f"{pass_code}%0A" in told
    assert told.index("only with this pass, or in this browser") < told.index('"one_time_code"')
    assert "not on paper" in told
    voter.send("ballot", one_time_code=digits, keep="1")
    assert "only with this pass, or in this browser" in voter.text
    assert pass_code in voter.text
    assert f"Max-Age={9 * 24 * 3600}" in voter.headers["Set-Cookie"]
    # The page is closed here; the browser goes on without a code.
    voter.go(BASE).send("ballot", kept="1")
    voter.send("review", **{"chosen:citywide": "C1"}).send("cast", 303)
    voter.go(voter.headers["Location"])
    receipt = re.findall(r"\w{4}-\w{4}-\w{4}-\w{4}", voter.text)[0]
    # Going back shows the receipt again and sends nothing.
    assert receipt in voter.go(f"{BASE}/done").text
    # Elsewhere the pass is enough with a new code, and nothing else is.
    other = Voter(sqlite_city).go(BASE)
    code = {"one_time_code": code_for(other, "1")}
    other.send("ballot", 409, **code)
    assert "only with the pass that was shown then" in other.text
    other.send("ballot", 422, own_pass="nonsense", **code)
    other.send("ballot", own_pass=pass_code.lower(), **code)
    assert "takes its place" in other.text
    voter.go(BASE).send("forget", 303).go(BASE)
    assert "keeps a pass" not in voter.text


@pytest.mark.parametrize("is_known", [False, True])
def test_of_two_people_at_one_browser_neither_goes_on_with_the_others_ballot(
    sqlite_city: World, is_known: bool
) -> None:
    go_to_vote_by_mail(sqlite_city)
    voter = Voter(sqlite_city, "same-origin").go(BASE)
    digits = code_for(voter, "1")
    [first] = re.findall(r"<p class=\"code-shown figure\">([\w-]+)", voter.text)
    voter.send("ballot", one_time_code=digits, keep="1")
    voter.send("review", **{"chosen:citywide": "C1"}).send("cast", 303)
    digits = code_for(voter.go(BASE), "2")
    # The other's pass only where it is typed, and no promise to keep one beside it.
    assert first not in voter.text
    assert 'name="keep"' not in voter.text
    voter.send("ballot", one_time_code=digits, own_pass=first if is_known else "")
    assert ("or in this browser" in voter.text) is is_known
    voter.send("review", **{"chosen:citywide": "C2"}).send("cast", 303)
    assert boxed() == 2
    # Whoever comes next, it may be either: each types a number, and the kept pass opens with it.
    for _ in range(2):
        voter.go(BASE)
        assert "Ballots of several people were opened here" in voter.text
        assert 'name="kept"' not in voter.text
        assert first in voter.text
        voter.go(f"{BASE}/ballot", {"kept": "1"}, 403).go(BASE)
        digits = code_for(voter, "1")
        voter.send("ballot", one_time_code=digits)
        assert "takes its place" in voter.text
    voter.send("review", **{"chosen:citywide": "C3"}).send("cast", 303)
    assert boxed() == 2


def test_no_form_of_another_site_opens_a_ballot_here(sqlite_city: World) -> None:
    make_vote(sqlite_city)
    enrol({1: "SW"})
    go_to(sqlite_city, Phase.VOTE)
    client, body = sqlite_city.client(), {"access_code": code_of(1)}
    ours, theirs = {"Origin": "http://localhost"}, {"Origin": "https://localhost.example"}
    for headers, status in (
        ({"Sec-Fetch-Site": "cross-site"} | ours, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        (theirs, 403),
        ({"Origin": "null"}, 403),
        (ours, 200),
        ({"Sec-Fetch-Site": "same-origin"} | theirs, 200),
        ({}, 200),
    ):
        answer = client.post(f"{BASE}/ballot", data=body, headers=headers)
        assert answer.status_code == status, headers
        assert ("vote-form-foreign" in answer.text) is (status == 403)
        assert ("Your ballot</h1>" in answer.text) is (status == 200)
    # A link from elsewhere still leads here.
    assert client.get(BASE, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_only_our_own_pages_have_a_browser_keep_a_pass_and_no_kiosk_does(
    sqlite_city: World,
) -> None:
    go_to_vote_by_mail(sqlite_city)
    # Something that does not say where it is from; `go` sees to it that no cookie is set.
    unknown = Voter(sqlite_city).go(BASE)
    digits = code_for(unknown, "1")
    unknown.send("ballot", one_time_code=digits, keep="1")
    assert "or in this browser" not in unknown.text
    kiosk = Voter(sqlite_city, "same-origin").go(f"{BASE}?channel=kiosk")
    digits = code_for(kiosk, "2")
    assert "Set-Cookie" not in kiosk.headers
    assert 'name="keep"' not in kiosk.text
    assert "This device keeps nothing" in kiosk.text
    kiosk.send("ballot", one_time_code=digits)
    assert "Set-Cookie" not in kiosk.headers
    kiosk.send("review", **{"chosen:citywide": "C1"}).send("cast", 303)
    assert kiosk.headers["Location"] == f"{BASE}/done?channel=kiosk"
    assert "Max-Age=60" in kiosk.headers["Set-Cookie"]
    assert kiosk.go(kiosk.headers["Location"]).headers["Refresh"].startswith("60;")
    kiosk.go(f"{BASE}?channel=kiosk").go(f"{BASE}/done?channel=kiosk", status=303)
    # Without the tick what was kept for a moment is forgotten.
    shy = Voter(sqlite_city, "same-origin").go(BASE)
    digits = code_for(shy, "3")
    shy.send("ballot", one_time_code=digits)
    assert f"evenward-pass-{SLUG}=;" in shy.headers["Set-Cookie"]
    assert "keeps a pass" not in shy.go(BASE).text


def test_a_second_tab_and_a_vote_that_is_not_on_are_told_in_words(sqlite_city: World) -> None:
    make_vote(sqlite_city)
    enrol({1: "SW"})
    early = Voter(sqlite_city).go(BASE).send("ballot", 409, access_code=code_of(1))
    assert "The vote has not begun" in early.text
    assert "Your code is still good" in early.text
    go_to(sqlite_city, Phase.VOTE)
    first = Voter(sqlite_city).go(BASE)
    assert "no longer on paper" in first.text
    first.send("ballot", access_code=code_of(1))
    second = Voter(sqlite_city).go(BASE).send("ballot", access_code=code_of(1))
    for tab in (first, second):
        tab.send("review", **{"chosen:citywide": "C1"})
    first.send("cast")
    second.send("cast", 409)
    assert "another ballot of yours went into the box" in second.text
    assert second.text.count(" checked") == 1
    second.send("review", **{"chosen:citywide": "C1"}).send("cast")
    assert boxed() == 1
    open_still = Voter(sqlite_city).go(BASE).send("ballot", access_code=code_of(1))
    go_to(sqlite_city, Phase.DELIVERY)
    open_still.send("review", 409, **{"chosen:citywide": "C2"})
    assert "The vote is over" in open_still.text
    assert "is not in the box" in open_still.text


def vote_on_proposal(world: World, category: str | None = None, **changes: Any) -> str:
    """A vote under way on one proposal with its pack, by its number."""
    make_cycle(parts=PARTS[1:2], budget=20_000_00, **changes)
    go_to(world, Phase.IDEAS)
    number = propose(1, category=category)
    go_to(world, Phase.FEEDBACK)
    accept(number)
    do(REVIEWER, write_pack, a_pack(number))
    do(REVIEWER, put_on_ballot, PutOnBallot(SLUG))
    do(OPERATOR, set_voting_key, PrepareVote(SLUG, public_key_of(TRUSTEES_KEY)))
    enrol({1: PARTS[1].code})
    go_to(world, Phase.VOTE)
    return number


@pytest.mark.parametrize("is_limited", [False, True])
def test_covered_words_are_nowhere_on_the_ballot_but_what_limits_count_by_stays(
    sqlite_city: World, is_limited: bool
) -> None:
    limits = {"category_limits": {"Swings": 1}} if is_limited else {}
    number = vote_on_proposal(sqlite_city, "Swings", ballot_form={"kind": "approval"} | limits)
    voter = Voter(sqlite_city).go(BASE).send("ballot", access_code=code_of(1))
    part = PARTS[1].code
    chosen = {f"chosen:{part}": "1"}
    voter.send("review", **chosen)
    assert "Swings for the small park" in voter.text
    # At the same moment of a clock that stands still.
    for passage, title in (("Swings", "[…] for the small park"), ("small park", "[…] for the […]")):
        do(ADMIN, cover_words, CoverWords(number, passage, "A firm has that name."))
        voter.send("ballot").send("review", **chosen)
        assert title in voter.text
        assert passage not in voter.text
    paper = prepared_vote(current_session(), current_runtime(), SLUG).paper
    [project] = paper.parts[0].projects
    [on_page] = projects_of(current_session(), find_cycle(current_session(), SLUG))
    assert project.category == on_page.category == ("Swings" if is_limited else "[…]")


def test_what_voters_should_know_is_beside_each_project(sqlite_city: World) -> None:
    number = vote_on_proposal(sqlite_city)
    voter = Voter(sqlite_city).go(BASE).send("ballot", access_code=code_of(1))
    [link] = re.findall(r'<a href="([^"]+)" target="_blank" rel="noopener">', voter.text)
    assert link == f"/proposals/{number}#pack"
    assert 'id="pack"' in sqlite_city.client().get(link.partition("#")[0]).text
    voter.go(f"{BASE}?channel=kiosk").send("ballot", access_code=code_of(1))
    assert "Two parking places go." in voter.text
    assert "<a " not in voter.text.partition("<main")[2].partition("</main")[0]
