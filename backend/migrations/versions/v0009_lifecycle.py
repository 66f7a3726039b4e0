"""The whole life of an incident: its clock, who takes it, what is said, what the city decided."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


# What the columns a table had before stand for now, and the other way.
_NEW_STATES = {"waiting": "waiting_contractor"}
_OLD_STATES = {
    "assigned": "triaged",
    "scheduled": "triaged",
    "waiting_reporter": "waiting",
    "waiting_contractor": "waiting",
    "confirmed": "resolved",
    "handed_over": "refused",
    "outside": "refused",
}
# SQLite adds a reference with its column or not at all, so these are written out.
_REFERENCES = {"team_code": "team", "body_code": "body"}


def upgrade() -> None:
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column)
    _create_catalogue()
    for name, table in _REFERENCES.items():
        op.execute(
            f"ALTER TABLE incident ADD COLUMN {name} VARCHAR(60) "
            f"CONSTRAINT fk_incident_{name} REFERENCES {table} (code)"
        )
    op.create_index("ix_incident_changed_sequence", "incident", ["changed_sequence"])
    op.create_index("ix_incident_answered_at_due_at", "incident", ["answered_at", "due_at"])
    op.create_index("ix_incident_change_act_id", "incident_change", ["act_id"], unique=True)
    _create_conversation()
    _create_expected_time()
    _rename_states(_NEW_STATES)


def downgrade() -> None:
    _rename_states(_OLD_STATES)
    for table in ("expected_time", "moderated_text", "follower", "note", "comment"):
        op.drop_table(table)
    op.drop_index("ix_incident_change_act_id", "incident_change")
    op.drop_index("ix_incident_answered_at_due_at", "incident")
    op.drop_index("ix_incident_changed_sequence", "incident")
    for name in _REFERENCES:
        op.execute(f"ALTER TABLE incident DROP COLUMN {name}")
    for table in (
        "catalogue",
        "report_policy",
        "holiday",
        "routing_rule",
        "body",
        "team",
        "hazard_word",
        "service_attribute",
    ):
        op.drop_table(table)
    for table, columns in _added().items():
        for column in columns:
            op.drop_column(table, column.name)


def _added() -> dict[str, tuple[sa.Column[Any], ...]]:
    """The new columns of tables that were there before."""
    return {
        "service": (
            sa.Column(
                "counts_working_days", sa.Boolean(), nullable=False, server_default=sa.false()
            ),
            sa.Column("duplicate_metres", sa.Integer(), nullable=False, server_default="50"),
            sa.Column("public_grid_metres", sa.Integer(), nullable=True),
            sa.Column("retention_days", sa.Integer(), nullable=True),
            sa.Column("notice", sa.String(length=500), nullable=True),
        ),
        "incident": (
            sa.Column("changed_sequence", ROW_ID, nullable=False, server_default="0"),
            sa.Column("own_severity_band", sa.Integer(), nullable=True),
            sa.Column("due_at", MOMENT, nullable=True),
            sa.Column("paused_at", MOMENT, nullable=True),
            sa.Column("paused_seconds", sa.Double(), nullable=False, server_default="0"),
            sa.Column("answered_at", MOMENT, nullable=True),
            sa.Column("assignee", sa.String(length=80), nullable=True),
            sa.Column("scheduled_for", sa.Date(), nullable=True),
            sa.Column("appealed_against", sa.String(length=80), nullable=True),
        ),
        "incident_change": (
            sa.Column("from_value", sa.String(length=80), nullable=True),
            sa.Column("to_value", sa.String(length=80), nullable=True),
            sa.Column("author_hash", sa.String(length=64), nullable=True),
            sa.Column("act_id", sa.Uuid(), nullable=True),
        ),
        "queue_entry": (sa.Column("paused_epoch", sa.Double(), nullable=True),),
        "service_request": (sa.Column("attributes", sa.JSON(), nullable=True),),
    }


def _rename_states(names: dict[str, str]) -> None:
    for table, column in (
        ("incident", "state"),
        ("incident_change", "from_state"),
        ("incident_change", "to_state"),
    ):
        states = sa.table(table, sa.column(column))
        for before, after in names.items():
            old = states.c[column] == before
            op.execute(sa.update(states).where(old).values({column: after}))


def _create_catalogue() -> None:
    op.create_table(
        "service_attribute",
        sa.Column("service_code", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("datatype", sa.String(length=20), nullable=False),
        sa.Column("is_question", sa.Boolean(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("datatype_description", sa.String(length=500), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_code"], ["service.code"], name="fk_service_attribute_service_code"
        ),
        sa.PrimaryKeyConstraint("service_code", "code", name="pk_service_attribute"),
        sa.UniqueConstraint(
            "service_code", "position", name="uq_service_attribute_service_code_position"
        ),
    )
    op.create_table(
        "hazard_word",
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("language", "word", name="pk_hazard_word"),
    )
    op.create_table(
        "team",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_team"),
    )
    op.create_table(
        "body",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("public_contact", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_body"),
    )
    op.create_table(
        "routing_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_code", sa.String(length=60), nullable=True),
        sa.Column("district_code", sa.String(length=60), nullable=True),
        sa.Column("team_code", sa.String(length=60), nullable=True),
        sa.Column("body_code", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "(team_code IS NULL) <> (body_code IS NULL)", name="ck_routing_rule_one_taker"
        ),
        sa.ForeignKeyConstraint(
            ["service_code"], ["service.code"], name="fk_routing_rule_service_code"
        ),
        sa.ForeignKeyConstraint(["team_code"], ["team.code"], name="fk_routing_rule_team_code"),
        sa.ForeignKeyConstraint(["body_code"], ["body.code"], name="fk_routing_rule_body_code"),
        sa.PrimaryKeyConstraint("id", name="pk_routing_rule"),
        sa.UniqueConstraint(
            "service_code", "district_code", name="uq_routing_rule_service_code_district_code"
        ),
    )
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_holiday"),
    )
    op.create_table(
        "report_policy",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("working_week", sa.String(length=7), nullable=False),
        sa.Column("confirm_days", sa.Integer(), nullable=False),
        sa.Column("links_repeats", sa.Boolean(), nullable=False),
        sa.Column("needs_photo_approval", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report_policy"),
    )
    op.create_table(
        "catalogue",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue"),
    )


def _create_conversation() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", ROW_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("author_hash", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_comment_incident_id"),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
    )
    op.create_index("ix_comment_incident_id", "comment", ["incident_id"])
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", ROW_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_note_incident_id"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
    )
    op.create_index("ix_note_incident_id", "note", ["incident_id"])
    op.create_table(
        "follower",
        sa.Column("service_request_id", sa.Uuid(), nullable=False),
        sa.Column("follower_hash", sa.String(length=64), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["service_request_id"], ["service_request.id"], name="fk_follower_service_request_id"
        ),
        sa.PrimaryKeyConstraint("service_request_id", "follower_hash", name="pk_follower"),
    )
    op.create_table(
        "moderated_text",
        sa.Column("service_request_id", sa.Uuid(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["service_request_id"],
            ["service_request.id"],
            name="fk_moderated_text_service_request_id",
        ),
        sa.PrimaryKeyConstraint("service_request_id", name="pk_moderated_text"),
    )


def _create_expected_time() -> None:
    op.create_table(
        "expected_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_code", sa.String(length=60), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("median_hours", sa.Double(), nullable=False),
        sa.Column("low_hours", sa.Double(), nullable=False),
        sa.Column("high_hours", sa.Double(), nullable=True),
        sa.Column("closings", sa.Integer(), nullable=False),
        sa.Column("computed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["service_code"], ["service.code"], name="fk_expected_time_service_code"
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name="fk_expected_time_district_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_expected_time"),
        sa.UniqueConstraint(
            "service_code", "district_id", name="uq_expected_time_service_code_district_id"
        ),
    )
