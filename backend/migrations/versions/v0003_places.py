"""The city, its districts in versions, their census, and the ground map."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "city",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("jurisdiction_id", sa.String(length=120), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("emergency_number", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_city"),
    )
    op.create_table(
        "boundary_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_name", sa.String(length=200), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("census_source", sa.String(length=200), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_boundary_set"),
    )
    op.create_table(
        "district",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("boundary_set_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("shape", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["boundary_set_id"], ["boundary_set.id"], name="fk_district_boundary_set_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_district"),
        sa.UniqueConstraint("boundary_set_id", "code", name="uq_district_boundary_set_id_code"),
    )
    op.create_table(
        "census_figure",
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name="fk_census_figure_district_id"
        ),
        sa.PrimaryKeyConstraint("district_id", "measure", name="pk_census_figure"),
    )
    op.create_table(
        "ground_shape",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("shape", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ground_shape"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("ground_shape")
    op.drop_table("census_figure")
    op.drop_table("district")
    op.drop_table("boundary_set")
    op.drop_table("city")
