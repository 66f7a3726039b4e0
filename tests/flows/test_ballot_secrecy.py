"""Whoever holds the database to the byte, the logs and the city's keys learns who voted, not how.

Forty voters cast forty ballots that can be told apart, in an order the attacker knows; two orders
that have nothing to do with each other agree in one place on average, and in ten with a chance
below one in a million.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do
from cycles import go_to
from votes import SLUG, TRUSTEES_KEY, code_of, enrol, make_vote
from worlds import World

from backend.ballots.cycle.phases import Phase
from backend.ballots.models import Ballot, ElectionFile
from backend.ballots.published import BALLOTS
from backend.ballots.voting.clear_traces import clear_traces
from backend.ballots.voting.commands import CountBallots
from backend.ballots.voting.count_ballots import count_ballots
from backend.ballots.voting.voter_hashes import roll_hashes
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.jobs import Job
from backend.core.runtime import current_runtime

VOTERS = 40
MOST_HITS, MOST_RANK_CORRELATION = 9, 0.78
BASE = f"/v1/cycles/{SLUG}"


def vote_in_order(world: World) -> list[dict[str, Any]]:
    """What each voter sent and got, in the order of voting; every fourth voted twice."""
    make_vote(
        world,
        projects=[(f"P{n:02}", "citywide", 1_000_00, None) for n in range(VOTERS)],
        ballot_form={"kind": "choose-1"},
    )
    enrol(dict.fromkeys(range(VOTERS), "SW"))
    go_to(world, Phase.VOTE)
    client, chance = world.client(), random.Random(3)
    voters = []
    for voter in chance.sample(range(VOTERS), VOTERS):
        nonce = f"{chance.getrandbits(128):032x}"
        asked = {"access_code": code_of(voter), "nonce": nonce}
        credential = client.post(f"{BASE}/credentials", json=asked).get_json()["credential"]
        for sequence in (1, 2) if voter % 4 == 0 else (1,):
            body = {
                "credential": credential,
                "sequence": sequence,
                "attempt": f"{chance.getrandbits(128):032x}",
                "parts": {"citywide": {"projects": [f"P{voter:02}"]}},
            }
            answer = client.put(f"{BASE}/ballot", json=body)
            assert answer.status_code == 200, answer.text
        voters.append({"voter": voter, "nonce": nonce, **body, **answer.get_json()})
    return voters


def test_nothing_leads_from_voters_to_what_they_voted(
    city: World, capfd: pytest.CaptureFixture[str]
) -> None:
    voters = vote_in_order(city)
    assert_unread(city, voters, "".join(capfd.readouterr()).encode())
    go_to(city, Phase.DELIVERY)
    do(OPERATOR, count_ballots, CountBallots(SLUG, TRUSTEES_KEY))
    session = current_session()
    session.rollback()
    assert clear_traces(session)
    assert_unordered(city, voters)


def assert_unread(world: World, voters: list[dict[str, Any]], written: bytes) -> None:
    """Before the count no byte says what was voted, or what would lead there."""
    secrets = [
        word.encode()
        for one in voters
        for word in (one["nonce"], one["credential"], one["receipt"], one["attempt"])
    ]
    ids = [one["published_ids"]["citywide"].encode() for one in voters]
    assert b"/ballot" in written
    found = re.compile(b"|".join(map(re.escape, [*secrets, *ids, b'"projects":["P'])))
    for name, data in [("log", written), *files_of(world)]:
        assert found.search(data) is None, name
    rows = current_session().execute(sa.text("SELECT box_key, sealed FROM sealed_ballot")).all()
    assert len(rows) == VOTERS
    assert len({len(row.sealed) for row in rows}) == 1
    assert len({bytes(row.sealed[:32]) for row in rows}) == VOTERS
    decided = set(current_session().scalars(sa.select(Decision.action)))
    assert {one for one in decided if one.startswith("vote.")} == {"vote.key_set"}
    assert current_session().scalar(sa.select(sa.func.count(Job.id))) == 0


def assert_unordered(world: World, voters: list[dict[str, Any]]) -> None:
    """After the count the ballots lie nowhere in an order that is also one of voters."""
    session = current_session()
    cast = [one["published_ids"]["citywide"] for one in voters]
    by_roll = [
        cast[[one["voter"] for one in voters].index(voter)] for voter in roll_order(session, voters)
    ]
    checked = 0
    for name, order in ballot_orders(world, session, cast):
        for whose, known in (("cast", cast), ("roll", by_roll)):
            ranks = [order.index(one) for one in known]
            hits = sum(rank == place for place, rank in enumerate(ranks))
            assert hits <= MOST_HITS, f"{name} follows {whose}: {hits} hits"
            assert abs(rank_correlation(ranks)) < MOST_RANK_CORRELATION, f"{name} follows {whose}"
            checked += 1
    assert checked >= 6
    if session.get_bind().dialect.name == "postgresql":
        for table in ("ballot", "roll_entry"):
            moments = session.scalars(sa.text(f"SELECT DISTINCT xmin::text FROM {table}"))
            assert len(moments.all()) == 1, table


def roll_order(session: Any, voters: list[dict[str, Any]]) -> list[int]:
    """Voters as their rows lie in the roll; who knows every key can tell whose is whose."""
    hashes = roll_hashes(current_runtime().settings.hash_key, SLUG)
    named = {hashes.voter(str(one["voter"])): one["voter"] for one in voters}
    is_postgres = session.get_bind().dialect.name == "postgresql"
    place = "ctid" if is_postgres else "cycle_id, voter_key"
    rows = session.scalars(sa.text(f"SELECT voter_key FROM roll_entry ORDER BY {place}")).all()
    # By their hashes, and no longer as they were used.
    assert rows == sorted(rows)
    return [named[key] for key in rows]


def ballot_orders(world: World, session: Any, ids: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Every order in which the ballots lie somewhere."""
    yield "rows", list(session.scalars(sa.select(Ballot.id)))
    if session.get_bind().dialect.name == "postgresql":
        yield "ctid", list(session.scalars(sa.text("SELECT id FROM ballot ORDER BY ctid")))
    yield "ids", sorted(ids)
    for name, data in files_of(world):
        places = {one: data.find(one.encode()) for one in ids}
        if min(places.values()) >= 0:
            yield name, sorted(ids, key=places.__getitem__)
    content = session.scalar(sa.select(ElectionFile.content).where(ElectionFile.name == BALLOTS))
    assert content is not None


