"""Photos of a report, and what was decided about them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("reporter_hash", sa.String(length=64), nullable=True),
        sa.Column("is_claimed", sa.Boolean(), nullable=False),
        sa.Column("is_cleared", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("received_bytes", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.JSON(), nullable=False),
        sa.Column("rendering_id", sa.Uuid(), nullable=True),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.Column("uncovered_id", sa.Uuid(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("picture_hash", sa.String(length=16), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "received_bytes BETWEEN 0 AND size_bytes", name="ck_photo_received_bytes"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_photo"),
        sa.UniqueConstraint("rendering_id", name="uq_photo_rendering_id"),
    )
    op.create_index("ix_photo_request_id", "photo", ["request_id"])
    op.create_index("ix_photo_state_changed_at", "photo", ["state", "changed_at"])
    op.create_table(
        "photo_decision",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name="fk_photo_decision_photo_id"),
        sa.PrimaryKeyConstraint("id", name="pk_photo_decision"),
    )
    op.create_index("ix_photo_decision_photo_id", "photo_decision", ["photo_id"])


def downgrade() -> None:
    op.drop_table("photo_decision")
    op.drop_table("photo")
