"""Merging and splitting by forms alone: asked at the desk, answered, and read by everybody."""

import re
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do, refused
from cycles import A_CYCLE, go_to, make_cycle
from full_city import HOSTILE
from page_reader import read_page
from proposing import ANNA, BOB, REVIEWER, a_proposal, propose, stored
from worlds import World, csrf

from backend.ballots.cycle.phases import Phase
from backend.ballots.proposals.co_propose import invite, join, leave
from backend.ballots.proposals.commands import Consent, Join
from backend.ballots.proposals.models import Rearrangement
from backend.ballots.proposals.queries import numbers_related, proposers_of
from backend.ballots.proposals.rearrange import carry_out, consent
from backend.ballots.proposals.submit_proposal import submit_proposal
from backend.core.actors import Role
from backend.core.channels import Channel
from backend.core.db import current_session

DESK = f"/desk/budget/{A_CYCLE.slug}/rearrangements"
HTML = {"Accept": "text/html"}


class Clerk:
    """A member of staff at a browser; every page that comes back is read for faults."""

    def __init__(self, world: World) -> None:
        self._client = world.signed_in(Role.WARD_STAFF)
        self._token = csrf(self._client, DESK)

    def see(self, address: str, status: int = 200) -> str:
        return self._read(self._client.get(address, headers=HTML, follow_redirects=True), status)

    def send(self, address: str, status: int = 200, **form: Any) -> str:
        sent = self._client.post(
            address, data=form | {"csrf_token": self._token}, follow_redirects=True
        )
        return self._read(sent, status)

    def _read(self, answer: Any, status: int) -> str:
        assert answer.status_code == status, answer.text
        assert read_page(answer.text).faults == []
        assert HOSTILE not in answer.text
        return " ".join(answer.text.split())


@pytest.fixture
def ideas(sqlite_city: World) -> World:
    make_cycle()
    go_to(sqlite_city, Phase.IDEAS)
    return sqlite_city


def asked() -> UUID:
    """The one wish there is."""
    current_session().rollback()
    return current_session().scalars(sa.select(Rearrangement.id)).one()


def fields_of(page: str) -> dict[str, Any]:
    """What the form holds besides what is typed: hidden fields, and those filled in before."""
    names = re.findall(r'<input [^>]*name="([^"]+)"[^>]* value="([^"]*)"', page)
    areas = re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)<', page)
    numbers = [value for name, value in names if name == "number"]
    found: dict[str, Any] = {**dict(names), **dict(areas), "number": numbers}
    for name, options in re.findall(r'<select [^>]*name="([^"]+)">(.*?)</select>', page):
        found[name] = re.findall(r'value="([^"]+)" selected', options)[0]
    return found


def test_a_merge_is_asked_written_down_for_who_has_no_phone_and_carried_out(ideas: World) -> None:
    one = propose(1)
    call = a_proposal(2, title=HOSTILE, channel=Channel.PHONE, contact={"phone": "030 5550100"})
    other = do(REVIEWER, submit_proposal, call).number
    third = propose(3, BOB, title="A slide")
    clerk = Clerk(ideas)
    assert "Nobody is asked" in clerk.see(DESK)
    desk = clerk.see(f"/desk/proposals/{one}")
    assert f"{DESK}/new?kind=merge&amp;number={one}" in desk
    choosing = clerk.see(f"{DESK}/new?kind=merge&number={one}")
    assert f'value="{one}" checked' in choosing
    assert third in choosing
    further = f"{DESK}/new?kind=merge&number={one}&further="
    assert "neither a merge" in clerk.see(further, 422)
    assert "We do not know" in clerk.see(f"{further}00000000", 404)
    form = fields_of(clerk.see(f"{further}{other}"))
    assert (form["number"], form["title-1"]) == ([one, other], "Swings for the small park")
    form |= {"title-1": "Two swings", "cost-1": "twelve", "reason": f"One park {HOSTILE}"}
    again = clerk.send(DESK, 422, **form)
    for kept in ('value="twelve" autocomplete="off" aria-', "One park &lt;", "Two swings"):
        assert kept in again
    assert 'href="#cost-1"' in again
    # What was held while somebody signed in again is only shown in its form.
    held = clerk.send(DESK, **form, look="1")
    assert 'value="twelve"' in held
    assert "Two swings" in held
    assert "These words have no place" not in held
    assert "Nobody is asked" in clerk.see(DESK)
    form |= {"cost-1": "1200", "summary-1": " "}
    assert 'href="#summary-1"' in clerk.send(DESK, 422, **form)
    form["summary-1"] = "For all ages."
    page = clerk.send(DESK, **form)
    assert "One waits for answers" in page
    for words in ("is asked by phone", "has no phone", "030 5550100", "0 of 2 have agreed"):
        assert words in page
    public = clerk.see(f"/proposals/{one}")
    for words in ("Join into one", "Two swings", "1,200 EUR", f"/proposals/{other}", "0 of 2"):
        assert words in public
    wish = asked()
    do(ANNA, consent, Consent(wish, True))
    [person] = proposers_of(current_session(), stored(other).id)
    act = f"/desk/rearrangements/{wish}"
    assert refused(REVIEWER, carry_out, wish) == "rearrangement-waits"
    assert "not agreed yet" in clerk.send(f"{act}/carrying-out", 409)
    assert "1 of 2 have agreed" in clerk.see(f"/proposals/{other}")
    clerk.send(f"{act}/consent", 422, proposer=person.id)
    clerk.send(f"{act}/consent", 403, proposer=2**70, said="yes")
    assert "Everybody agreed" in clerk.send(f"{act}/consent", proposer=person.id, said="yes")
    [new] = numbers_related(current_session(), stored(one).id)[1]
    assert f'href="/proposals/{new}"' in clerk.see(f"/proposals/{other}")
    assert (stored(new).title, stored(new).cost) == ("Two swings", 120_000)
    assert "It came from" in clerk.see(f"/proposals/{new}")


