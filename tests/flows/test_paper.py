"""Paper ballots from the voter to the count, keyed by two people who must not err alike."""

import json
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do, refused
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cycles import go_to
from papers import FIRST, SECOND, THIRD, fill_batch, key_all, key_of, seal_all
from votes import SLUG, TRUSTEES_KEY, cast, code_of, credential_of, enrol, make_vote
from worlds import ANALYST, World

from backend.ballots.cycle.phases import Phase
from backend.ballots.models import Ballot
from backend.ballots.paper.check_in import check_in, note_doubt, settle_doubt
from backend.ballots.paper.clear_traces import CLEAR_JOB
from backend.ballots.paper.close_mistake import close_mistake
from backend.ballots.paper.commands import (
    CheckIn,
    CloseMistake,
    CountBox,
    DropSheet,
    FinishKeying,
    Holds,
    KeyAgain,
    NoteDoubt,
    OpenBatch,
    SealBatch,
    SettleDoubt,
    SettleSheet,
    TakeBack,
)
from backend.ballots.paper.differences import differences
from backend.ballots.paper.key_sheets import drop_sheet, finish_keying, key_again, key_sheet
from backend.ballots.paper.models import PaperBatch, PaperDoubt, PaperKeying, PaperSheet
from backend.ballots.paper.open_batch import count_box, open_batch
from backend.ballots.paper.queries import find_batch
from backend.ballots.paper.rotate_keys import reseal_keyings
from backend.ballots.paper.rules import Judged, Outcome, keep_by_lot
from backend.ballots.paper.seal_batch import seal_batch
from backend.ballots.paper.settle_sheet import settle_sheet
from backend.ballots.paper.sheets import hash_of
from backend.ballots.paper.take_back_sheet import take_back_sheet
from backend.ballots.paper.workflow import BatchState, Cause, DoubtKind, Surplus
from backend.ballots.voting.access_codes import make_codes, void_codes
from backend.ballots.voting.cast_ballot import place_of
from backend.ballots.voting.commands import (
    AccessCode,
    CountBallots,
    MakeCodes,
    TakeCredential,
    VoidCodes,
)
from backend.ballots.voting.count_ballots import count_ballots
from backend.ballots.voting.envelope import open_envelope
from backend.ballots.voting.models import RollState, SealedBallot
from backend.ballots.voting.open_box import open_box
from backend.ballots.voting.queries import prepared_vote, roll_size
from backend.ballots.voting.take_credential import take_credential
from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.errors import Conflict, Invalid
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work

AtOnce = Callable[..., list[Any]]
COUNT = CountBallots(SLUG, TRUSTEES_KEY)
ADMIN = replace(THIRD, role=Role.ADMIN)


def begin(world: World, voters: Iterable[int], **changes: object) -> None:
    make_vote(world, **changes)
    enrol(dict.fromkeys(voters, "SW"))
    go_to(world, Phase.VOTE)


def rows_of(model: Any) -> list[Any]:
    current_session().rollback()
    return list(current_session().scalars(sa.select(model)))


def decided(action: str) -> list[str]:
    return list(
        current_session().scalars(
            sa.select(Decision.facts).where(Decision.action == action).order_by(Decision.sequence)
        )
    )


def test_sheets_become_ballots_like_any_others_and_voters_count_as_such(city: World) -> None:
    begin(city, range(8))
    cast(7, citywide="C3")
    sheets = {
        "a-1": "C1 C3 W1",
        "A2": "c2 ?SW",
        "A3": "C1 C2 C3 C1 W2",
        "A4": "-",
        "A5": "?",
    }
    batch = seal_all(range(6), sheets)
    go_to(city, Phase.DELIVERY)
    kept = rows_of(PaperBatch)[0]
    assert (kept.checked_in, kept.sheets, kept.keyed) == (6, 5, 5)
    assert (kept.valid, kept.invalid, kept.blank) == (3, 1, 1)
    assert kept.faults == {"ballot-mark-unreadable": 3, "ballot-project-repeated": 1}
    [told] = decided("paper.sealed")
    assert f'"batch":{batch}' in told
    assert "C1" not in told
    assert rows_of(PaperKeying) == []
    assert do(OPERATOR, count_ballots, COUNT).ballots == 4
    session = current_session()
    found = sorted(
        one.choices for one in session.scalars(sa.select(Ballot)) if one.election_id == 1
    )
    assert found == [[0, 2], [1], [2]]
    assert roll_size(session, 1) == {"eligible": 1, RollState.ONLINE: 1, RollState.PAPER: 6}
    [counted] = decided("vote.counted")
    assert '"on_paper":6' in counted
    assert refused(FIRST, open_batch, OpenBatch(SLUG, "Town hall", "SW")) == "vote-counted"


