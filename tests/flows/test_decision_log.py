"""The log of decisions: nobody changes it quietly."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session
from worlds import World

from backend.__main__ import main
from backend.core import check_log
from backend.core.actors import OPERATOR
from backend.core.db import current_session, db
from backend.core.decision_log import (
    GENESIS,
    Decision,
    DecisionHead,
    _seal,
    entry_hash,
    find_faults,
    log_end,
)
from backend.core.errors import Conflict
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work

pytestmark = pytest.mark.both

Tamper = Callable[[Session], None]
LAST = 12

TRIGGERS = {
    "sqlite": ("decision_no_update", "decision_no_delete", "decision_no_replace"),
    "postgresql": ("decision_append_only",),
}


@pytest.fixture
def log(city: World) -> World:
    """A city whose log has `LAST` entries."""
    with unit_of_work(OPERATOR) as work:
        while log_end(work.session)[0] < LAST:
            city.clock.advance(seconds=1)
            work.now = city.clock.now()
            work.decide("tests.decided", "tests", words="Žluťoučký", count=log_end(work.session)[0])
    return city


def edit(sequence: int, /, **values: object) -> Tamper:
    change = sa.update(Decision).where(Decision.sequence == sequence).values(**values)
    return lambda session: session.execute(change)


def delete(condition: Any) -> Tamper:
    return lambda session: session.execute(sa.delete(Decision).where(condition))


def swap(first: int, second: int) -> Tamper:
    """Each gets the other's number, as if they had happened the other way round."""

    def change(session: Session) -> None:
        for old, new in ((first, -1), (second, first), (-1, second)):
            edit(old, sequence=new)(session)

    return change


def add_to_the_moment(session: Session) -> None:
    entry = session.get_one(Decision, 5)
    edit(5, at=entry.at.replace(microsecond=1))(session)


def forge_head(session: Session, seal: Callable[[int, str], str]) -> None:
    last = session.scalars(sa.select(Decision).order_by(Decision.sequence.desc())).first()
    sequence, hash_ = (last.sequence, last.hash) if last else (0, GENESIS)
    head = sa.update(DecisionHead)
    session.execute(head.values(sequence=sequence, hash=hash_, seal=seal(sequence, hash_)))


def cut_off_the_end(session: Session) -> None:
    delete(Decision.sequence > LAST - 3)(session)
    forge_head(session, lambda *_: "0" * 64)


def cut_off_the_end_and_replay_the_seal(session: Session) -> None:
    seal = session.scalars(sa.select(DecisionHead.seal)).one()
    delete(Decision.sequence > LAST - 3)(session)
    forge_head(session, lambda *_: seal)


def rewrite_from(sequence: int, seal: Callable[[int, str], str]) -> Tamper:
    """A consistent chain with another past, sealed by `seal`."""

    def change(session: Session) -> None:
        query = sa.select(Decision).order_by(Decision.sequence)
        entries = session.scalars(query.where(Decision.sequence >= sequence)).all()
        previous = entries[0].previous_hash
        session.expunge_all()
        for entry in entries:
            entry.actor, entry.previous_hash = "operator:another", previous
            entry.hash = previous = entry_hash(entry)
            values = {"actor": entry.actor, "hash": entry.hash}
            edit(entry.sequence, previous_hash=entry.previous_hash, **values)(session)
        forge_head(session, seal)

    return change


def empty(session: Session) -> None:
    delete(sa.true())(session)
    forge_head(session, lambda *_: "")


def empty_to_the_last(session: Session) -> None:
    delete(sa.true())(session)
    session.execute(sa.delete(DecisionHead))


