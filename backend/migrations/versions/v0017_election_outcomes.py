"""Elections by any rule: every column of their files, what was published, and what was found."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# All that was counted before was counted by greedy, whatever rule the file named.
BY_GREEDY = ("greedy", "greedy-no-skip")


def upgrade() -> None:
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column)
    election = sa.table("election", sa.column("named_rule"), sa.column("is_comparison"))
    other = election.c.named_rule.not_in(BY_GREEDY)
    op.execute(sa.update(election).where(other).values(is_comparison=sa.true()))
    op.create_table(
        "election_file",
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name="fk_election_file_election_id"
        ),
        sa.PrimaryKeyConstraint("election_id", "name", name="pk_election_file"),
    )


def downgrade() -> None:
    op.drop_table("election_file")
    for table, columns in _added().items():
        for column in columns:
            op.drop_column(table, column.name)


def _added() -> dict[str, tuple[sa.Column[Any], ...]]:
    """The new columns of tables that were there before."""
    return {
        "election": (
            sa.Column("is_comparison", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("is_held_here", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("analysis", sa.JSON(), nullable=True),
        ),
        "election_project": (
            sa.Column("selected", sa.Integer(), nullable=True),
            sa.Column("neighborhood", sa.Text(), nullable=True),
            sa.Column("subunit", sa.Text(), nullable=True),
            sa.Column("latitude", sa.Double(), nullable=True),
            sa.Column("longitude", sa.Double(), nullable=True),
            sa.Column("further", sa.JSON(), nullable=True),
        ),
    }
