"""The operator's and the trustees' commands, from the key to the count."""

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from acting import do
from click.testing import Result
from cycles import go_to
from votes import SLUG, TRUSTEES_KEY, a_ballot, make_vote
from worlds import World

from backend.ballots.cycle.phases import Phase
from backend.ballots.voting.cast_ballot import cast_ballot
from backend.ballots.voting.commands import AccessCode, TakeCredential
from backend.ballots.voting.envelope import key_fingerprint, public_key_of
from backend.ballots.voting.take_credential import take_credential
from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.core.decision_log import Decision

Command = Callable[..., Result]
REGISTER = "register_number,district\nAB-1,SW\nAB-2,\n"


def test_trustees_hold_the_key_in_shares_and_the_register_keeps_its_numbers(
    sqlite_city: World, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.app.SystemClock", lambda: sqlite_city.clock)

    def run(*arguments: object) -> str:
        done = command(sqlite_city, "vote", *arguments)
        assert done.exit_code == 0, done.output
        return done.stdout.strip()

    def refusal(*arguments: object) -> str:
        return command(sqlite_city, "vote", *arguments).stderr

    files = [str(tmp_path / f"key.{n}") for n in (1, 2, 3)]
    public = run("new-key", str(tmp_path / "key"), "--shares", "3")
    assert {Path(one).stat().st_mode & 0o777 for one in files} == {0o600}
    assert "file already" in refusal("new-key", tmp_path / "key", "--shares", "3")
    make_vote(sqlite_city)
    # A point of low order: it has the form of a key, and nothing can be sealed to it.
    assert "nothing can be sealed" in refusal("set-key", SLUG, "00" * 32)
    # The key of `make_vote` is there: another one takes a reason, and what was tried is gone.
    was = key_fingerprint(public_key_of(TRUSTEES_KEY))
    assert f"the fingerprint {was}" in refusal("set-key", SLUG, public)
    assert "needs a reason" in refusal("set-key", SLUG, public, "--replace")
    run("set-key", SLUG, public_key_of(TRUSTEES_KEY))
    told = run("set-key", SLUG, public, "--replace", "--reason", "a share was lost")
    fingerprint = hashlib.sha256(public.encode()).hexdigest()[:16]
    assert told.endswith(f"fingerprint {fingerprint}.")
    assert fingerprint in sqlite_city.client().get(f"/budget/{SLUG}").text
    logged = sa.select(Decision.facts).where(Decision.action == "vote.key_replaced")
    assert [json.loads(one)["reason"] for one in current_session().scalars(logged)] == [
        "a share was lost"
    ]
    key, letters = run("roll-key", SLUG), tmp_path / "letters.csv"
    register, roll = tmp_path / "register.csv", tmp_path / "roll.csv"
    register.write_text(REGISTER)
    roll.write_text(run("hash-roll", register, "--key", key, "--letters", letters))
    assert "AB" not in roll.read_text()
    twice = tmp_path / "twice.csv"
    twice.write_text(f"{REGISTER}\nab 1,SE\n")
    for arguments in (("hash-roll", twice, "--key", key), ("import-roll", SLUG, twice)):
        assert "Lines 2, 5 (the header is line 1)" in refusal(*arguments)
    assert run("import-roll", SLUG, roll).startswith("2 came")
    assert run("import-roll", SLUG, register).startswith("0 came")
    foreign = tmp_path / "foreign.csv"
    for encoding in ("latin-1", "utf-16"):
        foreign.write_text(f"{REGISTER}ÄB-3,", encoding)
        assert "not a CSV file in UTF-8" in refusal("import-roll", SLUG, foreign)
        assert "not a CSV file in UTF-8" in refusal("hash-roll", foreign, "--key", key)
    codes = [row["code"] for row in csv.DictReader(letters.read_text().splitlines())]
    kept = tmp_path / "trial.txt"
    kept.touch(0o644)
    trial = ("codes", SLUG, "--count", "1", "--batch", "trial", "--kind", "test", "--out", kept)
    assert run(*trial).startswith("1 codes are in")
    tried = kept.read_text().strip()
    assert {one.stat().st_mode & 0o777 for one in (kept, letters)} == {0o600}
    run("codes", SLUG, "--count", "2", "--batch", "library")
    assert run("void", SLUG, "--batch", "library", "--reason", "lost").startswith("2 codes")
    assert "under the name “nosuch”" in refusal("void", SLUG, "--batch", "nosuch", "--reason", "x")

    def vote(code: str) -> None:
        credential = do(ANONYMOUS, take_credential, TakeCredential(SLUG, AccessCode(code)))
        do(ANONYMOUS, cast_ballot, a_ballot(credential, citywide="C1"))

    vote(tried)
    keys = [word for one in files for word in ("--key", one)]
    assert run("rehearse", SLUG, *keys).startswith("1 test ballots open, 0 do not.")
    lost = "Given: 1, 3, of 3 shares; missing: 2."
    assert lost in refusal("rehearse", SLUG, *keys[:2], *keys[4:])
    assert "Of the 3 shares these are given more than once: 1." in refusal(
        "rehearse", SLUG, *keys, *keys[:2]
    )
    go_to(sqlite_city, Phase.VOTE)
    vote(codes[0])
    vote(codes[1])
    used = ("--code", codes[0], "--reason", "x")
    assert run("void", SLUG, *used).startswith("0 codes ended; 1 were used")
    assert "ends on 2026-04-21 14:00 (the city's time)" in refusal("count", SLUG, *keys)
    go_to(sqlite_city, Phase.DELIVERY)
    assert run("count", SLUG, *keys).splitlines()[:2] == [
        "2 ballots counted, 0 set aside.",
        f"citywide: /elections/{SLUG}-citywide",
    ]
    ended = sa.select(Decision.facts).where(Decision.action == "vote.codes_voided")
    [said] = current_session().scalars(ended)
    assert json.loads(said) == {"batch": "library", "count": 2, "reason": "lost"}