TAMPERINGS: dict[str, Tamper] = {
    "the moment by a microsecond": add_to_the_moment,
    "the actor": edit(5, actor="staff:another"),
    "the action": edit(5, action="tests.undone"),
    "the subject": edit(5, subject="tests "),
    "a fact": edit(5, facts='{"count":4,"words":"Žluťoučký kůň"}'),
    "the spelling of a fact": edit(5, facts='{"count": 4, "words": "Žluťoučký"}'),
    "the link back": edit(5, previous_hash="1" * 64),
    "the hash": edit(5, hash="1" * 64),
    "the number of the last": edit(LAST, sequence=LAST + 1),
    "the first entry's hash": edit(1, hash="1" * 64),
    "the first is gone": delete(Decision.sequence == 1),
    "one in the middle is gone": delete(Decision.sequence == 6),
    "two in the middle are gone": delete(Decision.sequence.in_((6, 7))),
    "the last is gone": delete(Decision.sequence == LAST),
    "two have changed places": swap(5, 6),
    "two far apart have changed places": swap(2, LAST),
    "the end is cut off and the head rewritten": cut_off_the_end,
    "the end is cut off under the old seal": cut_off_the_end_and_replay_the_seal,
    "all is rewritten by a stranger to the key": rewrite_from(1, lambda *_: "0" * 64),
    "the head's seal": lambda session: session.execute(sa.update(DecisionHead).values(seal="")),
    "the head is gone": lambda session: session.execute(sa.delete(DecisionHead)),
    "the log is empty": empty,
    "the log is empty and has no head": empty_to_the_last,
}


def faults(head: str | None = None) -> list[tuple[int, str]]:
    found = find_faults(current_session(), current_runtime().settings.hash_key, head)
    return [(fault.sequence, fault.words) for fault in found]


def without_triggers(session: Session) -> None:
    dialect = session.get_bind().dialect.name
    for trigger in TRIGGERS[dialect]:
        table = " ON decision" if dialect == "postgresql" else ""
        session.execute(sa.text(f"DROP TRIGGER {trigger}{table}"))


def test_every_tampering_is_found(log: World) -> None:
    session = current_session()
    assert faults() == []
    unnoticed = []
    for name, tamper in TAMPERINGS.items():
        without_triggers(session)
        tamper(session)
        session.expunge_all()
        if not faults():
            unnoticed.append(name)
        session.rollback()
    assert unnoticed == []
    assert faults() == []


def test_a_fault_is_named_where_it_is(log: World) -> None:
    session = current_session()
    without_triggers(session)
    edit(5, action="tests.undone")(session)
    delete(Decision.sequence.in_((8, 9)))(session)
    session.expunge_all()
    assert faults() == [
        (5, "was changed after it was written"),
        (8, "entries 8 to 9 are missing"),
    ]


def test_the_database_refuses_changes(log: World) -> None:
    statements = [
        "UPDATE decision SET actor = 'another'",
        "UPDATE decision SET actor = actor WHERE sequence = 3",
        "DELETE FROM decision",
        "DELETE FROM decision WHERE sequence = 3",
    ]
    if db.engine.dialect.name == "sqlite":
        statements.append("REPLACE INTO decision SELECT * FROM decision WHERE sequence = 3")
        statements.append("UPDATE OR REPLACE decision SET sequence = 4 WHERE sequence = 3")
    else:
        statements.append("TRUNCATE decision")
    for statement in statements:
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(sa.text(statement))
    assert faults() == []


def test_appending_at_once_makes_one_chain(log: World, at_once: Callable[..., list[Any]]) -> None:
    def append() -> None:
        for _ in range(5):
            with unit_of_work(OPERATOR) as work:
                work.decide("tests.decided", "tests")

    assert at_once(log, [append] * 8) == [None] * 8
    current_session().rollback()
    assert faults() == []
    assert log_end(current_session())[0] == LAST + 40


def test_a_noted_head_finds_a_log_rewritten_with_the_key(log: World) -> None:
    session = current_session()
    noted = log_end(session)[1]
    key = current_runtime().settings.hash_key
    assert faults(noted) == []
    without_triggers(session)
    rewrite_from(1, lambda sequence, hash_: _seal(key, sequence, hash_))(session)
    session.expunge_all()
    assert faults() == []
    assert faults(noted) == [(LAST, f"the log does not contain the known entry {noted}")]


def test_the_command_says_so_and_ends_with_1(log: World, command: Callable[..., Result]) -> None:
    session = current_session()
    noted = log_end(session)[1]
    session.rollback()
    whole = command(log, "log", "verify", "--head", noted)
    assert (whole.exit_code, whole.stderr) == (0, "")
    assert f"{LAST} entries" in whole.stdout
    assert noted in whole.stdout
    assert command(log, "log", "verify", "--head", "f" * 64).exit_code == 1

    without_triggers(session)
    edit(3, subject="another")(session)
    session.commit()
    broken = command(log, "log", "verify")
    assert broken.exit_code == 1
    assert broken.stderr == "Entry 3: was changed after it was written.\n"


