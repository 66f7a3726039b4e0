"""Who was told what they asked to be told; pictures of messages that their provider holds."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0041"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "entered_report",
        sa.Column("is_told_by_mail", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("entered_report", sa.Column("told_until", MOMENT, nullable=True))
    op.add_column("entered_report", sa.Column("told_by", sa.String(length=80), nullable=True))
    op.create_index(
        "ix_entered_report_may_tell_is_told_by_mail",
        "entered_report",
        ["may_tell", "is_told_by_mail"],
    )
    op.create_table(
        "lead_picture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name="fk_lead_picture_lead_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lead_picture"),
    )
    op.create_index("ix_lead_picture_lead_id", "lead_picture", ["lead_id"])


def downgrade() -> None:
    op.drop_table("lead_picture")
    op.drop_index("ix_entered_report_may_tell_is_told_by_mail", "entered_report")
    for name in ("told_by", "told_until", "is_told_by_mail"):
        op.drop_column("entered_report", name)
