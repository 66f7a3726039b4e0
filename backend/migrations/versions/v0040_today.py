"""Days that crews take with them and what they note on the way; visits meant for a day."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("sweep", sa.Column("entry_id", sa.Uuid(), nullable=True))
    op.add_column("outreach_visit", sa.Column("entry_id", sa.Uuid(), nullable=True))
    op.create_index("ix_outreach_visit_entry_id", "outreach_visit", ["entry_id"], unique=True)
    op.create_table(
        "sweep_outing",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("walked_on", sa.Date(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("taken_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["sweep_plan.id"], name="fk_sweep_outing_plan_id"),
        sa.PrimaryKeyConstraint("plan_id", "day", name="pk_sweep_outing"),
    )
    op.create_index("ix_sweep_outing_walked_on", "sweep_outing", ["walked_on"])
    op.create_table(
        "sweep_note",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=True),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.Column("noted_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id", "day", "place"],
            ["sweep_stop.plan_id", "sweep_stop.day", "sweep_stop.place"],
            name="fk_sweep_note_plan_id_day_place",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sweep_note"),
        sa.UniqueConstraint("entry_id", name="uq_sweep_note_entry_id"),
    )
    op.create_index("ix_sweep_note_plan_id_day", "sweep_note", ["plan_id", "day"])
    op.create_table(
        "outreach_outing",
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("taken_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name="fk_outreach_outing_district_id"
        ),
        sa.PrimaryKeyConstraint("visit_on", "district_id", name="pk_outreach_outing"),
    )


def downgrade() -> None:
    for table in ("outreach_outing", "sweep_note", "sweep_outing"):
        op.drop_table(table)
    op.drop_index("ix_outreach_visit_entry_id", "outreach_visit")
    op.drop_column("outreach_visit", "entry_id")
    op.drop_column("sweep", "entry_id")