def test_a_split_has_as_many_parts_as_it_needs_and_ends_with_a_no(ideas: World) -> None:
    number = propose(1)
    clerk = Clerk(ideas)
    form = fields_of(clerk.see(f"{DESK}/new?kind=split&number={number}"))
    assert (form["parts"], form["part-2"], form["title-2"]) == ("2", "SW", "")
    more = clerk.send(DESK, **form | {"title-1": "Half", "act": "more"})
    form = fields_of(more)
    assert (form["parts"], form["title-1"]) == ("3", "Half")
    assert "title-3" not in clerk.send(DESK, **form | {"act": "less"})
    words = {f"{name}-{at}": f"Part {at}" for name in ("title", "summary") for at in (1, 2, 3)}
    tags = {f"{name}-{at}": value for at in (1, 2, 3) for name, value in
            (("language", "en"), ("part", "citywide"))}  # fmt: skip
    form |= words | tags | {"reason": "Too large"}
    assert "Part 3" in clerk.send(DESK, **form)
    wish = asked()
    do(ANNA, consent, Consent(wish, False))
    for page in (clerk.see(DESK), clerk.see(f"/proposals/{number}")):
        assert "Not everybody agreed" in page
        assert "So all stays as it is." in page
    assert stored(number).state == "submitted"
    assert "merges or splits" not in clerk.see("/decisions")
    assert "somebody did not agree" in clerk.see("/decisions")
    form["id"] = str(wish)[:-4] + "ffff"
    assert "neither a merge" in clerk.send(DESK, 422, **form | {"parts": "x"})
    assert "0 of 1 have agreed" in clerk.send(DESK, **form)
    go_to(ideas, Phase.FEEDBACK)
    clerk = Clerk(ideas)
    assert "Not everybody answered in time" in clerk.see(f"/proposals/{number}")
    late = clerk.send(DESK, 409, **form | {"id": str(wish)[:-4] + "eeee"})
    assert "Too large" in late
    clerk.see(f"{DESK}/new?kind=split&number={number}", 409)


def test_what_is_asked_ends_in_public_or_is_done_when_the_last_who_was_asked_has_left(
    ideas: World,
) -> None:
    number = propose(1)
    do(BOB, join, Join(number, do(ANNA, invite, number)))
    clerk = Clerk(ideas)
    shared = {"language": "en", "part": "citywide", "summary": "Both."}
    form = fields_of(clerk.see(f"{DESK}/new?kind=split&number={number}"))
    form |= {f"{name}-{at}": value for name, value in shared.items() for at in (1, 2)}
    form |= {"title-1": "Nightshade steals", "title-2": "Slides", "reason": "Nightshade"}
    clerk.send(DESK, **form)
    first = asked()
    act = f"/desk/rearrangements/{first}"
    assert "reason" in clerk.send(f"{act}/ending", 422, reason=" ")
    # Whoever loads that page anew sees what is asked.
    assert f'action="{act}/ending"' in clerk.see(f"{act}/ending")
    assert "Nobody is asked any longer" in clerk.send(f"{act}/ending", reason="It named somebody.")
    public = clerk.see(f"/proposals/{number}")
    assert "Nightshade" not in public
    assert "It named somebody." in public
    assert refused(ANNA, consent, Consent(first, True)) == "rearrangement-closed"
    assert "split is “The city ended it”." in clerk.send(f"{act}/carrying-out", 409)
    second = fields_of(clerk.see(f"{DESK}/new?kind=split&number={number}"))["id"]
    clerk.send(DESK, **form | {"id": second, "title-1": "Swings", "reason": "Too large"})
    do(ANNA, consent, Consent(UUID(second), True))
    do(BOB, leave, number)
    assert "All who are left agree" in clerk.see(DESK)
    assert "Everybody agreed" in clerk.send(f"/desk/rearrangements/{second}/carrying-out")
    assert stored(number).state == "split"