def test_who_gets_a_sheet_and_who_does_not(sqlite_city: World) -> None:
    make_vote(sqlite_city)
    enrol({1: "SW", 2: "SW", 3: "SW", 4: "SE", 5: None})
    lost, test = (
        do(OPERATOR, make_codes, MakeCodes(SLUG, 1, name, "SW", is_test=name == "test"))[0]
        for name in ("lost", "test")
    )
    do(OPERATOR, void_codes, VoidCodes(SLUG, "lost", batch="lost"))
    batch = do(FIRST, open_batch, OpenBatch(SLUG, " Town hall ", "SW")).number

    def asks(voter: object) -> str | None:
        return refused(FIRST, check_in, CheckIn(SLUG, batch, str(voter)))

    assert asks(1) == "phase-not-open"
    go_to(sqlite_city, Phase.VOTE)
    credential_of(2)
    assert [asks(voter) for voter in (2, 4, lost, test, 99, "?", 1, " 0001 ", 1)] == [
        "paper-voter-online",
        "paper-voter-elsewhere",
        "paper-voter-void",
        "vote-code-is-test",
        "paper-voter-unknown",
        "paper-voter-unknown",
        None,
        "paper-voter-unknown",
        "paper-voter-twice",
    ]
    assert asks("0000-0000 0000 0003") is None
    with pytest.raises(Conflict, match="voted-on-paper"):
        credential_of(1)
    assert refused(FIRST, take_back_sheet, TakeBack(SLUG, batch, "2", "B2")) == (
        "paper-voter-without-sheet"
    )
    assert do(FIRST, take_back_sheet, TakeBack(SLUG, batch, "3", "B3")) == 1
    assert refused(ANALYST, check_in, CheckIn(SLUG, batch, "3")) == "role-not-allowed"
    assert refused(FIRST, open_batch, OpenBatch(SLUG, "Hall", "XX")) == "code-district-unknown"
    assert rows_of(PaperBatch)[0].checked_in == 1
    assert not any("check" in one.action for one in rows_of(Decision))


def test_a_sheet_of_another_batch_comes_back_to_an_administrator_for_a_reason_alone(
    city: World,
) -> None:
    make_vote(city)
    enrol({1: "SW", 2: "SW", 3: "SE"})
    go_to(city, Phase.VOTE)
    given = {1: "SW", 2: "SW", 3: "SE"}
    for voter, district in given.items():
        number = do(FIRST, open_batch, OpenBatch(SLUG, "Town hall", district)).number
        do(FIRST, check_in, CheckIn(SLUG, number, str(voter)))
    # Nobody else of SE has a sheet, so it is this batch's.
    assert do(FIRST, take_back_sheet, TakeBack(SLUG, 3, "3", "B3")) == 0
    assert decided("paper.taken_back") == []
    back = TakeBack(SLUG, 2, "1", "B1", "brought to the library")
    assert refused(FIRST, take_back_sheet, back) == "paper-batch-not-known"
    assert refused(ADMIN, take_back_sheet, replace(back, reason=" ")) == "reason-missing"
    assert [one.checked_in for one in rows_of(PaperBatch)] == [1, 1, 0]
    do(ADMIN, take_back_sheet, back)
    # It may have been this batch's own voter, whose sheet is in its box.
    assert [one.checked_in for one in rows_of(PaperBatch)] == [1, 1, 0]
    [told] = decided("paper.taken_back")
    assert json.loads(told) == {
        "batch": 2,
        "place": "Town hall",
        "reason": "brought to the library",
    }
    assert credential_of(1)


