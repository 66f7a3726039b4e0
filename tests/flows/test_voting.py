"""A vote from the roll to the count, and everything that must not happen on the way."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do, refused
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cycles import go_to
from votes import (
    SLUG,
    TRUSTEES_KEY,
    a_ballot,
    cast,
    code_of,
    credential_of,
    enrol,
    make_vote,
)
from worlds import World

from backend.accounts.codes import code_of as digits_of
from backend.accounts.contact_address import read_address
from backend.ballots.cycle.models import CycleProject
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import find_cycle
from backend.ballots.models import Ballot, Election
from backend.ballots.published import BALLOTS, published_file
from backend.ballots.queries import find_election
from backend.ballots.stored_rule import rule_of_parameters
from backend.ballots.tally.pabulib import read_election
from backend.ballots.tally.rule_of_file import outcome_by
from backend.ballots.tally.transcript import transcript_sha256
from backend.ballots.voting.access_codes import make_codes, void_codes
from backend.ballots.voting.ballot_content import content_of
from backend.ballots.voting.ballot_form import BallotForm, Choices, Kind, in_form_order
from backend.ballots.voting.box import fill_box, hold_open, put_in_box
from backend.ballots.voting.cast_ballot import (
    ballot_status,
    cast_ballot,
    place_of,
    sealed_envelope,
)
from backend.ballots.voting.codes import published_id
from backend.ballots.voting.commands import (
    AccessCode,
    AskVoteCode,
    BallotChannel,
    CountBallots,
    ImportRoll,
    MakeCodes,
    PrepareVote,
    RollRow,
    SentCode,
    TakeCredential,
    VoidCodes,
)
from backend.ballots.voting.count_ballots import count_ballots
from backend.ballots.voting.envelope import open_envelope, public_key_of
from backend.ballots.voting.hash_roll import read_roll
from backend.ballots.voting.import_roll import import_roll
from backend.ballots.voting.models import (
    CountedPart,
    RollEntry,
    RollState,
    SealedBallot,
    VoteCode,
    VotingSecret,
)
from backend.ballots.voting.open_box import open_box
from backend.ballots.voting.prepare_vote import set_voting_key
from backend.ballots.voting.queries import prepared_vote, roll_size
from backend.ballots.voting.take_credential import take_credential
from backend.ballots.voting.vote_codes import ask_vote_code
from backend.ballots.voting.voter_hashes import roll_hashes
from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work

AtOnce = Callable[..., list[Any]]
COUNT = CountBallots(SLUG, TRUSTEES_KEY)
PASS = "ab" * 16


def rows_of(model: Any) -> list[Any]:
    current_session().rollback()
    return list(current_session().scalars(sa.select(model)))


def test_everybody_votes_once_and_a_stranger_counts_the_same(city: World) -> None:
    make_vote(city)
    enrol({n: ("SW", "SE", None)[n % 3] for n in range(12)})
    go_to(city, Phase.VOTE)
    receipts = {n: cast(n, citywide="C1" if n % 2 else "C2 C3") for n in range(9)}
    receipts[0] = cast(0, 2, citywide="C3", SW="W1 W2")
    assert refused(OPERATOR, count_ballots, COUNT) == "vote-not-over"
    go_to(city, Phase.DELIVERY)
    assert refused(OPERATOR, count_ballots, replace(COUNT, private_key=b"x" * 32)) == (
        "voting-key-wrong"
    )
    counted = do(OPERATOR, count_ballots, COUNT)
    assert (counted.ballots, counted.unreadable) == (9, 0)
    assert refused(OPERATOR, count_ballots, COUNT) == "vote-counted"
    session = current_session()
    whole = find_election(session, counted.elections["citywide"])
    ballots = {
        one.id: one.choices
        for one in session.scalars(sa.select(Ballot).where(Ballot.election_id == whole.id))
    }
    assert len(ballots) == 9
    assert ballots[receipts[0].published_ids["citywide"]] == [2]
    assert ballots[published_id(receipts[1].receipt, "citywide")] == [0]
    won = {one.code: one.is_winner for one in session.scalars(sa.select(CycleProject))}
    assert [code for code, is_winner in won.items() if is_winner] == ["C1", "C3", "W1"]
    assert find_cycle(session, SLUG).counted_at is not None
    for model in (SealedBallot, VotingSecret, VoteCode):
        assert rows_of(model) == []
    assert {one.nonce_hash for one in rows_of(RollEntry)} == {None}
    assert roll_size(session, 1) == {RollState.ONLINE: 9, RollState.ELIGIBLE: 3}
    assert len(rows_of(CountedPart)) == 3
    for election in session.scalars(sa.select(Election)):
        text = published_file(session, election, BALLOTS)
        file = read_election(text)
        found = [id_ for one in receipts.values() for id_ in one.published_ids.values()]
        assert sum(id_.encode() in text for id_ in found) == election.voters
        rule = rule_of_parameters(election.rule_parameters)
        assert transcript_sha256(outcome_by(file, rule)) == election.transcript_sha256


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"citywide": "C1 C2 C3 C1"}, "ballot-project-repeated"),
        ({"citywide": "W1"}, "ballot-project-unknown"),
        ({"SE": "E1"}, "ballot-part-not-yours"),
        ({"moon": "M1"}, "ballot-part-unknown"),
        ({}, "ballot-empty"),
        ({"citywide": "C1 C3", "SW": "W1 W2"}, "ballot-over-budget"),
    ],
)
def test_what_the_form_does_not_allow_is_named_and_nothing_is_stored(
    sqlite_city: World, changes: dict[str, str], problem: str
) -> None:
    make_vote(sqlite_city, ballot_form={"kind": "knapsack", "max": 3})
    enrol({1: "SW"})
    go_to(sqlite_city, Phase.VOTE)
    ballot = a_ballot(credential_of(1), **changes)
    assert refused(ANONYMOUS, cast_ballot, ballot) == problem
    assert rows_of(SealedBallot) == []


def test_each_refusal_on_the_way_to_a_ballot_says_why(sqlite_city: World) -> None:
    make_vote(sqlite_city)
    enrol({1: "SW", 2: "SW", 3: None})
    [tried] = do(OPERATOR, make_codes, MakeCodes(SLUG, 1, "trial", is_test=True))
    batch = do(OPERATOR, make_codes, MakeCodes(SLUG, 3, "library", "SE"))

    def asks(code: str, nonce: str | None = None) -> str | None:
        return refused(ANONYMOUS, take_credential, TakeCredential(SLUG, AccessCode(code), nonce))

    assert asks(code_of(1)) == "phase-not-open"
    test = a_ballot(do(ANONYMOUS, take_credential, TakeCredential(SLUG, AccessCode(tried))), SW="")
    test = replace(test, parts={"citywide": Choices(("C1",))})
    do(ANONYMOUS, cast_ballot, test)
    vote = prepared_vote(current_session(), current_runtime(), SLUG)
    assert len(open_box(current_session(), vote, TRUSTEES_KEY, is_test=True).ballots) == 1
    go_to(sqlite_city, Phase.VOTE)
    assert refused(ANONYMOUS, cast_ballot, test) == asks(tried) == "vote-code-is-test"
    voided = do(OPERATOR, void_codes, VoidCodes(SLUG, "lost in the post", code=batch[0].lower()))
    assert (voided.voided, voided.used, asks(batch[0])) == (1, 0, "vote-code-void")
    assert asks("0000-0000-0000-9999") == asks("hello") == "vote-code-unknown"
    assert asks(batch[1], PASS) is None
    assert asks(batch[1]) == asks(batch[1], "cd" * 16) == "credential-issued"
    assert do(OPERATOR, void_codes, VoidCodes(SLUG, "end of the day", batch="library")).used == 1
    assert asks(batch[1], PASS) is None
    ballot = a_ballot(credential_of(1), citywide="C1")
    forged = ballot.credential[:-8] + "AAAAAAAA"
    assert refused(ANONYMOUS, cast_ballot, replace(ballot, credential=forged)) == (
        "credential-not-valid"
    )
    assert refused(ANONYMOUS, cast_ballot, replace(ballot, sequence=2)) == "ballot-superseded"
    first = do(ANONYMOUS, cast_ballot, ballot)
    assert do(ANONYMOUS, cast_ballot, ballot) == first
    other = replace(ballot, parts={"citywide": Choices(("C2",))})
    assert refused(ANONYMOUS, cast_ballot, other) == "ballot-superseded"
    assert do(ANONYMOUS, cast_ballot, replace(other, sequence=2)).receipt != first.receipt
    asked = (current_session(), current_runtime(), SLUG)
    assert ballot_status(*asked, ballot.credential) == 2
    assert ballot_status(*asked, credential_of(2)) == 0
    assert len(rows_of(SealedBallot)) == 2
    go_to(sqlite_city, Phase.DELIVERY)
    assert refused(ANONYMOUS, cast_ballot, replace(other, sequence=3)) == "phase-not-open"
    assert do(OPERATOR, count_ballots, COUNT).ballots == 1


def test_a_register_becomes_hashes_and_a_code_goes_only_to_its_voter(city: World) -> None:
    make_vote(city)
    hashes = roll_hashes(current_runtime().settings.hash_key, SLUG)
    plain = ["register_number,district,email", "AB-1 2,SW,Lamp@Lanterns.example", "AB 13,SE,"]
    rows = list(read_roll(plain, hashes, ""))
    imported = do(OPERATOR, import_roll, ImportRoll(SLUG, rows))
    assert (imported.added, imported.changed) == (2, 0)
    assert do(OPERATOR, import_roll, ImportRoll(SLUG, rows)).known == 2
    moved = replace(rows[1], district="SW", code_hash="a" * 64)
    assert do(OPERATOR, import_roll, ImportRoll(SLUG, [moved])).changed == 1
    [one] = [one for one in rows_of(RollEntry) if one.code_hash]
    assert (one.district, one.voter_key) == ("SW", rows[1].voter_key)
    assert not any(word in repr(rows).casefold() for word in ("ab-1", "ab12", "lamp"))
    go_to(city, Phase.VOTE)
    lamp, other = read_address("lamp@lanterns.example", ""), read_address("x@lanterns.example", "")
    # However often strangers ask for codes to a mailbox, its owner's own request is sent.
    for number, address in (
        ("ab12", other),
        ("ab13", lamp),
        *[("zz99", lamp)] * 30,
        ("ab12", lamp),
    ):
        do(ANONYMOUS, ask_vote_code, AskVoteCode(SLUG, number, address))
    codes = {one.is_of_voter: one for one in rows_of(VoteCode)}
    assert Counter(one.is_of_voter for one in rows_of(VoteCode)) == {True: 1, False: 3}
    assert [bool(codes[is_one].sealed) for is_one in (True, False)] == [True, False]
    digits = digits_of(current_runtime().settings.hash_key, codes[True].id)
    right = TakeCredential(SLUG, SentCode("AB12", lamp, digits), PASS)
    wrong = replace(right, proof=SentCode("AB12", lamp, "000000"))
    of_decoy = digits_of(current_runtime().settings.hash_key, codes[False].id)
    assert (
        do(ANONYMOUS, take_credential, replace(right, proof=SentCode("AB13", lamp, of_decoy)))
        is None
    )
    assert refused(ANONYMOUS, take_credential, replace(right, nonce=None)) == "nonce-missing"
    assert do(ANONYMOUS, take_credential, wrong) is None
    credential = do(ANONYMOUS, take_credential, right)
    assert credential == do(ANONYMOUS, take_credential, right)
    assert refused(ANONYMOUS, take_credential, replace(right, nonce="cd" * 16)) == (
        "credential-issued"
    )
    for _ in range(4):
        do(ANONYMOUS, take_credential, wrong)
    assert do(ANONYMOUS, take_credential, right) is None


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (RollRow("12345"), "roll-not-hashed"),
        (RollRow("a" * 64, "Atlantis"), "roll-district-unknown"),
        (RollRow("a" * 64, "citywide"), "roll-district-unknown"),
        (RollRow("b" * 64), "roll-voter-twice"),
    ],
)
def test_a_roll_with_a_bad_row_stores_nothing(
    sqlite_city: World, row: RollRow, problem: str
) -> None:
    make_vote(sqlite_city)
    command = ImportRoll(SLUG, [RollRow("b" * 64), row])
    assert refused(OPERATOR, import_roll, command) == problem
    assert rows_of(RollEntry) == []


def test_64_attempts_at_once_are_one_credential_and_one_ballot(
    city: World, at_once: AtOnce
) -> None:
    make_vote(city)
    enrol({1: "SW"})
    go_to(city, Phase.VOTE)

    def take(attempt: int) -> str:
        return credential_of(1, f"{attempt:032x}")

    outcomes = at_once(city, [lambda n=n: take(n) for n in range(64)])
    [credential] = [one for one in outcomes if isinstance(one, str)]
    assert {one.slug for one in outcomes if not isinstance(one, str)} == {"credential-issued"}

    def send(attempt: int) -> str:
        ballot = replace(a_ballot(credential, citywide="C1"), attempt=f"{attempt:032x}")
        return do(ANONYMOUS, cast_ballot, ballot).receipt

    outcomes = at_once(city, [lambda n=n: send(n) for n in range(64)])
    assert len({one for one in outcomes if isinstance(one, str)}) == 1
    assert {one.slug for one in outcomes if not isinstance(one, str)} == {"ballot-superseded"}
    assert [one.sequence for one in rows_of(SealedBallot)] == [1]


def test_a_trial_under_way_while_the_key_is_replaced_leaves_nothing_that_does_not_open(
    postgis_city: World, at_once: AtOnce
) -> None:
    make_vote(postgis_city)
    [code] = do(OPERATOR, make_codes, MakeCodes(SLUG, 1, "trial", is_test=True))
    text = do(ANONYMOUS, take_credential, TakeCredential(SLUG, AccessCode(code)))
    content = content_of(None, BallotChannel.APP, {"citywide": Choices(("C1",))})
    has_read, is_replaced = Event(), Event()

    def try_it() -> None:
        with unit_of_work(ANONYMOUS) as work:
            hold_open(work.session, SLUG)
            vote = prepared_vote(work.session, work.runtime, SLUG)
            right = vote.keys.read(text)
            has_read.set()
            # In vain: whoever replaces the key waits for the end of this.
            is_replaced.wait(0.1)
            receipt = vote.keys.receipt(right, 1, "a")
            put_in_box(work.session, vote, sealed_envelope(vote, right, 1, "a", receipt, content))

    def replace_key() -> None:
        assert has_read.wait(5)
        other = PrepareVote(SLUG, public_key_of(bytes(32)), replaces=True, reason="a share is lost")
        do(OPERATOR, set_voting_key, other)
        is_replaced.set()

    assert at_once(postgis_city, [try_it, replace_key]) == [None, None]
    assert rows_of(SealedBallot) == []


def test_only_the_receipt_shows_a_ballot_that_was_taken_out_or_put_back(
    sqlite_city: World,
) -> None:
    make_vote(sqlite_city)
    enrol({1: "SW", 2: "SW"})
    go_to(sqlite_city, Phase.VOTE)
    taken = cast(2, citywide="C2")
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.delete(SealedBallot))
    first = cast(1, citywide="C1")
    [row] = rows_of(SealedBallot)
    older = {name: getattr(row, name) for name in ("sequence", "attempt_hash", "sealed")}
    last = cast(1, 2, citywide="C3")
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.update(SealedBallot).values(older))
    go_to(sqlite_city, Phase.DELIVERY)
    assert do(OPERATOR, count_ballots, COUNT).ballots == 1
    found = set(current_session().scalars(sa.select(Ballot.id)))
    assert found == {first.published_ids["citywide"]}
    assert not found & {taken.published_ids["citywide"], last.published_ids["citywide"]}


def test_no_order_signs_a_ballot_sealed_now_or_before(sqlite_city: World) -> None:
    make_vote(sqlite_city)
    enrol({1: "SW", 2: "SW"})
    go_to(sqlite_city, Phase.VOTE)
    cast(1, citywide="C3 C1")
    vote = prepared_vote(current_session(), current_runtime(), SLUG)
    private = X25519PrivateKey.from_private_bytes(TRUSTEES_KEY)
    [new] = rows_of(SealedBallot)
    inside = open_envelope(private, place_of(SLUG, new.box_key), new.sealed)
    assert inside["parts"]["citywide"]["projects"] == ["C1", "C3"]
    older = content_of("SW", BallotChannel.APP, {"citywide": Choices(("C3", "C1"))})
    right = vote.keys.read(credential_of(2))
    with unit_of_work(OPERATOR) as work:
        receipt = vote.keys.receipt(right, 1, "a")
        fill_box(work.session, vote, [sealed_envelope(vote, right, 1, "a", receipt, older)])
    go_to(sqlite_city, Phase.DELIVERY)
    assert do(OPERATOR, count_ballots, COUNT).ballots == 2
    assert [one.choices for one in rows_of(Ballot)] == [[0, 2]] * 2
    parts = vote.paper.parts
    given = {"citywide": Choices(("C3", "C1"), (2, 1))}
    points = BallotForm(Kind.POINTS, points=5)
    assert in_form_order(points, parts, given)["citywide"] == Choices(("C1", "C3"), (1, 2))
    assert in_form_order(BallotForm(Kind.RANKING), parts, given) == given


def test_a_box_that_somebody_was_at_is_not_counted(sqlite_city: World) -> None:
    make_vote(sqlite_city)
    enrol({1: "SW", 2: "SW", 3: "SE"})
    go_to(sqlite_city, Phase.VOTE)
    cast(1, citywide="C1")
    cast(2, citywide="C2")
    go_to(sqlite_city, Phase.DELIVERY)
    with unit_of_work(OPERATOR) as work:
        one = work.session.scalars(sa.select(SealedBallot).limit(1)).one()
        other = work.session.scalars(sa.select(SealedBallot).offset(1)).one()
        sealed, one.sealed = one.sealed, other.sealed
    assert refused(OPERATOR, count_ballots, COUNT) == "ballots-not-readable"
    with unit_of_work(OPERATOR) as work:
        work.session.get_one(SealedBallot, (1, one.box_key)).sealed = sealed
        work.session.execute(sa.update(RollEntry).values(state=RollState.ELIGIBLE))
    assert refused(OPERATOR, count_ballots, COUNT) == "more-ballots-than-voters"
    assert len(rows_of(SealedBallot)) == 2
    assert rows_of(Election) == []
