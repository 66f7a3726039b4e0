"""The made-up city: a whole year through the doors every city uses, its truth kept apart."""

import os
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import mean

import pytest
import sqlalchemy as sa
from acting import do
from click.testing import CliRunner
from click.testing import Result as Invoked
from flask import Flask
from worlds import FIELD_KEY, World

from backend.__main__ import main
from backend.app import create_app
from backend.audits.findings.ask_audit import JOB as RUN_AUDIT
from backend.audits.queries import latest_run, rates_of
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import (
    calendar_of,
    parts_of,
    projects_of,
    public_cycle,
    public_cycles,
)
from backend.ballots.delivery.models import ProjectDelivery
from backend.ballots.delivery.overdue import overdue_steps
from backend.ballots.delivery.workflow import Result
from backend.ballots.models import Election
from backend.ballots.proposals.models import Proposal
from backend.ballots.proposals.overdue import overdue_answers
from backend.ballots.proposals.workflow import UNDECIDED
from backend.ballots.proposals.workflow import State as ProposalState
from backend.ballots.published import published_profile
from backend.ballots.stored_rule import rule_of_parameters
from backend.ballots.tally.rule_of_file import outcome_by
from backend.ballots.voting.ballot_form import Choices
from backend.ballots.voting.cast_ballot import cast_ballot
from backend.ballots.voting.commands import (
    AccessCode,
    BallotChannel,
    CastBallot,
    TakeCredential,
)
from backend.ballots.voting.open_box import open_box
from backend.ballots.voting.queries import prepared_vote
from backend.ballots.voting.take_credential import take_credential
from backend.ballots.voting.voting_key_file import read_key_files
from backend.cli.demo import make_up_city
from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.config import Settings
from backend.core.db import Base, current_session, db
from backend.core.decision_log import Decision, find_faults
from backend.core.jobs import Job
from backend.core.runtime import current_runtime
from backend.core.schema import upgrade
from backend.core.uow import unit_of_work
from backend.demo.build import build_city
from backend.demo.comparison import Compared, agreement, agreement_of_counts, compare
from backend.demo.imagine import MadeUpCity, imagine
from backend.demo.truth import read_truth
from backend.demo.visitors import TRUSTEES_KEY, read_codes
from backend.places.draw_basemap import JOB as DRAW_BASEMAP
from backend.places.models import City
from backend.places.queries import districts_of
from backend.reports.models import Contact, Incident, IncidentChange, ServiceRequest
from backend.reports.workflow import CLOSED_STATES, OPEN_STATES, State, find_move
from backend.triage.models import QueueEntry, WeightSet
from backend.triage.queries import queue_page
from backend.triage.queue_filter import QueueFilter

# The whole city is built.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SEED = 1
UNDONE = (
    "SELECT count(*) FROM job WHERE state IN ('waiting', 'running') AND due_at <= datetime('now')"
)


def settings_in(folder: Path, database_url: str = "") -> Settings:
    return Settings(
        data_dir=folder,
        database_url=database_url,
        secret_keys=("secret",),
        field_keys=(FIELD_KEY,),
        hash_key="hash",
    )


@pytest.fixture(scope="module")
def larkenford_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_in(tmp_path_factory.mktemp("demo"))
    assert make_up_city(settings, SEED)
    return settings


@pytest.fixture(scope="module")
def made_up() -> MadeUpCity:
    return imagine(SEED)


