"""Every migration up and down with rows in every table, on both databases."""

from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from every_table import fill_every_table
from worlds import World

from backend.core.actors import OPERATOR
from backend.core.db import Base, current_session, db
from backend.core.schema import current_revision, downgrade, is_ours, newest_revision, upgrade
from backend.core.uow import unit_of_work
from backend.reports.models import Incident
from backend.reports.near import open_incidents_near

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
        "expected_time",
    },
    "0010": {"exposure", "incident_merge", "merged_request"},
    "0011": {"photo", "photo_decision"},
    "0012": {"resident_account", "account_device", "sign_in_code", "resident_session"},
    "0013": {
        "api_key",
        "push_target",
        "keyed_request",
        "received_update",
        "unplaced_report",
    },
    "0014": {"webhook", "webhook_delivery"},
    "0015": {"update_picture"},
    "0016": set(),
    "0017": {"election_file"},
    "0018": {"cycle", "cycle_part", "cycle_phase", "cycle_date_move", "cycle_project"},
    "0019": {
        "proposal",
        "proposal_proposer",
        "proposal_contact",
        "proposal_invitation",
        "proposal_origin",
        "proposal_change",
        "proposal_translation",
        "proposal_endorsement",
        "proposal_comment",
        "proposal_finding",
        "proposal_outcome",
        "proposal_cost_change",
        "proposal_pack",
        "rearrangement",
        "rearrangement_origin",
        "rearrangement_consent",
    },
    "0020": {"voting_secret", "roll_entry", "vote_code", "sealed_ballot", "counted_part"},
    "0021": {"paper_batch", "paper_doubt", "paper_sheet", "paper_keying"},
    "0022": {
        "project_delivery",
        "project_milestone",
        "spending_purpose",
        "project_spending",
        "project_change",
    },
    "0023": set(),
    "0024": set(),
    "0025": set(),
    "0026": set(),
    "0027": {"preregistration", "finding"},
    "0028": {
        "sweep_plan",
        "sweep_stop",
        "sweep",
        "swept_stop",
        "sweep_find",
        "outreach_visit",
    },
    "0029": set(),
    "0030": set(),
    "0031": {
        "notice_resident",
        "notice_name",
        "notice_registration",
        "notice_code",
        "notice_carrier",
        "notice",
    },
    "0032": {"place_source", "named_place", "address"},
    "0033": {"outcome_rating"},
    "0034": set(),
    "0035": {"entered_report", "lead"},
    "0036": {"answer_template"},
    "0037": {"map_cell"},
    "0038": {"saved_view"},
    "0039": {"desk_act", "desk_act_item", "queue_override"},
    "0040": {"sweep_outing", "sweep_note", "outreach_outing"},
    "0041": set(),
    "0043": {"lead_picture"},
    "0044": set(),
    "0045": set(),
    "0046": set(),
    "0047": {"field_key_mark"},
}

# PostGIS's own column type is not one SQLAlchemy knows by name; nothing of ours reads it back.
pytestmark = [
    pytest.mark.both,
    pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry'"),
]


@pytest.mark.slow
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
        assert the_index_finds_every_open_incident()
    downgrade(db.engine, "base")
    assert rows_by_table() == {}
    with db.engine.connect() as connection:
        assert current_revision(connection) is None


def test_the_model_is_what_the_migrations_make(city: World) -> None:
    with db.engine.connect() as connection:
        options = {"include_object": is_ours, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def rows_by_table() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table there is, without the columns only one database has."""
    with db.engine.connect() as connection:
        names = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
        return {
            name: sorted(
                (
                    {key: value for key, value in row._mapping.items() if key != "position"}
                    # As the database gives them: to learn every column's type takes far longer.
                    for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))
                ),
                key=repr,
            )
            for name in names
            if is_ours(None, name, "table", True, None)
        }


def as_wide_as(rows: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with only the columns that `other`, of an older revision, has too."""
    narrow = [{key: row[renamed(key, row)] for key in other[0]} for row in rows] if other else []
    return sorted(narrow, key=repr)


def renamed(column: str, row: dict[str, Any]) -> str:
    """What a column of an older revision is called in a row of a newer one."""
    return column if column in row else {"request_id": "subject_id"}[column]


def the_index_finds_every_open_incident() -> bool:
    """Of the spatial index, made anew over rows that were there."""
    session = current_session()
    incidents = session.scalars(sa.select(Incident)).all()
    found = {
        near.id
        for one in incidents
        for near in open_incidents_near(session, one.lon, one.lat, 1.0, one.service_code)
    }
    is_open = {one.id for one in incidents if one.closed_at is None}
    session.rollback()
    return found == is_open
