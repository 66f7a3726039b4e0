"""Who typed a resident's report, and the messages that may become one."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "entered_report",
        sa.Column("service_request_id", sa.Uuid(), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("may_tell", sa.Boolean(), nullable=False),
        sa.Column("batch", sa.String(length=40), nullable=True),
        sa.Column("sheet", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_request_id"],
            ["service_request.id"],
            name="fk_entered_report_service_request_id",
        ),
        sa.PrimaryKeyConstraint("service_request_id", name="pk_entered_report"),
        sa.UniqueConstraint("batch", "sheet", name="uq_entered_report_batch_sheet"),
    )
    op.create_table(
        "lead",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("external_hash", sa.String(length=64), nullable=False),
        sa.Column("sender_hash", sa.String(length=64), nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("is_danger", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_lead"),
        sa.UniqueConstraint("channel", "external_hash", name="uq_lead_channel_external_hash"),
    )
    op.create_index(
        "ix_lead_state_is_danger_received_at", "lead", ["state", "is_danger", "received_at"]
    )


def downgrade() -> None:
    op.drop_table("lead")
    op.drop_table("entered_report")
