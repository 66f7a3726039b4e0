"""Residents' accounts by code."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "resident_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("reporter_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_resident_account"),
        sa.UniqueConstraint("address_hash", name="uq_resident_account_address_hash"),
        sa.UniqueConstraint("reporter_hash", name="uq_resident_account_reporter_hash"),
    )
    op.create_table(
        "account_device",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["resident_account.id"], name="fk_account_device_account_id"
        ),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_account_device_device_id"),
        sa.PrimaryKeyConstraint("device_id", name="pk_account_device"),
    )
    op.create_index("ix_account_device_account_id", "account_device", ["account_id"])
    op.create_table(
        "sign_in_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_code"),
        sa.UniqueConstraint("address_hash", name="uq_sign_in_code_address_hash"),
    )
    op.create_table(
        "resident_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["resident_account.id"], name="fk_resident_session_account_id"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_resident_session"),
    )
    op.create_index("ix_resident_session_account_id", "resident_session", ["account_id"])


def downgrade() -> None:
    op.drop_table("resident_session")
    op.drop_table("sign_in_code")
    op.drop_table("account_device")
    op.drop_table("resident_account")