@pytest.mark.parametrize("proof", ["register number", "code in the letter"])
def test_a_letter_is_one_right_on_paper_and_online_and_a_loose_code_another_once_it_ended(
    sqlite_city: World, proof: str
) -> None:
    begin(sqlite_city, [1, 2, 3])
    batch = do(FIRST, open_batch, OpenBatch(SLUG, "By post", "SW")).number

    def on_paper(voter: int | str) -> str | None:
        is_number = proof == "register number" or isinstance(voter, str)
        shown = str(voter) if is_number else code_of(int(voter))
        return refused(FIRST, check_in, CheckIn(SLUG, batch, shown))

    def online(code: str) -> str | None:
        return refused(ANONYMOUS, take_credential, TakeCredential(SLUG, AccessCode(code), None))

    assert on_paper(1) is None
    assert online(code_of(1)) == "voted-on-paper"
    assert online(code_of(2)) is None
    assert on_paper(2) == "paper-voter-online"
    # Whoever lost the letter gets another code, and the right in the letter ends.
    do(OPERATOR, void_codes, VoidCodes(SLUG, "lost", code=code_of(3)))
    [loose] = do(OPERATOR, make_codes, MakeCodes(SLUG, 1, "desk", "SW"))
    assert on_paper(3) == "paper-voter-void"
    assert online(code_of(3)) == "vote-code-void"
    assert on_paper(loose) is None
    assert online(loose) == "voted-on-paper"
    assert sum(roll_size(current_session(), 1).values()) == 4


def test_who_cannot_be_found_stays_on_the_list_until_it_is_settled(sqlite_city: World) -> None:
    begin(sqlite_city, range(3))
    batch = fill_batch([0], 2)
    for kind in DoubtKind:
        do(FIRST, note_doubt, NoteDoubt(SLUG, batch, kind))
    for keyer in (FIRST, SECOND):
        key_all(keyer, batch, {"1": "C1", "2": "C2"})
    seal = SealBatch(SLUG, batch)
    assert refused(FIRST, seal_batch, seal) == "paper-doubts-open"
    settle = partial(refused, FIRST, settle_doubt)
    assert settle(SettleDoubt(SLUG, batch, 1, voter="77")) == "paper-voter-unknown"
    assert settle(SettleDoubt(SLUG, batch, 1, voter="0")) == "paper-voter-twice"
    assert settle(SettleDoubt(SLUG, batch, 1, voter="2")) is None
    assert settle(SettleDoubt(SLUG, batch, 1, reason="x")) == "paper-doubt-settled"
    assert settle(SettleDoubt(SLUG, batch, 9)) == "paper-doubt-not-found"
    assert settle(SettleDoubt(SLUG, batch, 2)) == "reason-missing"
    for number in (2, 3):
        assert settle(SettleDoubt(SLUG, batch, number, reason="the envelope is torn")) is None
    assert refused(FIRST, seal_batch, seal) is None
    assert [one.state for one in rows_of(PaperDoubt)] == ["resolved", "refused", "refused"]
    assert '"refused":2' in decided("paper.sealed")[0]


