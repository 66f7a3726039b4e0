"""A register number on any keyboard: the roll has it in one kind of digits, people type another."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from acting import do, refused
from cycles import go_to
from papers import fill_batch
from votes import SLUG, code_of, make_vote
from worlds import World

from backend.accounts.codes import code_of as digits_of
from backend.accounts.contact_address import read_address
from backend.ballots.cycle.phases import Phase
from backend.ballots.voting.codes import read_code
from backend.ballots.voting.commands import AskVoteCode, ImportRoll, SentCode, TakeCredential
from backend.ballots.voting.hash_roll import read_roll
from backend.ballots.voting.import_roll import import_roll
from backend.ballots.voting.models import RollEntry, VoteCode
from backend.ballots.voting.take_credential import take_credential
from backend.ballots.voting.vote_codes import ask_vote_code
from backend.ballots.voting.voter_hashes import nonce_of_pass, roll_hashes
from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.db import current_session
from backend.core.digits import OTHER_DIGITS
from backend.core.keys import keyed_hash
from backend.core.runtime import current_runtime

ARABIC, PERSIAN = (str.maketrans("0123456789", digits) for digits in OTHER_DIGITS)
WRITTEN = {"Western": "AB-012", "Arabic": "AB-٠١٢", "Persian": "AB-۰۱۲"}
PASS = code_of(1)


def put_on_roll(number: str) -> None:
    """The one voter there is, with this number in the register."""
    hashes = roll_hashes(current_runtime().settings.hash_key, SLUG)
    register = ["register_number,district,email", f"{number},SW,a@lanterns.example"]
    do(OPERATOR, import_roll, ImportRoll(SLUG, list(read_roll(register, hashes, ""))))


def taking(number: str, digits: str) -> TakeCredential:
    """What a voter sends who types this number and one-time code, with the same pass always."""
    proof = SentCode(number, read_address("a@lanterns.example", ""), digits)
    return TakeCredential(SLUG, proof, nonce_of_pass(PASS, SLUG, number))


@pytest.mark.parametrize("register", WRITTEN.values(), ids=WRITTEN)
def test_every_keyboard_leads_to_the_one_right_to_vote(sqlite_city: World, register: str) -> None:
    make_vote(sqlite_city)
    put_on_roll(register)
    # As the published format has it, so that what was imported before is known again.
    hashes = roll_hashes(current_runtime().settings.hash_key, SLUG)
    stored = keyed_hash(hashes.key, "voter", register.replace("-", ""))
    assert current_session().scalars(sa.select(RollEntry.voter_key)).all() == [stored]
    go_to(sqlite_city, Phase.VOTE)
    address, credentials = read_address("a@lanterns.example", ""), set()
    for asked in WRITTEN.values():
        do(ANONYMOUS, ask_vote_code, AskVoteCode(SLUG, f" {asked.lower()} ", address))
    [code] = current_session().scalars(sa.select(VoteCode))
    assert code.is_of_voter
    digits = digits_of(current_runtime().settings.hash_key, code.id)
    for typed in WRITTEN.values():
        credentials.add(do(ANONYMOUS, take_credential, taking(typed, digits)))
    assert len(credentials) == 1
    assert None not in credentials
    other = replace(taking("AB-012", digits), nonce="cd" * 16)
    assert refused(ANONYMOUS, take_credential, other) == "credential-issued"
    assert do(ANONYMOUS, take_credential, taking("AB-٠١٣", digits)) is None


@pytest.mark.parametrize("typed", WRITTEN.values(), ids=WRITTEN)
def test_the_desk_types_it_on_any_keyboard(sqlite_city: World, typed: str) -> None:
    make_vote(sqlite_city)
    put_on_roll(WRITTEN["Arabic"])
    go_to(sqlite_city, Phase.VOTE)
    assert fill_batch([typed], 1) == 1


def test_a_roll_that_has_both_knows_each_by_what_was_typed() -> None:
    hashes = roll_hashes("key", SLUG)
    for written in WRITTEN.values():
        assert hashes.typed_voter(written)[0] == hashes.voter(written)
        assert set(hashes.typed_voter(written)) == {hashes.voter(one) for one in WRITTEN.values()}
    assert len(hashes.typed_voter("AB-CD")) == 1


def test_a_code_is_read_in_the_same_digits() -> None:
    code = "0123-4567-89AB-CDEF"
    assert [read_code(code.translate(digits)) for digits in (ARABIC, PERSIAN)] == [code, code]
