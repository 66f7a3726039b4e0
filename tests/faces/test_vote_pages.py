"""Voting on pages, as a person without script does: form by form, with no cookie."""

import html
import re
from typing import Any

import pytest
from acting import do
from cycles import go_to
from page_reader import read_page
from votes import SLUG, TRUSTEES_KEY, code_of, enrol, make_vote
from worlds import World

from backend.ballots.cycle.phases import Phase
from backend.ballots.voting.commands import CountBallots
from backend.ballots.voting.count_ballots import count_ballots
from backend.ballots.voting.models import SealedBallot
from backend.core.actors import OPERATOR
from backend.core.db import current_session

BASE = f"/vote/{SLUG}"
_FORM = re.compile(r'<form [^>]*action="([^"]+)".*?</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Voter:
    """A browser that keeps nothing but the page it is on."""

    def __init__(self, world: World) -> None:
        self._client = world.client()
        self.text = ""

    def go(self, address: str, body: Any = None, status: int = 200) -> "Voter":
        answer = self._client.open(address, method="POST" if body else "GET", data=body)
        assert answer.status_code == status, answer.text
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        self.text, self.headers = answer.text, answer.headers
        assert read_page(self.text).faults == []
        return self

    def send(self, step: str, status: int = 200, **typed: Any) -> "Voter":
        """Fill in the form that leads to `step`, hidden fields as they are."""
        [form] = [m for m in _FORM.finditer(self.text) if m[1] == f"{BASE}/{step}"]
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
    assert "In “Whole city” the chosen projects cost 15000.00 EUR more" in box
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
            "In “SW side” the chosen projects cost 1000.00 EUR more than there is",
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