def test_two_people_key_and_a_third_settles_where_they_differ(city: World) -> None:
    begin(city, range(4))
    batch = fill_batch(range(4), 4)

    def keys(who: Any, sheet: str, typed: str, **more: bool) -> str | None:
        return refused(who, key_sheet, key_of(batch, sheet, typed, **more))

    def finishes(who: Any, *, is_all: bool = False) -> str | None:
        return refused(who, finish_keying, FinishKeying(SLUG, batch, is_all))

    assert keys(FIRST, "1", "C1") is keys(FIRST, " 1", "c1") is None
    assert keys(FIRST, "1", "C2") == "paper-sheet-keyed"
    assert keys(FIRST, "1", "C2 W1", replaces=True) is None
    assert keys(SECOND, "2", "C1") == finishes(SECOND) == "paper-somebody-keys"
    assert keys(FIRST, "9", "C1") is None
    assert refused(FIRST, drop_sheet, DropSheet(SLUG, batch, "9")) is None
    assert refused(FIRST, drop_sheet, DropSheet(SLUG, batch, "9")) == "paper-sheet-not-keyed"
    assert [keys(FIRST, str(n), "C3") for n in (2, 3)] == [None, None]
    assert finishes(FIRST) == "paper-sheets-missing"
    assert keys(FIRST, "44", "C1") is finishes(FIRST) is None
    assert keys(FIRST, "1", "C1") == finishes(FIRST) == "paper-same-person"
    assert key_all(SECOND, batch, {"1": "W1 C2", "2": "C1", "3": "C3 ?SW", "4": "C1"}) == (
        "differing"
    )
    session = current_session()
    kept = find_batch(session, 1, batch)
    found = differences(session, current_runtime().keyring, kept)
    assert [one.number for one in found] == ["2", "3", "4", "44"]

    def settles(who: Any, sheet: str, holds: Holds, typed: str = "-") -> str | None:
        marks = key_of(batch, sheet, typed).marks
        settled = SettleSheet(SLUG, batch, sheet, holds, Cause.MISTYPED, marks)
        return refused(who, settle_sheet, settled)

    assert settles(FIRST, "2", Holds.FIRST) == settles(SECOND, "2", Holds.FIRST)
    assert settles(FIRST, "2", Holds.FIRST) == "paper-same-person"
    assert settles(THIRD, "1", Holds.FIRST) == "paper-sheet-not-differing"
    assert settles(THIRD, "2", Holds.SECOND) is settles(THIRD, "3", Holds.FIRST) is None
    assert refused(FIRST, seal_batch, SealBatch(SLUG, batch)) == "paper-step-not-possible"
    assert settles(THIRD, "44", Holds.NO_SHEET) is settles(THIRD, "4", Holds.NEITHER, "C2") is None
    do(FIRST, seal_batch, SealBatch(SLUG, batch))
    vote = prepared_vote(session, current_runtime(), SLUG)
    opened = open_box(session, vote, TRUSTEES_KEY, is_test=False).ballots
    said = sorted(sorted(p for c in one.parts.values() for p in c.projects) for one in opened)
    assert said == [["C1"], ["C2"], ["C2", "W1"], ["C3"]]
    assert len(rows_of(PaperSheet)) == 4
    assert rows_of(PaperBatch)[0].causes == {"mistyped": 4}


def test_a_sheet_is_used_once_and_numbers_add_up_or_everybody_reads_why(
    sqlite_city: World,
) -> None:
    begin(sqlite_city, range(5))
    seal_all([0, 1], {"1": "C1", "2": "C2"})
    batch = fill_batch([2], 3)
    assert refused(FIRST, key_sheet, key_of(batch, "2", "C1")) == "paper-sheet-used"
    assert refused(FIRST, count_box, CountBox(SLUG, batch, 2)) is None
    do(FIRST, key_sheet, key_of(batch, "3", "C1"))
    assert refused(FIRST, count_box, CountBox(SLUG, batch, 3)) == "paper-step-not-possible"
    do(FIRST, key_again, KeyAgain(SLUG, batch, "the box was counted wrong"))
    do(THIRD, count_box, CountBox(SLUG, batch, 3))
    for keyer in (SECOND, FIRST):
        key_all(keyer, batch, {"3": "C1", "4": "C3"}, is_all=True)
    seal = SealBatch(SLUG, batch)
    assert refused(FIRST, seal_batch, seal) == "paper-does-not-add-up"
    told = replace(seal, reason="one sheet was empty paper")
    assert refused(FIRST, seal_batch, told) == "paper-surplus-unexplained"
    do(FIRST, seal_batch, replace(told, surplus=Surplus.OTHER_BOX))
    late = do(FIRST, open_batch, OpenBatch(SLUG, "Library", "SW")).number
    do(FIRST, check_in, CheckIn(SLUG, late, "3"))
    assert refused(ADMIN, take_back_sheet, TakeBack(SLUG, late, "2", "1", "unused")) == (
        "paper-sheet-used"
    )
    do(ADMIN, take_back_sheet, TakeBack(SLUG, late, "2", "8", "unused"))
    assert refused(ADMIN, take_back_sheet, TakeBack(SLUG, late, "3", "9", "unused")) == (
        "paper-more-ballots-than-voters"
    )
    go_to(sqlite_city, Phase.DELIVERY)
    assert refused(OPERATOR, count_ballots, COUNT) == "paper-batches-open"
    counted = do(OPERATOR, count_ballots, replace(COUNT, without_paper="the library flooded"))
    assert counted.ballots == 3
    assert [one.state for one in rows_of(PaperBatch)] == ["sealed", "sealed", "left_out"]
    assert "flooded" in decided("paper.left_out")[0]


