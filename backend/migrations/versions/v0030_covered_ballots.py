"""How often words on a settled ballot were covered, so that nobody shows what was there before."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    covered = sa.Column("times_covered", sa.Integer(), nullable=False, server_default="0")
    op.add_column("cycle", covered)


def downgrade() -> None:
    op.drop_column("cycle", "times_covered")
