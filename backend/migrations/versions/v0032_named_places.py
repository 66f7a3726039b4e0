"""Streets, addresses and landmarks by name."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "place_source",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_place_source"),
        sa.UniqueConstraint("name", name="uq_place_source_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "named_place",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("source_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("shape", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["place_source.id"], name="fk_named_place_source_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_named_place"),
    )
    op.create_index("ix_named_place_source_id", "named_place", ["source_id"])
    op.create_table(
        "address",
        sa.Column("place_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("is_exact", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["named_place.id"], name="fk_address_place_id"),
        sa.PrimaryKeyConstraint("place_id", "first", "number", name="pk_address"),
    )

    # The newest shape of each kind tells whether the ground is another.
    op.create_index("ix_ground_shape_kind_id", "ground_shape", ["kind", "id"])


def downgrade() -> None:
    op.drop_index("ix_ground_shape_kind_id", "ground_shape")
    for table in ("address", "named_place", "place_source"):
        op.drop_table(table)
