"""Acts of the desk that can be taken back for a while, and places in the queue given by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "desk_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_bulk", sa.Boolean(), nullable=False),
        sa.Column("after", sa.String(length=20), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_desk_act"),
    )
    op.create_index("ix_desk_act_is_bulk_at", "desk_act", ["is_bulk", "at"])
    op.create_table(
        "desk_act_item",
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stood", sa.JSON(), nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("act_id", "incident_id", name="pk_desk_act_item"),
        sa.ForeignKeyConstraint(["act_id"], ["desk_act.id"], name="fk_desk_act_item_act_id"),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="fk_desk_act_item_incident_id"
        ),
    )
    op.create_index("ix_desk_act_item_incident_id", "desk_act_item", ["incident_id"])
    op.create_table(
        "queue_override",
        sa.Column("incident_id", ROW_ID, nullable=False),
        sa.Column("raised", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("incident_id", name="pk_queue_override"),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="fk_queue_override_incident_id"
        ),
        sa.CheckConstraint("raised IN (-1, 1)", name="ck_queue_override_raised"),
    )
    op.add_column(
        "queue_entry", sa.Column("raised", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    op.drop_column("queue_entry", "raised")
    op.drop_table("queue_override")
    op.drop_index("ix_desk_act_item_incident_id", "desk_act_item")
    op.drop_table("desk_act_item")
    op.drop_index("ix_desk_act_is_bulk_at", "desk_act")
    op.drop_table("desk_act")
