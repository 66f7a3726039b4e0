"""Photos of more than reports, with words for whoever cannot see them."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

PHOTO = sa.table(
    "photo",
    sa.column("id"),
    sa.column("subject_kind"),
    sa.column("subject_id"),
    sa.column("subject_number"),
    sa.column("is_claimed"),
)
DECISION = sa.table("photo_decision", sa.column("photo_id"))
REQUEST = sa.table("service_request", sa.column("id"), sa.column("number"))


def upgrade() -> None:
    op.drop_index("ix_photo_request_id", "photo")
    op.alter_column("photo", "request_id", new_column_name="subject_id")
    for column in (
        sa.Column("subject_kind", sa.String(length=12), nullable=False, server_default="report"),
        sa.Column("subject_number", sa.String(length=160), nullable=True),
        sa.Column("alt_text", sa.String(length=300), nullable=True),
    ):
        op.add_column("photo", column)
    op.create_index("ix_photo_subject_id", "photo", ["subject_id"])
    number = sa.select(REQUEST.c.number).where(REQUEST.c.id == PHOTO.c.subject_id)
    named = sa.update(PHOTO).where(PHOTO.c.is_claimed)
    op.execute(named.values(subject_number=number.scalar_subquery()))


def downgrade() -> None:
    # Their pictures stay in the store, where nothing names them any more.
    others = sa.select(PHOTO.c.id).where(PHOTO.c.subject_kind != "report")
    op.execute(sa.delete(DECISION).where(DECISION.c.photo_id.in_(others)))
    op.execute(sa.delete(PHOTO).where(PHOTO.c.subject_kind != "report"))
    op.drop_index("ix_photo_subject_id", "photo")
    for name in ("alt_text", "subject_number", "subject_kind"):
        op.drop_column("photo", name)
    op.alter_column("photo", "subject_id", new_column_name="request_id")
    op.create_index("ix_photo_request_id", "photo", ["request_id"])
