"""Fitted reporting rates."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rate_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fitted_at", MOMENT, nullable=False),
        sa.Column("boundary_set_id", sa.Integer(), nullable=False),
        sa.Column("data_from", MOMENT, nullable=False),
        sa.Column("data_until", MOMENT, nullable=False),
        sa.Column("data_sha256", sa.String(length=64), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["boundary_set_id"], ["boundary_set.id"], name="fk_rate_run_boundary_set_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rate_run"),
    )
    op.create_table(
        "area_rate",
        sa.Column("rate_run_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("service_code", sa.String(length=60), nullable=False),
        sa.Column("relative_rate", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("incidents", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("exposure_days", sa.Double(), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name="fk_area_rate_district_id"),
        sa.ForeignKeyConstraint(["rate_run_id"], ["rate_run.id"], name="fk_area_rate_rate_run_id"),
        sa.PrimaryKeyConstraint("rate_run_id", "district_id", "service_code", name="pk_area_rate"),
    )


def downgrade() -> None:
    op.drop_table("area_rate")
    op.drop_table("rate_run")
