"""What a rate becomes with more left out, what silence is judged by, and the fit itself."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_OF_AREAS: tuple[tuple[str, sa.types.TypeEngine[Any]], ...] = (
    ("effective_duplicates", sa.Double()),
    ("recent_reports", sa.Integer()),
    ("least_expected", sa.Integer()),
    ("later_rate", sa.Double()),
    ("later_low", sa.Double()),
    ("later_high", sa.Double()),
    ("later_grade", sa.String(length=1)),
)


def upgrade() -> None:
    op.add_column("rate_run", sa.Column("fitted", sa.Text(), nullable=True))
    for name, kind in _OF_AREAS:
        op.add_column("area_rate", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name, _ in reversed(_OF_AREAS):
        op.drop_column("area_rate", name)
    op.drop_column("rate_run", "fitted")