def test_more_sheets_than_voters_never_make_more_sheets_count(sqlite_city: World) -> None:
    begin(sqlite_city, range(7))
    batch = fill_batch(range(5), 6)
    sheets = dict(zip("123456", ("C1", "C2", "C3", "C1", "-", "?"), strict=True))
    for keyer in (FIRST, SECOND):
        key_all(keyer, batch, sheets)
    seal = SealBatch(SLUG, batch, "nobody saw how", Surplus.UNEXPLAINED)
    do(FIRST, seal_batch, seal)
    [kept] = rows_of(PaperBatch)
    assert (kept.keyed, kept.valid + kept.invalid + kept.blank, kept.drawn) == (6, 5, 1)
    assert kept.causes == {"unexplained": 1}
    assert len(rows_of(SealedBallot)) == kept.valid
    assert '"drawn":1' in decided("paper.sealed")[0]
    valid, blank = Judged(Outcome.VALID), Judged(Outcome.BLANK)
    assert keep_by_lot([valid, blank, blank], 2, ["c", "a", "b"]) == [blank, blank]


@pytest.mark.parametrize("brought", ["A1", "A9"], ids=["copy", "altered copy"])
def test_a_copy_given_back_elsewhere_neither_counts_twice_nor_bars_a_batch(
    city: World, brought: str
) -> None:
    """Voter 1 puts a sheet into one box, brings a copy to another desk, and votes online."""
    begin(city, [1, 2])
    first = fill_batch([1], 1)
    other = do(FIRST, open_batch, OpenBatch(SLUG, "Library", "SW")).number
    do(FIRST, check_in, CheckIn(SLUG, other, "2"))
    do(ADMIN, take_back_sheet, TakeBack(SLUG, other, "1", brought, "brought to the library"))
    cast(1, citywide="C1")
    do(FIRST, count_box, CountBox(SLUG, other, 1))
    is_copy = refused(FIRST, key_sheet, key_of(first, "A1", "C1")) == "paper-sheet-used"
    assert is_copy == (brought == "A1")
    slips = []
    for batch, sheets in ((first, {} if is_copy else {"A1": "C1"}), (other, {"A2": "C2"})):
        for keyer in (FIRST, SECOND):
            key_all(keyer, batch, sheets, is_all=True)
        slips.append(refused(FIRST, seal_batch, SealBatch(SLUG, batch)))
        if slips[-1] is not None:
            do(FIRST, seal_batch, SealBatch(SLUG, batch, "looked into", Surplus.TWO_SHEETS))
    assert slips[not is_copy] == "paper-does-not-add-up"
    assert slips[is_copy] is None
    kept = rows_of(PaperBatch)
    assert [one.drawn for one in kept] == ([0, 0] if is_copy else [0, 1])
    assert [one.causes for one in kept] == ([{}, {}] if is_copy else [{}, {"two_sheets": 1}])
    go_to(city, Phase.DELIVERY)
    assert do(OPERATOR, count_ballots, COUNT).ballots == 2


