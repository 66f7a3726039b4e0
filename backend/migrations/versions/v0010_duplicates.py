"""What is near and open, what was merged and can be parted, and who was shown what may be the same.

SQLite and PostgreSQL keep the same index of open incidents; the spatial indexes stay for boxes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN, STANDING = sa.text("closed_at IS NULL"), sa.text("undone_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_incident_open",
        "incident",
        ["service_code", "lat", "lon"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "exposure",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("incident_id", ROW_ID, nullable=False),
        sa.Column("service_code", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("reporter_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_exposure_incident_id"),
        sa.ForeignKeyConstraint(
            ["service_code"], ["service.code"], name="fk_exposure_service_code"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exposure"),
    )
    op.create_index("ix_exposure_incident_id", "exposure", ["incident_id"])
    op.create_table(
        "incident_merge",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("incident_id", ROW_ID, nullable=False),
        sa.Column("target_id", ROW_ID, nullable=False),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("appealed_against", sa.String(length=80), nullable=True),
        sa.Column("target_appealed_against", sa.String(length=80), nullable=True),
        sa.Column("target_opened_at", MOMENT, nullable=False),
        sa.Column("target_due_at", MOMENT, nullable=True),
        sa.Column("target_own_severity_band", sa.Integer(), nullable=True),
        sa.Column("joint_opened_at", MOMENT, nullable=False),
        sa.Column("joint_due_at", MOMENT, nullable=True),
        sa.Column("joint_own_severity_band", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="fk_incident_merge_incident_id"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["incident.id"], name="fk_incident_merge_target_id"),
        sa.PrimaryKeyConstraint("id", name="pk_incident_merge"),
    )
    op.create_index("ix_incident_merge_target_id", "incident_merge", ["target_id"])
    op.create_index(
        "ix_incident_merge_standing",
        "incident_merge",
        ["incident_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_table(
        "merged_request",
        sa.Column("merge_id", ROW_ID, nullable=False),
        sa.Column("service_request_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["incident_merge.id"], name="fk_merged_request_merge_id"
        ),
        sa.ForeignKeyConstraint(
            ["service_request_id"],
            ["service_request.id"],
            name="fk_merged_request_service_request_id",
        ),
        sa.PrimaryKeyConstraint("merge_id", "service_request_id", name="pk_merged_request"),
    )
    op.create_index(
        "ix_merged_request_service_request_id", "merged_request", ["service_request_id"]
    )


def downgrade() -> None:
    op.drop_table("merged_request")
    op.drop_table("incident_merge")
    op.drop_table("exposure")
    op.drop_index("ix_incident_open", "incident")
