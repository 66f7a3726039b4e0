"""Pictures that come with updates, and a dated trace of whatever the public sees change."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INCIDENT = sa.table("incident", sa.column("id"), sa.column("changed_at"), sa.column("closed_at"))
REQUEST = sa.table("service_request", sa.column("incident_id"), sa.column("requested_at"))


def upgrade() -> None:
    op.create_table(
        "update_picture",
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("service_request_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("reporter_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_request_id"],
            ["service_request.id"],
            name="fk_update_picture_service_request_id",
        ),
        sa.PrimaryKeyConstraint("act_id", "position", name="pk_update_picture"),
    )
    op.add_column("photo", sa.Column("act_id", sa.Uuid(), nullable=True))
    op.create_index("ix_photo_act_id", "photo", ["act_id"])
    # Until now neither a repeat nor a change after the closing moved the date that clients ask by.
    newest = (
        sa.select(sa.func.max(REQUEST.c.requested_at))
        .where(REQUEST.c.incident_id == INCIDENT.c.id)
        .scalar_subquery()
    )
    for moment in (INCIDENT.c.closed_at, newest):
        is_later = INCIDENT.c.changed_at < moment
        op.execute(sa.update(INCIDENT).where(is_later).values(changed_at=moment))
    op.create_index("ix_incident_changed_at", "incident", ["changed_at"])


def downgrade() -> None:
    op.drop_index("ix_incident_changed_at", "incident")
    op.drop_index("ix_photo_act_id", "photo")
    op.drop_column("photo", "act_id")
    op.drop_table("update_picture")
