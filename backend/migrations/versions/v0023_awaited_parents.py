"""What an imported request repeats while that is not here yet."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

AWAITING = sa.text("awaited_parent IS NOT NULL")


def upgrade() -> None:
    op.add_column(
        "service_request", sa.Column("awaited_parent", sa.String(length=120), nullable=True)
    )
    op.create_index(
        "ix_service_request_awaiting",
        "service_request",
        ["source", "awaited_parent"],
        sqlite_where=AWAITING,
        postgresql_where=AWAITING,
    )


def downgrade() -> None:
    op.drop_index("ix_service_request_awaiting", "service_request")
    op.drop_column("service_request", "awaited_parent")
