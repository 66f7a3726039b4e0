"""Whose census figures they are, of when, under which licence, and how sure they are."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("census_figure", sa.Column("margin", sa.Double(), nullable=True))
    for name, length in (("census_vintage", 60), ("census_licence", 200)):
        op.add_column("boundary_set", sa.Column(name, sa.String(length=length), nullable=True))


def downgrade() -> None:
    op.drop_column("boundary_set", "census_licence")
    op.drop_column("boundary_set", "census_vintage")
    op.drop_column("census_figure", "margin")
