"""The roll and the box."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voting_secret",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_voting_secret_cycle_id"),
        sa.PrimaryKeyConstraint("cycle_id", name="pk_voting_secret"),
    )
    op.create_table(
        "roll_entry",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("voter_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("district", sa.String(length=60), nullable=True),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("batch", sa.String(length=40), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("email_hash", sa.String(length=64), nullable=True),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("nonce_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_roll_entry_cycle_id"),
        sa.PrimaryKeyConstraint("cycle_id", "voter_key", name="pk_roll_entry"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_roll_entry_cycle_id_code_hash", "roll_entry", ["cycle_id", "code_hash"], unique=True
    )
    op.create_table(
        "vote_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("is_of_voter", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_vote_code_cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_vote_code"),
        sa.UniqueConstraint("key", name="uq_vote_code_key"),
    )
    op.create_table(
        "sealed_ballot",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("box_key", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("attempt_hash", sa.String(length=64), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_sealed_ballot_cycle_id"),
        sa.PrimaryKeyConstraint("cycle_id", "box_key", name="pk_sealed_ballot"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counted_part",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("part_code", sa.String(length=60), nullable=False),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id", "part_code"],
            ["cycle_part.cycle_id", "cycle_part.code"],
            name="fk_counted_part_cycle_id_part_code",
        ),
        sa.ForeignKeyConstraint(
            ["election_id"], ["election.id"], name="fk_counted_part_election_id"
        ),
        sa.PrimaryKeyConstraint("cycle_id", "part_code", name="pk_counted_part"),
        sa.UniqueConstraint("election_id", name="uq_counted_part_election_id"),
    )


def downgrade() -> None:
    op.drop_table("counted_part")
    op.drop_table("sealed_ballot")
    op.drop_table("vote_code")
    op.drop_table("roll_entry")
    op.drop_table("voting_secret")
