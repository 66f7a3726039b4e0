"""Cycles of participatory budgeting: statement, parts, dates, and what is on the ballot."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("money_scale", sa.Integer(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("remit", sa.Text(), nullable=False),
        sa.Column("out_of_scope", sa.Text(), nullable=False),
        sa.Column("participation_level", sa.String(length=20), nullable=False),
        sa.Column("ballot_form", sa.JSON(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("budget_formula", sa.JSON(), nullable=True),
        sa.Column("budget_sources", sa.JSON(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("voting_key", sa.Text(), nullable=True),
        sa.Column("counted_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cycle"),
        sa.UniqueConstraint("slug", name="uq_cycle_slug"),
    )
    op.create_table(
        "cycle_part",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("share", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_cycle_part_cycle_id"),
        sa.PrimaryKeyConstraint("cycle_id", "code", name="pk_cycle_part"),
    )
    op.create_table(
        "cycle_phase",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_cycle_phase_cycle_id"),
        sa.PrimaryKeyConstraint("cycle_id", "phase", name="pk_cycle_phase"),
    )
    op.create_table(
        "cycle_date_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("old_starts_at", MOMENT, nullable=False),
        sa.Column("old_ends_at", MOMENT, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_cycle_date_move_cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cycle_date_move"),
    )
    op.create_index("ix_cycle_date_move_cycle_id", "cycle_date_move", ["cycle_id"])
    op.create_table(
        "cycle_project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("part_code", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("proposal_number", sa.String(length=10), nullable=True),
        sa.Column("is_winner", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_cycle_project_cycle_id"),
        sa.ForeignKeyConstraint(
            ["cycle_id", "part_code"],
            ["cycle_part.cycle_id", "cycle_part.code"],
            name="fk_cycle_project_cycle_id_part_code",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cycle_project"),
        sa.UniqueConstraint("cycle_id", "code", name="uq_cycle_project_cycle_id_code"),
    )
    op.create_index("ix_cycle_project_proposal_number", "cycle_project", ["proposal_number"])


def downgrade() -> None:
    op.drop_table("cycle_project")
    op.drop_table("cycle_date_move")
    op.drop_table("cycle_phase")
    op.drop_table("cycle_part")
    op.drop_table("cycle")