def test_nothing_is_added_to_a_log_that_was_forged(sqlite_city: World) -> None:
    """Going on would seal the forgery."""
    session = current_session()
    session.execute(sa.text("DROP TRIGGER decision_no_update"))
    session.execute(sa.text("DROP TRIGGER decision_no_replace"))
    last = session.scalars(sa.select(Decision).order_by(Decision.sequence.desc())).first()
    assert last is not None
    last.facts = '{"forged":true}'
    last.hash = entry_hash(last)
    session.execute(sa.update(DecisionHead).values(hash=last.hash))
    session.commit()
    with pytest.raises(Conflict) as refusal, unit_of_work(OPERATOR) as work:
        work.decide("city.described", "city")
    assert refusal.value.slug == "log-broken"


def test_an_emptied_log_is_not_begun_anew(sqlite_city: World) -> None:
    session = current_session()
    for trigger in ("decision_no_delete", "decision_no_update", "decision_no_replace"):
        session.execute(sa.text(f"DROP TRIGGER {trigger}"))
    session.execute(sa.delete(Decision))
    session.execute(sa.delete(DecisionHead))
    session.commit()
    with pytest.raises(Conflict), unit_of_work(OPERATOR) as work:
        work.decide("city.described", "city")


def test_a_stranger_checks_the_published_log(sqlite_city: World, tmp_path: Path) -> None:
    published = sqlite_city.client().get("/decisions.jsonl").text
    file = tmp_path / "decisions.jsonl"
    file.write_text(published, encoding="utf-8")
    checked = CliRunner().invoke(main, ["log", "verify", "--file", str(file)])
    assert checked.exit_code == 0, checked.output
    lines = published.splitlines(keepends=True)
    for forged in (
        [lines[0].replace("city.founded", "city.forgotten"), *lines[1:]],
        [*lines[:1], *lines[2:]],
        [lines[1], lines[0], *lines[2:]],
        ["{}\n"],
        [],
        # The first of two is what most people read, and the last what a program takes.
        ['{"facts": "{}", ' + lines[0][1:], *lines[1:]],
        ['{"note": "forged", ' + lines[0][1:], *lines[1:]],
    ):
        file.write_text("".join(forged), encoding="utf-8")
        assert CliRunner().invoke(main, ["log", "verify", "--file", str(file)]).exit_code == 1
        assert check_log.main([str(file)]) in {1, 2}


@pytest.mark.parametrize(
    ("change", "digits"),
    [(str, 64), (str.upper, 64), (lambda mark: f"{mark[:16]}…", 16), (lambda mark: mark[:12], 12)],
)
def test_a_kept_mark_may_be_shortened(
    log: World,
    tmp_path: Path,
    command: Callable[..., Result],
    capsys: pytest.CaptureFixture[str],
    change: Callable[[str], str],
    digits: int,
) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_text(log.client().get("/decisions.jsonl").text, encoding="utf-8")
    known = change(json.loads(file.read_text().splitlines()[4])["hash"])
    assert check_log.main([str(file), known]) == 0
    assert f"by {digits} of its 64 digits" in capsys.readouterr().out
    verified = command(log, "log", "verify", "--head", known)
    assert (verified.exit_code, f"by {digits} of its 64" in verified.stdout) == (0, True)
    assert check_log.main([str(file), "f" * 12]) == 1


@pytest.mark.parametrize("words", ["fde492d9afb", "g" * 64, "f" * 65, ""])
def test_what_is_no_mark_is_no_proof_of_anything(
    sqlite_city: World,
    tmp_path: Path,
    command: Callable[..., Result],
    capsys: pytest.CaptureFixture[str],
    words: str,
) -> None:
    assert check_log.main([str(tmp_path / "decisions.jsonl"), words]) == 2
    assert "is not a mark" in capsys.readouterr().out
    refused = command(sqlite_city, "log", "verify", "--head", words)
    assert (refused.exit_code, "is not a mark" in refused.stderr) == (2, True)
