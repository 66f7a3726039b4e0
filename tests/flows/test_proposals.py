"""Proposals: made once from any channel, discussed, reviewed in public, and put on the ballot."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do, refused
from cycles import A_CYCLE, PARTS, go_to, make_cycle
from proposing import (
    ANNA,
    BOB,
    CLEO,
    OTHER_REVIEWER,
    REVIEWER,
    SWINGS,
    a_pack,
    a_proposal,
    accept,
    an_id,
    decide,
    note,
    propose,
    stored,
)
from worlds import ANALYST, FAR_AWAY, IN_NW, IN_SE, World

from backend.ballots.cycle.models import CITYWIDE, CycleProject
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import find_cycle
from backend.ballots.proposals.add_comment import add_comment
from backend.ballots.proposals.change_cost import change_cost
from backend.ballots.proposals.co_propose import invite, join, leave
from backend.ballots.proposals.commands import (
    Appeal,
    Asked,
    ChangeCost,
    Consent,
    CoverWords,
    Criterion,
    EditProposal,
    HideComment,
    Join,
    ModerateProposal,
    NoteFindings,
    PutOnBallot,
    Rearrange,
    Rearranging,
    Say,
    Source,
    Translate,
    Verdict,
    Withdraw,
)
from backend.ballots.proposals.cover_words import cover_words
from backend.ballots.proposals.edit_proposal import edit_proposal, withdraw
from backend.ballots.proposals.endorse import endorse, take_back_endorsement
from backend.ballots.proposals.models import (
    ProposalComment,
    ProposalContact,
    ProposalPack,
    ProposalProposer,
)
from backend.ballots.proposals.moderate import hide_comment, moderate_proposal
from backend.ballots.proposals.overdue import overdue_answers
from backend.ballots.proposals.put_on_ballot import put_on_ballot
from backend.ballots.proposals.queries import (
    changes_of,
    comments_of,
    cost_changes_of,
    endorsements_of,
    numbers_related,
    proposers_of,
)
from backend.ballots.proposals.rearrange import consent, rearrange
from backend.ballots.proposals.review import appeal, decide_feasibility, note_findings
from backend.ballots.proposals.similar import similar_proposals
from backend.ballots.proposals.staff_proposal import known_proposers
from backend.ballots.proposals.submit_proposal import submit_proposal
from backend.ballots.proposals.translate import translate
from backend.ballots.proposals.workflow import State
from backend.ballots.proposals.write_pack import write_pack
from backend.core.actors import ANONYMOUS, Actor, Role
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.errors import DomainError
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.privacy.erase_person import erase_person

AtOnce = Callable[[World, Sequence[Callable[[], Any]]], list[Any]]


@pytest.fixture
def ideas(sqlite_city: World) -> World:
    """A city in the time for ideas."""
    make_cycle()
    go_to(sqlite_city, Phase.IDEAS)
    return sqlite_city


def test_a_proposal_is_stored_once_and_placed_by_its_pin(city: World) -> None:
    make_cycle()
    assert refused(ANNA, submit_proposal, a_proposal(1)) == "phase-not-open"
    go_to(city, Phase.IDEAS)
    first = do(ANNA, submit_proposal, a_proposal(1, display_name="Anna B."))
    again = do(ANNA, submit_proposal, a_proposal(1, display_name="Anna B."))
    assert (first.is_new, again.is_new, again.number) == (True, False, first.number)
    assert first.code is None
    found = stored(first.number)
    assert (found.part_code, found.state, found.cost) == ("SW", "submitted", 12_000_00)
    assert refused(ANNA, submit_proposal, a_proposal(1, title="Another")) == "proposal-id-taken"
    whole = do(ANNA, submit_proposal, a_proposal(2, part=CITYWIDE))
    assert stored(whole.number).part_code == CITYWIDE
    [entry] = current_session().scalars(
        sa.select(Decision).where(Decision.subject == f"proposal:{first.number}")
    )
    told = {"cycle": A_CYCLE.slug, "part": "SW", "channel": "app"}
    assert json.loads(entry.facts) == told


def test_what_cannot_be_is_refused(ideas: World) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"title": " "}, "text-missing"),
        ({"title": "\u200b"}, "text-missing"),
        ({"summary": "\u2800 \u0301\u00ad"}, "text-missing"),
        ({"title": "x" * 121}, "text-too-long"),
        ({"summary": "a\0b"}, "text-control-character"),
        ({"description": "pay \u202eelohtop"}, "text-reordering"),
        ({"language": "english please"}, "language-not-valid"),
        ({"cost": -1}, "cost-not-valid"),
        ({"cost": 2**53}, "cost-not-valid"),
        ({"lon": None, "lat": None}, "place-missing"),
        ({"lon": None, "part": CITYWIDE}, "place-missing"),
        ({"part": "SE"}, "place-in-another-part"),
        ({"part": "Atlantis", "lon": None, "lat": None}, "part-not-in-cycle"),
        ({"lon": FAR_AWAY[0], "lat": FAR_AWAY[1]}, "proposal-outside-city"),
        ({"lon": IN_NW[0], "lat": IN_NW[1]}, "part-not-in-cycle"),
        ({"lat": 91.0}, "coordinates-outside-world"),
        ({"display_name": "\u202ebob"}, "text-reordering"),
        ({"cycle": "no-such-cycle"}, "cycle-not-found"),
    ]
    for changes, slug in cases:
        assert refused(ANNA, submit_proposal, a_proposal(1, **changes)) == slug


def test_staff_and_pages_propose_for_people_who_take_their_place_with_a_code(
    ideas: World,
) -> None:
    assert refused(ANONYMOUS, submit_proposal, a_proposal(1)) == "person-unknown"
    assert refused(ANALYST, submit_proposal, a_proposal(1)) == "role-not-allowed"
    call = a_proposal(1, channel=Channel.PHONE, contact={"phone": "030 5550100"})
    made = do(REVIEWER, submit_proposal, call)
    assert stored(made.number).channel == "phone"
    sealed = current_session().scalars(sa.select(ProposalContact.sealed)).one()
    assert b"5550100" not in sealed
    alone = do(ANONYMOUS, submit_proposal, a_proposal(2, channel=Channel.WEB))
    session, runtime = current_session(), current_runtime()
    for one, is_known in ((alone, False), (made, True)):
        [known] = known_proposers(session, runtime, stored(one.number))
        assert one.code
        assert (known.code == one.code) is is_known
    assert refused(ANNA, join, Join(made.number, "0" * 20)) == "invitation-not-valid"
    do(ANNA, join, Join(made.number, f" {made.code.upper()} ", "Anna B."))
    edited = EditProposal(made.number, SWINGS, stored(made.number).version)
    assert refused(ANNA, edit_proposal, edited) is None
    assert refused(BOB, edit_proposal, edited) == "proposal-not-yours"
    assert refused(BOB, join, Join(made.number, made.code)) == "invitation-not-valid"


def test_words_change_while_ideas_come_in_and_what_they_were_stays(ideas: World) -> None:
    number = propose(1)
    other = a_proposal(1, title="Slides", cost=5_00, lon=IN_SE[0], lat=IN_SE[1]).draft
    command = EditProposal(number, other, stored(number).version)
    do(ANNA, edit_proposal, command)
    assert refused(ANNA, edit_proposal, command) is None
    late = EditProposal(number, SWINGS, command.version)
    assert refused(ANNA, edit_proposal, late) == "proposal-moved-on"
    found = stored(number)
    assert (found.title, found.part_code) == ("Slides", "SE")
    session = current_session()
    assert [one.was["title"] for one in changes_of(session, found.id) if one.kind == "edited"] == [
        SWINGS.title
    ]
    assert [(c.old_cost, c.cost) for c in cost_changes_of(session, found.id)] == [(12_000_00, 5_00)]
    go_to(ideas, Phase.FEASIBILITY)
    assert refused(ANNA, edit_proposal, late) == "phase-not-open"


def test_an_invited_person_joins_by_their_own_act_and_may_leave(ideas: World) -> None:
    number = propose(1, display_name="\u200b")
    assert refused(BOB, invite, number) == "proposal-not-yours"
    code = do(ANNA, invite, number)
    do(BOB, join, Join(number, code, "Bob"))
    do(BOB, join, Join(number, code, "\u200b\u3164"))
    assert refused(CLEO, join, Join(number, code)) == "invitation-not-valid"
    proposal = stored(number)
    people = proposers_of(current_session(), proposal.id)
    assert [one.display_name for one in people] == [None, "Bob"]
    assert refused(BOB, withdraw, Withdraw(an_id(9), number)) == "first-proposer-only"
    ideas.clock.advance(days=8)
    old = do(ANNA, invite, number)
    go_to(ideas, Phase.FEEDBACK, days=4)
    assert refused(CLEO, join, Join(number, old)) == "invitation-not-valid"
    do(BOB, leave, number)
    assert len(proposers_of(current_session(), proposal.id)) == 1


def test_one_person_supports_once_however_many_at_a_time(city: World, at_once: AtOnce) -> None:
    make_cycle()
    go_to(city, Phase.IDEAS)
    number = propose(1)
    with_two_phones = Actor("resident", Role.RESIDENT, reporter="d" * 64, linked={"c" * 64})
    current_session().rollback()
    found = at_once(city, [partial(do, actor, endorse, number) for actor in (BOB, BOB, CLEO, CLEO)])
    assert found == [None] * 4
    do(with_two_phones, endorse, number)
    assert endorsements_of(current_session(), stored(number).id) == 2
    do(with_two_phones, take_back_endorsement, number)
    assert endorsements_of(current_session(), stored(number).id) == 1
    assert refused(ANONYMOUS, endorse, number) == "person-unknown"
    do(ANNA, withdraw, Withdraw(an_id(9), number, "I move away"))
    assert refused(BOB, endorse, number) == "proposal-gone"


def test_a_question_is_answered_by_its_date_or_stands_in_public(ideas: World) -> None:
    number = propose(1)
    to_city = Say(an_id(1), number, "Who owns the park?", Asked.CITY)
    to_anna = Say(an_id(2), number, "Why three?", Asked.PROPOSER)
    for said in (to_city, to_anna):
        assert do(BOB, add_comment, said).is_new
        assert not do(BOB, add_comment, said).is_new
    assert refused(CLEO, add_comment, to_anna) == "comment-id-taken"
    go_to(ideas, Phase.FEEDBACK, days=9)

    def late() -> list[tuple[str, str]]:
        session = current_session()
        session.rollback()
        found = overdue_answers(session, find_cycle(session, A_CYCLE.slug), ideas.clock.now())
        return [(one.kind, one.owes) for one in found]

    assert late() == [("question", "city"), ("question", "proposer"), ("review", "city")]
    go_to(ideas, Phase.VOTE)
    answer = Say(an_id(3), number, "The city.", answers=an_id(1))
    assert refused(CLEO, add_comment, answer) == "question-not-yours"
    do(REVIEWER, add_comment, answer)
    do(ANNA, add_comment, Say(an_id(4), number, "For three.", answers=an_id(2)))
    assert late() == [("review", "city")]
    assert refused(BOB, add_comment, Say(an_id(5), number, "Late")) is not None
    do(REVIEWER, hide_comment, HideComment(an_id(2), "It names a neighbour."))
    session = current_session()
    shown = comments_of(session, stored(number).id)
    assert [(one.by, one.hidden_reason) for one in shown][1] == (
        "resident",
        "It names a neighbour.",
    )


def test_words_that_harm_somebody_are_gone_and_the_reason_stands(ideas: World) -> None:
    number = propose(1, title="My neighbour Nightshade steals")
    mild = EditProposal(number, SWINGS, stored(number).version)
    do(ANNA, edit_proposal, mild)
    command = ModerateProposal(number, "Swings", "Three swings.", "", "It named a neighbour.")
    assert refused(ANNA, moderate_proposal, command) == "role-not-allowed"
    do(REVIEWER, moderate_proposal, command)
    session, proposal = current_session(), stored(number)
    told = changes_of(session, proposal.id)
    assert (proposal.title, told[-1].reason) == ("Swings", "It named a neighbour.")
    assert [one.was for one in told if one.kind == "edited"] == [None]


def test_translations_stand_beside_the_original(ideas: World) -> None:
    number = propose(1)
    do(ANALYST, translate, Translate(number, "PL", "Huśtawki", "Trzy."))
    assert refused(ANNA, translate, Translate(number, "pl", "x", "y")) == "role-not-allowed"
    assert refused(ANALYST, translate, Translate(number, "en", "x", "y")) == "translation-of-itself"
    assert stored(number).title == SWINGS.title


def test_a_merge_needs_everybody_and_the_old_numbers_lead_to_the_new(city: World) -> None:
    make_cycle()
    go_to(city, Phase.IDEAS)
    first, second = propose(1), propose(2, BOB, title="A swing")
    do(CLEO, endorse, first)
    wish = Rearrange(
        an_id(5), A_CYCLE.slug, Rearranging.MERGE, [first, second], [SWINGS], "The same park"
    )
    assert refused(CLEO, rearrange, wish) == "proposal-not-yours"
    assert do(ANNA, rearrange, wish).state == "open"
    assert do(ANNA, rearrange, wish).state == "open"
    assert refused(CLEO, consent, Consent(an_id(5), True)) == "rearrangement-not-yours"
    assert stored(first).state == State.SUBMITTED
    do(BOB, consent, Consent(an_id(5), True))
    old = stored(first)
    session = current_session()
    [new] = numbers_related(session, old.id)[1]
    assert (old.state, stored(second).state) == (State.MERGED, State.MERGED)
    result = stored(new)
    assert numbers_related(session, result.id)[0] == [first, second]
    assert len(proposers_of(session, result.id)) == 2
    assert (endorsements_of(session, old.id), endorsements_of(session, result.id)) == (1, 0)
    assert refused(BOB, consent, Consent(an_id(5), False)) == "rearrangement-closed"


def test_a_split_ends_with_the_first_no(ideas: World) -> None:
    number = propose(1)
    do(BOB, join, Join(number, do(ANNA, invite, number)))
    halves = [a_proposal(7, title=f"Half {n}").draft for n in (1, 2)]
    for n, agrees in ((5, False), (6, True)):
        wish = Rearrange(an_id(n), A_CYCLE.slug, Rearranging.SPLIT, [number], halves, "Too large")
        do(REVIEWER, rearrange, wish)
        assert refused(ANNA, consent, Consent(an_id(n), True)) is None
        [_, bob] = proposers_of(current_session(), stored(number).id)
        do(REVIEWER, consent, Consent(an_id(n), agrees, proposer=bob.id))
        assert stored(number).state == ("split" if agrees else "submitted")
    assert len(numbers_related(current_session(), stored(number).id)[1]) == 2


def test_a_review_follows_from_its_findings_and_another_person_hears_the_appeal(
    ideas: World,
) -> None:
    number = propose(1)
    assert refused(REVIEWER, note_findings, NoteFindings(number, 1, {})) == "phase-not-open"
    go_to(ideas, Phase.FEASIBILITY)
    note(number, technical=Verdict.NOT_MET)
    assert stored(number).state == State.IN_REVIEW
    seen = stored(number).version
    note(number, technical=Verdict.NOT_MET, legal=Verdict.MET_WITH_CHANGES)
    unseen = NoteFindings(
        number, seen, {Criterion.LEGAL: (Verdict.NOT_MET, "The road is not ours.")}
    )
    assert refused(OTHER_REVIEWER, note_findings, unseen) == "proposal-moved-on"
    against = "outcome-against-findings"
    for outcome in (State.ACCEPTED, State.ACCEPTED_WITH_CHANGES):
        assert refused(REVIEWER, decide_feasibility, decide(number, outcome)) == against
    silent = decide(number, State.REFUSED, reason=" ")
    assert refused(REVIEWER, decide_feasibility, silent) == "reason-missing"
    do(REVIEWER, decide_feasibility, decide(number, State.REFUSED))
    objection = Appeal(an_id(3), number, "There is no pipe there.")
    assert refused(BOB, appeal, objection) == "proposal-not-yours"
    do(ANNA, appeal, objection)
    do(ANNA, appeal, objection)
    own = NoteFindings(number, stored(number).version, {})
    assert refused(REVIEWER, note_findings, own) == "review-needs-another-person"
    note(number, OTHER_REVIEWER, upkeep=Verdict.MET_WITH_CHANGES)
    second = decide(number, State.ACCEPTED_WITH_CHANGES, reason="With other ground.")
    assert refused(REVIEWER, decide_feasibility, second) == "review-needs-another-person"
    do(OTHER_REVIEWER, decide_feasibility, second)
    assert refused(ANNA, appeal, Appeal(an_id(4), number, "Again")) == "appealed-before"
    do(ANNA, withdraw, Withdraw(an_id(8), number))
    steps = [one.to_state for one in changes_of(current_session(), stored(number).id)]
    assert list(filter(None, steps)) == [
        "in_review",
        "refused",
        "appealed",
        "accepted_with_changes",
        "withdrawn",
    ]


def test_an_appeal_comes_in_time(ideas: World) -> None:
    number = propose(1)
    go_to(ideas, Phase.FEASIBILITY)
    note(number, legal=Verdict.NOT_MET)
    do(REVIEWER, decide_feasibility, decide(number, State.REFUSED))
    ideas.clock.advance(days=15)
    assert refused(ANNA, appeal, Appeal(an_id(3), number, "Why?")) == "appeal-too-late"


def test_only_what_is_answered_and_explained_goes_on_the_ballot(city: World) -> None:
    # Each part needs a project before a vote is settled.
    make_cycle(parts=PARTS[1:2], budget=20_000_00)
    go_to(city, Phase.IDEAS)
    good, bare, waiting = propose(1), propose(2, cost=None), propose(3)
    go_to(city, Phase.FEEDBACK)
    accept(good)
    accept(bare)
    do(REVIEWER, write_pack, a_pack(good))
    with pytest.raises(DomainError) as refusal:
        do(REVIEWER, put_on_ballot, PutOnBallot(A_CYCLE.slug))
    assert {(one.slug, one.facts["number"]) for one in refusal.value.faults} == {
        ("proposal-undecided", waiting),
        ("proposal-pack-incomplete", bare),
    }
    do(REVIEWER, change_cost, ChangeCost(bare, stored(bare).version, 12_000_00, "Two offers."))
    do(REVIEWER, write_pack, a_pack(bare))
    do(ANNA, withdraw, Withdraw(an_id(9), waiting))
    with unit_of_work(REVIEWER) as work:
        find_cycle(work.session, A_CYCLE.slug).voting_key = "A" * 43 + "="
    do(REVIEWER, put_on_ballot, PutOnBallot(A_CYCLE.slug))
    session = current_session()
    on_ballot = session.scalars(sa.select(CycleProject)).all()
    assert {one.proposal_number for one in on_ballot} == {good, bare}
    assert refused(ANNA, withdraw, Withdraw(an_id(9), good)) == "cycle-is-settled"
    assert refused(REVIEWER, write_pack, a_pack(good)) == "cycle-is-settled"
    admin = Actor("staff:9", Role.ADMIN, "Admin")
    moderate = ModerateProposal(good, "Other", "Other words.", "", "no reason")
    assert refused(admin, moderate_proposal, moderate) == "proposal-words-settled"
    cover = CoverWords(good, "Swings", "A firm has that name.")
    assert refused(REVIEWER, cover_words, cover) == "role-not-allowed"
    for passage, slug in (("Nowhere", "passage-not-found"), ("i", "passage-too-short")):
        assert refused(admin, cover_words, replace(cover, passage=passage)) == slug
    do(admin, cover_words, cover)
    session.rollback()
    [project] = session.scalars(sa.select(CycleProject).where(CycleProject.proposal_number == good))
    assert project.title == stored(good).title == "[…] for the small park"
    assert session.get_one(ProposalPack, stored(good).id).cost_lines[0]["words"] == "[…]"
    assert changes_of(session, stored(good).id)[-1].kind == "covered"


def test_a_pack_holds_words_and_addresses_alone(ideas: World) -> None:
    number = propose(1)
    go_to(ideas, Phase.FEASIBILITY)
    for changes, slug in (
        ({"sources": [Source("Plan", "javascript:alert(1)")]}, "source-not-an-address"),
        ({"sources": [Source("Plan", 'https://a.org/"b"')]}, "source-not-an-address"),
        ({"pros": ["x"] * 31}, "too-many-items"),
        ({"cons": [" "]}, "text-missing"),
        ({"minority_statements": ["No"], "is_undisputed": True}, "pack-disputed"),
    ):
        assert refused(REVIEWER, write_pack, a_pack(number, **changes)) == slug
    assert refused(ANNA, write_pack, a_pack(number)) == "role-not-allowed"


def test_what_is_alike_is_found_while_somebody_writes(ideas: World) -> None:
    near = propose(1)
    propose(2, title="Night buses on Fridays", part=CITYWIDE, lon=None, lat=None)
    session = current_session()
    cycle = find_cycle(session, A_CYCLE.slug)
    place = (SWINGS.lon or 0.0, SWINGS.lat or 0.0)
    [found] = similar_proposals(session, cycle, "swing in the small parks", place)
    assert (found.number, found.metres) == (near, 0)
    [again] = similar_proposals(session, cycle, "swing in the small parks")
    assert again.score < found.score
    assert similar_proposals(session, cycle, "") == []


def test_whoever_is_erased_leaves_words_without_a_name(city: World) -> None:
    make_cycle()
    go_to(city, Phase.IDEAS)
    number = propose(1, display_name="Anna Nightshade", interests="My aunt owns the firm")
    other = propose(2, BOB)
    do(ANNA, endorse, other)
    do(ANNA, add_comment, Say(an_id(4), other, "I live there"))
    with unit_of_work(ANONYMOUS) as work:
        erase_person(work, ANNA)
    proposal = stored(number)
    session = current_session()
    assert proposal.title == SWINGS.title
    assert session.scalars(sa.select(ProposalProposer.person_hash)).all() == [BOB.reporter]
    assert endorsements_of(session, stored(other).id) == 0
    [comment] = session.scalars(sa.select(ProposalComment))
    assert (comment.text, comment.author_hash) == ("", None)
    assert comment.hidden_reason