def files_of(world: World) -> Iterator[tuple[str, bytes]]:
    """Every byte of the database on disk, and of what it writes ahead."""
    session = current_session()
    if session.get_bind().dialect.name == "sqlite":
        for path in sorted(world.data_dir.glob("city.sqlite3*")):
            yield path.name, path.read_bytes()
        return
    session.rollback()
    with session.get_bind().engine.connect() as connection:
        asked = "SELECT current_setting('data_directory'), pg_relation_filepath(c.oid), c.relname"
        tables = "'sealed_ballot', 'roll_entry', 'ballot', 'vote_code', 'decision', 'election_file'"
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("CHECKPOINT"))
        found = connection.execute(
            sa.text(f"{asked} FROM pg_class c WHERE relkind = 'r' AND relname IN ({tables})")
        ).all()
        newest = connection.scalar(sa.text("SELECT pg_walfile_name(pg_current_wal_lsn())"))
    for folder, file, name in found:
        yield name, Path(folder, file).read_bytes()
    yield "wal", Path(found[0][0], "pg_wal", newest).read_bytes()


def rank_correlation(ranks: list[int]) -> float:
    """Spearman's, between places and ranks."""
    count = len(ranks)
    squares = sum((rank - place) ** 2 for place, rank in enumerate(ranks))
    return 1 - 6 * squares / (count * (count**2 - 1))
