"""A mark of each key that seals personal fields, so that another one is refused at the start."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Marks are made at the next start, which has the keys.
    op.create_table(
        "field_key_mark",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_field_key_mark"),
    )


def downgrade() -> None:
    op.drop_table("field_key_mark")
