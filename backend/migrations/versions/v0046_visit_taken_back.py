"""A visit that was recorded by mistake is taken back, and its form stays known."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("outreach_visit", sa.Column("taken_back_at", moment, nullable=True))


def downgrade() -> None:
    # Without the column they would count as visits again.
    op.execute("DELETE FROM outreach_visit WHERE taken_back_at IS NOT NULL")
    op.drop_column("outreach_visit", "taken_back_at")
