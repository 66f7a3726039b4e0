"""Where residents want to be told of what they asked about, how they wish it, and what waits."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notice_resident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_until", sa.String(length=5), nullable=True),
        sa.Column("weekly_cap", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice_resident"),
    )
    op.create_table(
        "notice_name",
        sa.Column("person_hash", sa.String(length=64), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        _belongs("notice_name", "resident_id", "notice_resident"),
        sa.PrimaryKeyConstraint("person_hash", name="pk_notice_name"),
    )
    op.create_index("ix_notice_name_resident_id", "notice_name", ["resident_id"])
    op.create_table(
        "notice_registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        _belongs("notice_registration", "resident_id", "notice_resident"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_registration"),
    )
    for column in ("resident_id", "address_hash"):
        op.create_index(f"ix_notice_registration_{column}", "notice_registration", [column])
    op.create_table(
        "notice_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _belongs("notice_code", "registration_id", "notice_registration"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_code"),
        sa.UniqueConstraint("registration_id", name="uq_notice_code_registration_id"),
    )
    op.create_table(
        "notice_carrier",
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_notice_carrier"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=140), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("is_important", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("last_status", sa.String(length=40), nullable=True),
        _belongs("notice", "registration_id", "notice_registration"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("ix_notice_state_due_at", "notice", ["state", "due_at"])
    op.create_index("ix_notice_registration_id_subject", "notice", ["registration_id", "subject"])
    op.create_index("ix_notice_subject", "notice", ["subject"])


def downgrade() -> None:
    for table in (
        "notice",
        "notice_carrier",
        "notice_code",
        "notice_registration",
        "notice_name",
        "notice_resident",
    ):
        op.drop_table(table)


def _belongs(table: str, column: str, owner: str) -> sa.ForeignKeyConstraint:
    """Whoever goes takes along what belongs to them."""
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [f"{owner}.id"], name=name, ondelete="CASCADE")
