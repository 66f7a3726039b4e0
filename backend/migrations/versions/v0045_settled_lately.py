"""What was settled lately is counted from an index; whatever is open has no part in it."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_NAME, _IS_CLOSED = "ix_incident_closed", sa.text("closed_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        _NAME,
        "incident",
        ["closed_at", "state"],
        sqlite_where=_IS_CLOSED,
        postgresql_where=_IS_CLOSED,
    )


def downgrade() -> None:
    op.drop_index(_NAME, "incident")
