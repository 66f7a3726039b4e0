"""Sweep plans and sweeps, visits, what a weight set would do, and weights that are held back."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("weight_set", sa.Column("preview", sa.JSON(), nullable=True))
    op.add_column("queue_entry", sa.Column("held_for", sa.String(length=8), nullable=True))
    op.create_table(
        "sweep_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("boundary_set_id", sa.Integer(), nullable=False),
        sa.Column("rate_run", sa.String(length=64), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(
            ["boundary_set_id"], ["boundary_set.id"], name="fk_sweep_plan_boundary_set_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sweep_plan"),
    )
    op.create_table(
        "sweep_stop",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("stretch", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("metres", sa.Double(), nullable=False),
        sa.Column("shape", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["sweep_plan.id"], name="fk_sweep_stop_plan_id"),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name="fk_sweep_stop_district_id"),
        sa.PrimaryKeyConstraint("plan_id", "day", "place", name="pk_sweep_stop"),
    )
    op.create_index("ix_sweep_stop_stretch", "sweep_stop", ["stretch"])
    op.create_table(
        "sweep",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("metres_walked", sa.Double(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["sweep_plan.id"], name="fk_sweep_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sweep"),
        sa.UniqueConstraint("plan_id", "day", name="uq_sweep_plan_id_day"),
    )
    op.create_table(
        "swept_stop",
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reported", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweep.id"], name="fk_swept_stop_sweep_id"),
        sa.PrimaryKeyConstraint("sweep_id", "place", name="pk_swept_stop"),
    )
    op.create_table(
        "sweep_find",
        sa.Column("sweep_id", ROW_ID, nullable=False),
        sa.Column("incident_id", ROW_ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("is_reported", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweep.id"], name="fk_sweep_find_sweep_id"),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_sweep_find_incident_id"),
        sa.PrimaryKeyConstraint("sweep_id", "incident_id", name="pk_sweep_find"),
    )
    op.create_table(
        "outreach_visit",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name="fk_outreach_visit_district_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outreach_visit"),
    )
    op.create_index("ix_outreach_visit_district_id", "outreach_visit", ["district_id"])


def downgrade() -> None:
    for table in ("outreach_visit", "sweep_find", "swept_stop", "sweep", "sweep_stop"):
        op.drop_table(table)
    op.drop_table("sweep_plan")
    op.drop_column("queue_entry", "held_for")
    op.drop_column("weight_set", "preview")
