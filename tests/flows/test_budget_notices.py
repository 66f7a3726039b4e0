"""What residents are told of a budget: of their own proposals at once, of phases who wishes it."""

import pytest
from acting import do
from cycles import A_CYCLE, go_to, make_cycle
from proposing import REVIEWER, an_id, decide, note, propose
from push_service import Browser
from receivers import Receiver
from telling import Phone, pass_time, rows, settle
from worlds import World

from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import find_cycle
from backend.ballots.cycle.tell_phases import RESULT, tell_phases
from backend.ballots.proposals.add_comment import add_comment
from backend.ballots.proposals.commands import Asked, Say
from backend.ballots.proposals.review import decide_feasibility
from backend.ballots.proposals.workflow import State
from backend.core.actors import SYSTEM
from backend.core.uow import unit_of_work


@pytest.fixture(autouse=True)
def _has_a_cycle(city: World) -> None:
    make_cycle()


def bodies(browser: Browser) -> list[str]:
    return [one["body"].split("\n")[0] for one in browser.shown()]


def the_night(city: World) -> None:
    with unit_of_work(SYSTEM) as work:
        tell_phases(work, {})
    settle(city)


def test_who_proposed_is_told_and_who_asked_has_the_answer(city: World, service: Receiver) -> None:
    go_to(city, Phase.IDEAS)
    proposer, neighbour = Phone(city), Phone(city)
    proposers, neighbours = proposer.subscribe(service, "1"), neighbour.subscribe(service, "2")
    number = propose(1, proposer.actor())
    question = Say(an_id(2), number, "For which ages?", asked=Asked.PROPOSER)
    do(neighbour.actor(), add_comment, question)
    settle(city)
    do(proposer.actor(), add_comment, Say(an_id(3), number, "All", answers=an_id(2)))
    do(neighbour.actor(), add_comment, Say(an_id(4), number, "Good"))
    settle(city)
    go_to(city, Phase.FEASIBILITY)
    note(number)
    do(REVIEWER, decide_feasibility, decide(number, State.ACCEPTED, reason="It fits the park."))
    settle(city)
    assert bodies(proposers) == [
        "Somebody has a question for you.",
        "It can be done, and goes on the ballot.",
    ]
    assert proposers.shown()[1]["body"].endswith("“It fits the park.”")
    assert proposers.shown()[1]["url"] == f"/proposals/{number}"
    assert bodies(neighbours) == ["Your question was answered."]
    # Residents' words are read where they can be hidden, not sent about.
    assert "ages" not in repr([proposers.shown(), neighbours.shown()])


def test_a_phase_is_told_once_to_whoever_wishes_it(city: World, service: Receiver) -> None:
    keen, other = Phone(city), Phone(city)
    browser, quiet = keen.subscribe(service, "1", "es"), other.subscribe(service, "2")
    keen.wish(topics={"budget.phase": ["push"]})
    go_to(city, Phase.IDEAS, days=0.5)
    # Half a day after noon it is night.
    the_night(city)
    the_night(city)
    assert len(rows()) == 1
    pass_time(city, hours=9)
    the_night(city)
    said = "Propón lo que la ciudad debería hacer, hasta el 22 de marzo de 2026."
    assert bodies(browser) == [said]
    assert browser.shown()[0]["url"] == f"/budget/{A_CYCLE.slug}"
    # Nothing is settled: the vote does not open, whatever its date says.
    go_to(city, Phase.VOTE, days=0.1)
    the_night(city)
    assert len(rows()) == 1
    with unit_of_work(SYSTEM) as work:
        find_cycle(work.session, A_CYCLE.slug).counted_at = work.now
    the_night(city)
    assert [row.facts for row in rows()][1:] == [{"what": RESULT}]
    assert bodies(browser)[1:] == ["Los votos ya se contaron. Mira qué ganó y por qué."]
    assert browser.shown()[1]["url"] == f"/budget/{A_CYCLE.slug}/results"
    assert quiet.shown() == []
