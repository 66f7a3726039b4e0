"""The work queue and the weight sets."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "queue_entry",
        sa.Column("incident_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.Column("severity_band", sa.Integer(), nullable=False),
        sa.Column("opened_epoch", sa.Double(), nullable=False),
        sa.Column("target_seconds", sa.Double(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="fk_queue_entry_incident_id"
        ),
        sa.PrimaryKeyConstraint("incident_id", name="pk_queue_entry"),
    )
    op.create_index(
        "ix_queue_entry_is_outside_severity_band", "queue_entry", ["is_outside", "severity_band"]
    )
    op.create_table(
        "weight_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("strength", sa.Double(), nullable=False),
        sa.Column("rate_run", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_weight_set"),
        sa.UniqueConstraint("version", name="uq_weight_set_version"),
    )
    op.create_table(
        "district_weight",
        sa.Column("weight_set_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("median_rate", sa.Double(), nullable=True),
        sa.Column("upper_rate", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name="fk_district_weight_district_id"
        ),
        sa.ForeignKeyConstraint(
            ["weight_set_id"], ["weight_set.id"], name="fk_district_weight_weight_set_id"
        ),
        sa.PrimaryKeyConstraint("weight_set_id", "district_id", name="pk_district_weight"),
    )


def downgrade() -> None:
    op.drop_table("district_weight")
    op.drop_table("weight_set")
    op.drop_table("queue_entry")
