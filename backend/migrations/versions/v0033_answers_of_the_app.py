"""How well residents say it was dealt with, services in other languages, what a phone suggested."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outcome_rating",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("rater_hash", sa.String(length=64), nullable=True),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.Column("rated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="fk_outcome_rating_incident_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outcome_rating"),
        sa.UniqueConstraint(
            "incident_id", "rater_hash", name="uq_outcome_rating_incident_id_rater_hash"
        ),
    )
    op.create_index("ix_outcome_rating_rater_hash", "outcome_rating", ["rater_hash"])
    for table in ("service", "service_attribute"):
        op.add_column(table, sa.Column("translations", sa.JSON(), nullable=True))
    op.add_column(
        "service_request",
        sa.Column("suggested_service_code", sa.String(length=60), nullable=True),
    )
    op.add_column("service_request", sa.Column("language", sa.String(length=10), nullable=True))
    op.create_index("ix_service_request_reporter_hash", "service_request", ["reporter_hash"])
    op.create_index("ix_follower_follower_hash", "follower", ["follower_hash"])


def downgrade() -> None:
    op.drop_index("ix_follower_follower_hash", table_name="follower")
    op.drop_index("ix_service_request_reporter_hash", table_name="service_request")
    op.drop_column("service_request", "language")
    op.drop_column("service_request", "suggested_service_code")
    for table in ("service_attribute", "service"):
        op.drop_column(table, "translations")
    op.drop_index("ix_outcome_rating_rater_hash", table_name="outcome_rating")
    op.drop_table("outcome_rating")