def test_a_batch_begun_by_mistake_is_closed_in_public_and_the_count_goes_on(city: World) -> None:
    begin(city, [0])
    batch, other = (do(FIRST, open_batch, OpenBatch(SLUG, "Hall", "SW")).number for _ in "ab")
    close = CloseMistake(SLUG, batch, "the hall has one box")
    assert refused(SECOND, close_mistake, close) == "paper-batch-of-others"
    assert refused(FIRST, close_mistake, replace(close, reason="")) == "reason-missing"
    do(FIRST, check_in, CheckIn(SLUG, batch, "0"))
    assert refused(FIRST, close_mistake, close) == "paper-batch-in-use"
    do(FIRST, take_back_sheet, TakeBack(SLUG, batch, "0", "B0"))
    do(FIRST, count_box, CountBox(SLUG, batch, 1))
    assert refused(FIRST, close_mistake, close) == "paper-batch-in-use"
    do(FIRST, count_box, CountBox(SLUG, batch, 0))
    do(FIRST, close_mistake, close)
    do(ADMIN, close_mistake, replace(close, batch=other))
    assert "one box" in decided("paper.mistaken")[0]
    cast(0, citywide="C1")
    go_to(city, Phase.DELIVERY)
    assert do(OPERATOR, count_ballots, COUNT).ballots == 1
    assert {one.state for one in rows_of(PaperBatch)} == {"mistaken"}


@pytest.mark.parametrize(
    ("form", "typed", "valid", "faults"),
    [
        ({"kind": "choose-1"}, "C1 W1", {"citywide": "C1", "SW": "W1"}, []),
        ({"kind": "choose-1"}, "C1 C2 W1", {"SW": "W1"}, ["ballot-too-many-projects"]),
        (
            {"kind": "points", "points": 5},
            "C1:2 C3:3 W1:6",
            {"citywide": "C1 C3"},
            ["ballot-points-of-project"],
        ),
        ({"kind": "ranking"}, "C3 C1", {"citywide": "C3 C1"}, []),
        ({"kind": "knapsack"}, "C1 C2 C3 W1", {"SW": "W1"}, ["ballot-over-budget"]),
        (
            {"kind": "approval", "districts": "any-one"},
            "C1 W1 E1",
            {"citywide": "C1"},
            ["ballot-one-district"] * 2,
        ),
    ],
)
def test_a_part_that_cannot_count_takes_no_other_with_it(
    sqlite_city: World, form: dict[str, Any], typed: str, valid: dict[str, str], faults: list[str]
) -> None:
    begin(sqlite_city, [1], ballot_form=form)
    seal_all([1], {"1": typed})
    assert rows_of(PaperBatch)[0].faults == {slug: faults.count(slug) for slug in faults}
    session = current_session()
    vote = prepared_vote(session, current_runtime(), SLUG)
    [ballot] = open_box(session, vote, TRUSTEES_KEY, is_test=False).ballots
    assert {code: " ".join(one.projects) for code, one in ballot.parts.items()} == valid
    for slip in ("", "C9", "?XX", "C1:1:1", "C1:x", "- C1"):
        with pytest.raises(Invalid, match="paper-"):
            key_of(1, "2", slip)


def test_at_the_same_moment_one_keys_one_sheet_is_used_once_and_one_right_is_used(
    city: World, at_once: AtOnce
) -> None:
    begin(city, range(3))
    batches = [fill_batch([n], 1) for n in range(2)]
    keyers = (FIRST, SECOND, THIRD)
    keys = [key_of(batches[0], "1", "C1"), key_of(batches[0], "2", "C1")]
    same = at_once(city, [partial(refused, who, key_sheet, keys[0]) for who in keyers * 3])
    assert same.count(None) == 3
    assert set(same) == {None, "paper-somebody-keys"}
    taken = {one.number: one.first_keyer for one in rows_of(PaperBatch)}
    keyer = next(who for who in keyers if who.key == taken[batches[0]])
    twice = [key_of(batch, "2", "C1") for batch in batches] * 3
    assert set(at_once(city, [partial(refused, keyer, key_sheet, one) for one in twice])) == {
        None,
        "paper-sheet-used",
    }
    assert len(rows_of(PaperSheet)) == len(rows_of(PaperKeying)) == 2
    open_ = do(FIRST, open_batch, OpenBatch(SLUG, "Library", "SW")).number
    asked = CheckIn(SLUG, open_, "2")
    acts: list[Callable[[], Any]] = [partial(refused, FIRST, check_in, asked)] * 4
    acts += [partial(credential_of, 2)] * 4
    done = at_once(city, acts)
    is_paper = done[:4].count(None)
    assert is_paper + any(isinstance(one, str) for one in done[4:]) == 1
    assert find_batch(current_session(), 1, open_).checked_in == is_paper


