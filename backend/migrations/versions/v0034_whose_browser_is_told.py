"""By which token an address for notices was left, so that it ends with the browser it is in."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "notice_registration", sa.Column("token_hash", sa.String(length=64), nullable=True)
    )
    op.create_index(
        "ix_notice_registration_token_hash", "notice_registration", ["token_hash"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_notice_registration_token_hash", table_name="notice_registration")
    op.drop_column("notice_registration", "token_hash")
