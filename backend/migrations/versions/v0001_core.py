"""Jobs and the decision log, which the database itself keeps append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_APPEND_ONLY = {
    "sqlite": (
        """CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision BEGIN
             SELECT raise(ABORT, 'the decision log is append-only');
           END""",
        """CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision BEGIN
             SELECT raise(ABORT, 'the decision log is append-only');
           END""",
        # REPLACE deletes the old row without firing the trigger above.
        """CREATE TRIGGER decision_no_replace BEFORE INSERT ON decision
           WHEN EXISTS (SELECT 1 FROM decision WHERE sequence = new.sequence OR hash = new.hash)
           BEGIN SELECT raise(ABORT, 'the decision log is append-only'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION refuse_decision_change() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN RAISE EXCEPTION 'the decision log is append-only'; END $$""",
        """CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
           FOR EACH STATEMENT EXECUTE FUNCTION refuse_decision_change()""",
    ),
}


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_state_due_at", "job", ["state", "due_at"])
    op.create_table(
        "decision",
        sa.Column("sequence", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_decision"),
        sa.UniqueConstraint("hash", name="uq_decision_hash"),
    )
    op.create_index("ix_decision_subject", "decision", ["subject"])
    op.create_table(
        "decision_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", ROW_ID, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision_head"),
    )
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER decision_append_only ON decision")
        op.execute("DROP FUNCTION refuse_decision_change")
    op.drop_table("decision_head")
    op.drop_table("decision")
    op.drop_table("job")
