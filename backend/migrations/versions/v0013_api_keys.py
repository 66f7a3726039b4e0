"""Keys that other programs write with, what came in through them, and what they ask for most."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
INDEXED = {
    "service_request": ["requested_at", "id"],
    "incident_change": ["at"],
    "comment": ["at"],
}


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("issued_by", sa.String(length=80), nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("prefix", name="uq_api_key_prefix"),
        sa.UniqueConstraint("key_hash", name="uq_api_key_key_hash"),
    )
    op.create_table(
        "push_target",
        sa.Column("api_key_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("jurisdiction_id", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_key.id"], name="fk_push_target_api_key_id"),
        sa.PrimaryKeyConstraint("api_key_id", name="pk_push_target"),
    )
    op.create_table(
        "keyed_request",
        sa.Column("service_request_id", sa.Uuid(), nullable=False),
        sa.Column("api_key_id", sa.Uuid(), nullable=False),
        sa.Column("media_urls", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_key.id"], name="fk_keyed_request_api_key_id"),
        sa.ForeignKeyConstraint(
            ["service_request_id"],
            ["service_request.id"],
            name="fk_keyed_request_service_request_id",
        ),
        sa.PrimaryKeyConstraint("service_request_id", name="pk_keyed_request"),
    )
    op.create_table(
        "received_update",
        sa.Column("api_key_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("update_id", sa.String(length=60), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["api_key_id"], ["api_key.id"], name="fk_received_update_api_key_id"
        ),
        sa.PrimaryKeyConstraint("api_key_id", "external_id", name="pk_received_update"),
    )
    op.create_table(
        "unplaced_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("api_key_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("number", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["api_key_id"], ["api_key.id"], name="fk_unplaced_report_api_key_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_unplaced_report"),
    )
    for table, columns in INDEXED.items():
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def downgrade() -> None:
    for table, columns in INDEXED.items():
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
    for table in ("unplaced_report", "received_update", "keyed_request", "push_target", "api_key"):
        op.drop_table(table)
