"""Ballots on paper: batches, sheets, and what was keyed."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


_BATCH = ["paper_batch.cycle_id", "paper_batch.number"]


def upgrade() -> None:
    op.create_table(
        "paper_batch",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("district", sa.String(length=60), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("checked_in", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=True),
        sa.Column("first_keyer", sa.String(length=80), nullable=True),
        sa.Column("second_keyer", sa.String(length=80), nullable=True),
        sa.Column("settler", sa.String(length=80), nullable=True),
        sa.Column("keyed", sa.Integer(), nullable=True),
        sa.Column("valid", sa.Integer(), nullable=True),
        sa.Column("invalid", sa.Integer(), nullable=True),
        sa.Column("blank", sa.Integer(), nullable=True),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("causes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_paper_batch_cycle_id"),
        sa.ForeignKeyConstraint(
            ["cycle_id", "district"],
            ["cycle_part.cycle_id", "cycle_part.code"],
            name="fk_paper_batch_cycle_id_district",
        ),
        sa.PrimaryKeyConstraint("cycle_id", "number", name="pk_paper_batch"),
    )
    op.create_table(
        "paper_doubt",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cycle_id", "batch"], _BATCH, name="fk_paper_doubt_cycle_id_batch"
        ),
        sa.PrimaryKeyConstraint("cycle_id", "batch", "number", name="pk_paper_doubt"),
    )
    op.create_table(
        "paper_sheet",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("sheet_hash", sa.String(length=64), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cycle_id", "batch"], _BATCH, name="fk_paper_sheet_cycle_id_batch"
        ),
        sa.PrimaryKeyConstraint("cycle_id", "sheet_hash", name="pk_paper_sheet"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paper_keying",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("look", sa.Integer(), nullable=False),
        sa.Column("sheet_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id", "batch"], _BATCH, name="fk_paper_keying_cycle_id_batch"
        ),
        sa.PrimaryKeyConstraint("cycle_id", "batch", "look", "sheet_hash", name="pk_paper_keying"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("paper_keying")
    op.drop_table("paper_sheet")
    op.drop_table("paper_doubt")
    op.drop_table("paper_batch")
