"""Finished elections, their ballots and who took part."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "election",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("vote_type", sa.String(length=20), nullable=False),
        sa.Column("named_rule", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("money_scale", sa.Integer(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("meta", sa.JSON(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=True),
        sa.Column("rule_parameters", sa.JSON(), nullable=True),
        sa.Column("transcript_sha256", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_election"),
        sa.UniqueConstraint("slug", name="uq_election_slug"),
        sa.UniqueConstraint("source_sha256", name="uq_election_source_sha256"),
    )
    op.create_table(
        "election_project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("is_winner", sa.Boolean(), nullable=False),
        sa.Column("is_official", sa.Boolean(), nullable=True),
        sa.Column("verdict", sa.String(length=30), nullable=True),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name="fk_election_project_election_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_election_project"),
        sa.UniqueConstraint("election_id", "code", name="uq_election_project_election_id_code"),
    )
    op.create_index("ix_election_project_election_id", "election_project", ["election_id"])
    op.create_table(
        "ballot",
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name="fk_ballot_election_id"),
        sa.PrimaryKeyConstraint("election_id", "id", name="pk_ballot"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "participation",
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=60), nullable=False),
        sa.Column("group_name", sa.String(length=120), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name="fk_participation_election_id"
        ),
        sa.PrimaryKeyConstraint("election_id", "dimension", "group_name", name="pk_participation"),
    )


def downgrade() -> None:
    op.drop_table("participation")
    op.drop_table("ballot")
    op.drop_table("election_project")
    op.drop_table("election")