# Two orders that have nothing to do with each other agree in so many of forty places, or are so
# alike (Spearman's rank correlation), with a chance below one in a million.
VOTERS, MOST_HITS, MOST_CORRELATION = 40, 9, 0.78


def test_nothing_leads_from_voters_or_sheets_to_ballots(city: World) -> None:
    """Voters come in an order, and sheets are given out and keyed in the same one."""
    begin(
        city,
        range(VOTERS),
        projects=[(f"P{n:02}", "citywide", 1_000_00, None) for n in range(VOTERS)],
        ballot_form={"kind": "choose-1"},
    )
    order = random.Random(5).sample(range(VOTERS), VOTERS)
    sheets = {f"SHEET{place:04}": f"P{voter:02}" for place, voter in enumerate(order)}
    batch = fill_batch(order, VOTERS)
    key_all(FIRST, batch, sheets)
    with unit_of_work(SECOND) as work:
        for sheet, typed in sheets.items():
            key_sheet(work, key_of(batch, sheet, typed))
        finish_keying(work, FinishKeying(SLUG, batch))
    readable = re.compile(rb"SHEET00|P0[0-9]\"|P1[0-9]\"")
    session = current_session()
    for row in session.execute(sa.text("SELECT sealed FROM paper_keying")).scalars():
        assert readable.search(bytes(row)) is None
    with unit_of_work(OPERATOR) as work:
        assert reseal_keyings(work).count == 0
    do(THIRD, seal_batch, SealBatch(SLUG, batch))
    session.rollback()
    CLEAR_JOB.prepare(session, city.clock.now(), {})
    if session.get_bind().dialect.name == "sqlite":
        for path in sorted(city.data_dir.glob("city.sqlite3*")):
            assert b"SHEET0" not in path.read_bytes(), path
    key = current_runtime().settings.hash_key
    ranks = {hash_of(key, SLUG, sheet): place for place, sheet in enumerate(sheets)}
    by_sheet = [
        ranks[one] for one in session.scalars(sa.text("SELECT sheet_hash FROM paper_sheet"))
    ]
    vote = prepared_vote(session, current_runtime(), SLUG)
    opened = {
        row.box_key: one
        for row in session.scalars(sa.select(SealedBallot))
        for one in [box_of(vote, row)]
    }
    by_box = [opened[key] for key in session.scalars(sa.text("SELECT box_key FROM sealed_ballot"))]
    placed = [order.index(voter) for voter in by_box]
    for known in (range(VOTERS), by_sheet):
        places = [placed.index(one) for one in known]
        assert sum(rank == place for place, rank in enumerate(places)) <= MOST_HITS
        assert correlation(places) < MOST_CORRELATION
    assert {one.batch for one in rows_of(PaperSheet)} == {None}
    assert rows_of(PaperKeying) == []
    assert rows_of(PaperBatch)[0].state == BatchState.SEALED


def box_of(vote: Any, row: SealedBallot) -> int:
    """The voter whose ballot lies there, as the trustees' key tells."""
    private = X25519PrivateKey.from_private_bytes(TRUSTEES_KEY)
    content = open_envelope(private, place_of(vote.slug, row.box_key), row.sealed)
    assert content["channel"] == "paper"
    return int(content["parts"]["citywide"]["projects"][0][1:])


def correlation(places: list[int]) -> float:
    """Spearman's, whichever the direction."""
    squares = sum((one - place) ** 2 for place, one in enumerate(places))
    return abs(1 - 6 * squares / (len(places) * (len(places) ** 2 - 1)))
