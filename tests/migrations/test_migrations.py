"""Every migration up and down with rows in every table, on both databases."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import shapely
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from worlds import ANALYST, IN_SE, STAFF, World, a_report

from backend.accounts.identify import register_device
from backend.accounts.sign_in import sign_in
from backend.audits.models import AreaRate, RateRun
from backend.ballots.import_election import import_election
from backend.core.actors import OPERATOR
from backend.core.db import Base, current_session, db
from backend.core.schema import current_revision, downgrade, is_ours, newest_revision, upgrade
from backend.core.uow import UnitOfWork, unit_of_work
from backend.places.describe_city import lay_ground
from backend.reports.commands import InspectionOutcome, LinkRepeat, RecordInspection
from backend.reports.file_report import file_report
from backend.reports.link_repeat import link_repeat
from backend.reports.models import (
    Body,
    Comment,
    Follower,
    HazardWord,
    Holiday,
    ModeratedText,
    Note,
    ReportPolicy,
    RoutingRule,
    ServiceAttribute,
    Team,
)
from backend.reports.near import open_incidents_near
from backend.reports.queries import find_request
from backend.reports.record_inspection import record_inspection
from backend.triage.weight_sets import ProposeWeights, propose_weights
from equity.reporting_rate import AreaRate as Fitted
from equity.reporting_rate import Grade

ELECTION = """META
key;value
description;Playgrounds
unit;Testwick
country;Nowhere
num_projects;2
num_votes;11
budget;10
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name
1;6;Swings
2;7;Slide
VOTES
voter_id;vote;sex
""" + "".join(f"{voter};{voter % 2 + 1};F\n" for voter in range(11))

NEW_TABLES = {
    "0001": {"job", "decision", "decision_head"},
    "0002": {"staff_account", "staff_session", "device"},
    "0003": {"city", "boundary_set", "district", "census_figure", "ground_shape"},
    "0004": {"service", "incident", "service_request", "contact", "inspection", "incident_change"},
    "0005": set(),
    "0006": {"queue_entry", "weight_set", "district_weight"},
    "0007": {"rate_run", "area_rate"},
    "0008": {"election", "election_project", "ballot", "participation"},
    "0009": {
        "service_attribute",
        "hazard_word",
        "team",
        "body",
        "routing_rule",
        "holiday",
        "report_policy",
        "catalogue",
        "comment",
        "note",
        "follower",
        "moderated_text",
    },
    "0010": set(),
    "0011": set(),
    "0012": set(),
    "0013": set(),
    "0014": set(),
}

# PostGIS's own column type is not one SQLAlchemy knows by name; nothing of ours reads it back.
pytestmark = pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry'")


def test_each_step_down_drops_its_own_rows_and_keeps_those_below(city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        fill_every_table(work)
    before = rows_by_table()
    assert [name for name, rows in before.items() if not rows] == []
    assert newest_revision() == max(NEW_TABLES)
    assert before.keys() == set().union(*NEW_TABLES.values())
    kept = set(before)
    for revision, undone in reversed(list(pairwise(NEW_TABLES))):
        kept -= NEW_TABLES[undone]
        downgrade(db.engine, revision)
        below = rows_by_table()
        assert below == {name: as_wide_as(before[name], below[name]) for name in kept}
        upgrade(db.engine)
        after = rows_by_table()
        assert after.keys() == before.keys()
        for name in before:
            assert as_wide_as(after[name], below.get(name, [])) == below.get(name, [])
        assert is_indexed_as(after["incident"])
    downgrade(db.engine, "base")
    assert rows_by_table() == {}
    with db.engine.connect() as connection:
        assert current_revision(connection) is None


def test_the_model_is_what_the_migrations_make(city: World) -> None:
    with db.engine.connect() as connection:
        options = {"include_object": is_ours, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def fill_every_table(work: UnitOfWork) -> None:
    number = file_report(work, a_report(1, contact={"name": "Somebody"})).number
    target = file_report(work, a_report(2)).number
    file_report(work, a_report(3, IN_SE))
    work.actor = STAFF
    record_inspection(work, RecordInspection(target, InspectionOutcome.FOUND))
    link_repeat(work, LinkRepeat(number, target, "the same hole"))
    lay_ground(work, "green", [("Park", shapely.box(10, 50, 10.01, 50.01))])
    sign_in(work, "analyst", "a lantern on the quay")
    register_device(work)
    work.enqueue("fit_rates")
    import_election(work, ELECTION.encode())
    run = RateRun(
        id=work.runtime.ids.uuid(),
        fitted_at=work.now,
        boundary_set_id=1,
        data_from=work.now - timedelta(days=9),
        data_until=work.now,
        data_sha256="0" * 64,
        parameters={"limit_days": 100},
    )
    work.session.add(run)
    work.session.flush()
    figures = {"reports": 3, "incidents": 2, "duplicates": 1, "exposure_days": 5.5, "grade": "C"}
    work.session.add(AreaRate(rate_run_id=run.id, district_id=1, service_code="", **figures))
    work.actor = ANALYST
    rates = [Fitted("1", Grade.C, 1, 2, 5.5, None, None, None)]
    propose_weights(work, ProposeWeights(str(run.id), rates, 1.0))
    talk_about(work, target)


def talk_about(work: UnitOfWork, number: str) -> None:
    """Rows of who takes reports, and of what is said about the one with `number`."""
    add = work.session.add_all
    report = find_request(work.session, number)
    incident, at, ids = report.incident_id, work.now, work.runtime.ids
    words = {"text": "Soon", "actor": STAFF.key, "at": at, "incident_id": incident}
    add([Team(code="ROADS", name="Roads"), Body(code="COUNTY", name="The county")])
    work.session.flush()
    add(
        [
            RoutingRule(service_code="POTHOLE", team_code="ROADS"),
            HazardWord(language="en", word="gas"),
            Holiday(day=at.date(), name="Founding day"),
            ReportPolicy(id=1),
            ServiceAttribute(
                service_code="POTHOLE",
                code="DEPTH",
                position=1,
                datatype="number",
                description="How deep?",
            ),
            Comment(id=ids.uuid(), kind="answer", **words),
            Note(id=ids.uuid(), **words),
            Follower(service_request_id=report.id, follower_hash="0" * 64, since=at),
            ModeratedText(
                service_request_id=report.id,
                description="A hole",
                reason="a name",
                actor=STAFF.key,
                at=at,
            ),
        ]
    )


def rows_by_table() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table there is, without the columns only one database has."""
    with db.engine.connect() as connection:
        found = sa.MetaData()
        found.reflect(connection, only=lambda name, _: is_ours(None, name, "table", True, None))
        return {
            table.name: sorted(
                (
                    {key: value for key, value in row._mapping.items() if key != "position"}
                    for row in connection.execute(sa.select(table))
                ),
                key=repr,
            )
            for table in found.tables.values()
            if table.name != "alembic_version"
        }


def as_wide_as(rows: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with only the columns that `other`, of an older revision, has too."""
    narrow = [{key: row[key] for key in other[0]} for row in rows] if other else []
    return sorted(narrow, key=repr)


def is_indexed_as(incidents: list[dict[str, Any]]) -> bool:
    """Whether the spatial index, made anew over rows that were there, finds each open incident."""
    session = current_session()
    found = {
        near.incident.id
        for one in incidents
        for near in open_incidents_near(session, one["lon"], one["lat"], 1.0, one["service_code"])
    }
    session.rollback()
    return found == {one["id"] for one in incidents if one["closed_at"] is None}