@pytest.fixture
def larkenford(larkenford_settings: Settings) -> Iterator[Flask]:
    """The app of the made-up city."""
    app = create_app(larkenford_settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def compared() -> tuple[Compared, ...]:
    session = current_session()
    run = latest_run(session)
    assert run is not None
    codes = {
        row: district.code for row, district in districts_of(session, run.boundary_set_id).items()
    }
    estimates = {codes[rate.district_id]: rate for rate in rates_of(session, run)}
    return compare(read_truth(current_runtime().settings.data_dir), estimates)


def counts() -> dict[str, int]:
    counted = sa.select(sa.func.count())
    return {
        name: current_session().scalar(counted.select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
    }


def test_the_queue_is_one_a_city_could_have(larkenford: Flask) -> None:
    session, now = current_session(), current_runtime().clock.now()
    page = queue_page(session, QueueFilter(), now, limit=2_000)
    open_inside = Incident.state.in_(OPEN_STATES) & Incident.is_outside.is_(False)
    assert page.total == len(page.entries) == session.query(Incident).where(open_inside).count()
    assert 200 < page.total < 700
    bands = [entry.priority.severity_band for entry in page.entries]
    assert bands == sorted(bands)
    longest: dict[int, float] = defaultdict(float)
    for entry in page.entries:
        waited = (now - entry.opened_at).total_seconds() / 86_400
        longest[entry.priority.severity_band] = max(waited, longest[entry.priority.severity_band])
    assert bands[0] == 0
    most = {0: 4, 1: 24, 2: 120, 3: 120, 4: 365}
    assert all(longest[band] < days for band, days in most.items()), longest
    assert session.scalars(sa.select(QueueEntry.weight).distinct()).all() == [1]
    assert session.scalars(sa.select(WeightSet.state)).all() == ["proposed"]
    outside = queue_page(session, QueueFilter(is_outside=True), now, limit=50)
    assert 5 <= outside.total < 20


def test_every_history_is_one_the_workflow_allows(larkenford: Flask) -> None:
    session, now = current_session(), current_runtime().clock.now()
    steps: dict[int, list[IncidentChange]] = defaultdict(list)
    for change in session.scalars(sa.select(IncidentChange).order_by(IncidentChange.id)):
        steps[change.incident_id].append(change)
    for incident in session.scalars(sa.select(Incident)):
        state, at = State.RECEIVED, incident.opened_at
        for change in steps[incident.id]:
            assert at <= change.at <= now
            at = change.at
            if change.kind == "state":
                assert state == change.from_state
                move = find_move(state, State(change.to_state))
                assert move is not None
                assert change.reason or not move.needs_reason
                state = move.after
        assert (incident.state, incident.version) == (state, 1 + len(steps[incident.id]))
        assert (incident.closed_at is not None) == (state in CLOSED_STATES)


def test_an_incident_is_where_and_when_it_was_first_reported(larkenford: Flask) -> None:
    first = sa.select(ServiceRequest).subquery()
    per_incident = (
        sa.select(sa.func.count(), sa.func.min(ServiceRequest.requested_at))
        .group_by(ServiceRequest.incident_id)
        .add_columns(ServiceRequest.incident_id)
        .subquery()
    )
    odd = sa.select(sa.func.count()).select_from(Incident)
    odd = odd.join(first, first.c.number == Incident.number)
    odd = odd.join(per_incident, per_incident.c.incident_id == Incident.id)
    odd = odd.where(
        Incident.is_outside.is_(False),
        (first.c.lon != Incident.lon)
        | (first.c.incident_id != Incident.id)
        | (first.c.requested_at != Incident.opened_at)
        | (per_incident.c[0] != Incident.request_count)
        | (per_incident.c[1] != Incident.opened_at),
    )
    assert current_session().scalar(odd) == 0


def test_the_year_is_audited_counted_and_logged(larkenford: Flask) -> None:
    session = current_session()
    assert not list(find_faults(session, current_runtime().settings.hash_key))
    assert [job.kind for job in session.query(Job)] == [DRAW_BASEMAP, RUN_AUDIT, RUN_AUDIT]
    moments = session.scalars(sa.select(Decision.at).order_by(Decision.sequence)).all()
    assert moments == sorted(moments)


def test_last_years_budget_is_over_from_statement_to_second_look(larkenford: Flask) -> None:
    session, now = current_session(), current_runtime().clock.now()
    this, last = public_cycles(session)
    assert calendar_of(session, last).has_ended(Phase.REASSESSMENT, now)
    elections = session.scalars(sa.select(Election).order_by(Election.id)).all()
    assert [one.slug.rpartition("-")[2] for one in elections] == [
        part.code.lower() for part in parts_of(session, last)
    ]
    assert elections[0].voters == 4_000
    for election, part in zip(elections, parts_of(session, last), strict=True):
        assert election.is_held_here
        assert election.budget == part.budget * election.money_scale // last.money_scale
        assert 0 < (election.spent or 0) <= election.budget
        profile = published_profile(session, election)
        recounted = outcome_by(profile, rule_of_parameters(election.rule_parameters or {}))
        projects = [one for one in projects_of(session, last) if one.part_code == part.code]
        assert {one.code for one in projects if one.is_winner} == set(recounted.winners)
    states = set(session.scalars(sa.select(Proposal.state).where(Proposal.cycle_id == last.id)))
    assert states == set(ProposalState) - {*UNDECIDED, ProposalState.SPLIT}
    assert set(session.scalars(sa.select(ProjectDelivery.result))) == {None, *Result}
    assert overdue_steps(session, last, now)
    assert overdue_answers(session, this, now)


def test_visitors_vote_at_once_and_the_key_beside_the_city_opens_the_box(
    larkenford: Flask,
) -> None:
    runtime = current_runtime()
    visitors = read_codes(runtime.settings.data_dir)
    assert visitors is not None
    session, now = current_session(), runtime.clock.now()
    cycle = public_cycle(session, visitors.slug)
    assert calendar_of(session, cycle).spans[Phase.VOTE].ends_at > now + timedelta(weeks=3)
    part = parts_of(session, cycle)[-1]
    code = next(one.code for one in visitors.codes if one.place == part.name)
    chosen = [one.code for one in projects_of(session, cycle) if one.part_code == part.code][:2]
    credential = do(ANONYMOUS, take_credential, TakeCredential(cycle.slug, AccessCode(code)))
    ballot = CastBallot(
        cycle.slug, credential, 1, "0" * 32, {part.code: Choices((*chosen,))}, BallotChannel.WEB
    )
    do(ANONYMOUS, cast_ballot, ballot)
    key = read_key_files([str(runtime.settings.data_dir / TRUSTEES_KEY)])
    vote = prepared_vote(session, runtime, cycle.slug)
    (opened,) = open_box(session, vote, key, is_test=False).ballots
    assert opened.parts[part.code].projects == (*chosen,)


def test_estimates_are_near_the_truth_and_counts_are_not(larkenford: Flask) -> None:
    rows = compared()
    told = [row.is_covered for row in rows if row.is_covered is not None]
    assert len(told) >= 18
    assert mean(told) > 0.85
    assert agreement(rows) > 0.95 > 0.6 > agreement_of_counts(rows)
    exposure = [row.estimate.exposure_days for row in rows]
    weighted = sum(row.true_relative_rate * days for row, days in zip(rows, exposure, strict=True))
    assert weighted / sum(exposure) == pytest.approx(1)
    run = latest_run(current_session())
    assert run is not None
    assert run.parameters["census"] == ["share_65_plus", "median_income", "share_no_smartphone"]
    assert run.parameters["neighbours"] > len(rows)
    assert list(run.parameters["services"]) == ["Cleaning", "Roads"]
    page = larkenford.test_client().get("/demo/truth")
    assert page.status_code == 200
    assert f"{sum(told)} of {len(told)} districts" in page.text


def test_the_product_runs_without_the_truth(larkenford_settings: Settings) -> None:
    data_dir = larkenford_settings.data_dir
    files = b"".join(path.read_bytes() for path in data_dir.glob("city.sqlite3*"))
    truths = read_truth(data_dir)
    assert not any(struct.pack(">d", one.log_rate) in files for one in truths)
    kept = (data_dir / "truth.json").rename(data_dir / "elsewhere.json")
    try:
        client = create_app(larkenford_settings).test_client()
        assert client.get("/demo/truth").status_code == 404
        assert "made-up city" not in client.get("/").text
    finally:
        kept.rename(data_dir / "truth.json")


def test_contacts_are_sealed_and_open_with_the_key(larkenford_settings: Settings) -> None:
    files = b"".join(
        path.read_bytes() for path in larkenford_settings.data_dir.glob("city.sqlite3*")
    )
    with create_app(larkenford_settings).app_context():
        contacts = current_session().scalars(sa.select(Contact)).all()
        keyring = current_runtime().keyring
        opened = [keyring.open(one.sealed, one.service_request_id.bytes) for one in contacts]
    assert len(opened) > 300
    for fields in opened[:50]:
        assert not any(words.encode() in files for words in fields.values())


def test_a_building_that_was_cut_off_leaves_nothing(made_up: MadeUpCity, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with create_app(settings).app_context():
        upgrade(db.engine)
        empty = counts()
        # By the middle of the year the districts, services and accounts are written.
        half = replace(made_up.year, channel=made_up.year.channel[: len(made_up.year.channel) // 2])
        broken = replace(made_up, year=half)
        with pytest.raises(IndexError), unit_of_work(OPERATOR) as work:
            build_city(work, broken)
        assert counts() == empty
        assert current_session().get(City, 1) is None


def demo(data_dir: Path, **environment: str) -> Invoked:
    own = {"EVENWARD_DATA_DIR": str(data_dir), **environment}
    return CliRunner().invoke(main, ["demo", "--no-serve"], env=own)


def test_a_second_start_keeps_what_is_there(larkenford_settings: Settings) -> None:
    with create_app(larkenford_settings).app_context():
        before = counts()
        truth = (larkenford_settings.data_dir / "truth.json").read_bytes()
        again = demo(larkenford_settings.data_dir)
        assert again.exit_code == 0, again.output
        assert counts() == before
    assert (larkenford_settings.data_dir / "truth.json").read_bytes() == truth


def test_no_real_city_becomes_a_demo(sqlite_city: World) -> None:
    before = counts()
    refused = demo(sqlite_city.data_dir)
    assert refused.exit_code == 1
    assert "is not made up" in refused.output
    keys = {"EVENWARD_SECRET_KEYS": "s", "EVENWARD_FIELD_KEYS": FIELD_KEY, "EVENWARD_HASH_KEY": "h"}
    refused = demo(sqlite_city.data_dir, EVENWARD_MODE="production", **keys)
    assert refused.exit_code == 1
    assert "no part of a real city" in refused.output
    assert counts() == before


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_on_the_next_free_port_until_it_is_told_to_stop(
    larkenford_settings: Settings, tmp_path: Path, told: signal.Signals
) -> None:
    folder = tmp_path / "city"
    shutil.copytree(larkenford_settings.data_dir, folder)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with subprocess.Popen(
            [sys.executable, "-m", "backend", "demo", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, **environment_of(replace(larkenford_settings, data_dir=folder))},
            stdout=subprocess.PIPE,
            text=True,
            # A shell's background jobs, and all they start, are deaf to Ctrl-C.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        ) as server:
            try:
                address = address_told_by(server)
                assert int(address.rstrip("/").rpartition(":")[2]) > port
                assert "Larkenford" in page_at(address)
                wait_for_jobs(folder / "city.sqlite3")
                server.send_signal(told)
                assert server.wait(timeout=60) == 0
                # What a stopped server leaves is one file, whole by itself.
                assert not (folder / "city.sqlite3-wal").exists()
            finally:
                server.kill()


def environment_of(settings: Settings) -> dict[str, str]:
    return {
        "EVENWARD_DATA_DIR": str(settings.data_dir),
        "EVENWARD_SECRET_KEYS": settings.secret_keys[0],
        "EVENWARD_FIELD_KEYS": settings.field_keys[0],
        "EVENWARD_HASH_KEY": settings.hash_key,
    }


def address_told_by(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    said = ""
    while "Ctrl-C" not in said:
        said += server.stdout.readline() or pytest.fail(said)
    return said.partition("Open ")[2].split()[0]


def wait_for_jobs(database: Path) -> None:
    """What is under way at the end of a slow machine's seconds leaves a log beside the file."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as looking:
        for _ in range(1200):
            if looking.execute(UNDONE).fetchone() == (0,):
                return
            time.sleep(0.05)
    pytest.fail("its jobs do not end")


def page_at(address: str) -> str:
    """The page, as soon as somebody answers there."""
    for _ in range(400):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.05)
    return pytest.fail(f"nobody answers at {address}")
