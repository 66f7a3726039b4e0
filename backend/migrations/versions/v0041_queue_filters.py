"""What the queue is filtered by, copied into its entries; an index of who works on what is open."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
_IS_ASSIGNED = "closed_at IS NULL AND assignee IS NOT NULL"
_ORDER = (
    *("severity_band", "opened_epoch", "target_seconds", "weight", "raised"),
    *("paused_epoch", "placed_sequence", "incident_id"),
)
_INDEXES = {
    "ix_queue_entry_order": ["is_outside", *_ORDER, "state", "team_code"],
    "ix_queue_entry_service": ["is_outside", "service_code", "district_id", "late_at", *_ORDER],
    "ix_queue_entry_district": ["is_outside", "district_id", "late_at", *_ORDER],
}
_FILL = """
    UPDATE queue_entry
    SET (service_code, state, district_id, team_code, opened_at, late_at) = (
      SELECT i.service_code, i.state, i.district_id, i.team_code, i.opened_at,
             CASE WHEN i.paused_at IS NULL OR i.due_at < i.paused_at THEN i.due_at END
      FROM incident i WHERE i.id = queue_entry.incident_id)"""


def upgrade() -> None:
    for column in (
        sa.Column(
            "service_code", sa.String(length=60), nullable=False, server_default=sa.text("''")
        ),
        sa.Column("state", sa.String(length=20), nullable=False, server_default=sa.text("''")),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("team_code", sa.String(length=60), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("late_at", MOMENT, nullable=True),
    ):
        op.add_column("queue_entry", column)
    op.execute(_FILL)
    op.drop_index("ix_queue_entry_is_outside_severity_band", "queue_entry")
    for name, columns in _INDEXES.items():
        op.create_index(name, "queue_entry", columns)
    op.create_index(
        "ix_incident_assigned",
        "incident",
        ["assignee"],
        sqlite_where=sa.text(_IS_ASSIGNED),
        postgresql_where=sa.text(_IS_ASSIGNED),
    )


def downgrade() -> None:
    op.drop_index("ix_incident_assigned", "incident")
    for name in _INDEXES:
        op.drop_index(name, "queue_entry")
    op.create_index(
        "ix_queue_entry_is_outside_severity_band", "queue_entry", ["is_outside", "severity_band"]
    )
    for name in ("late_at", "opened_at", "team_code", "district_id", "state", "service_code"):
        op.drop_column("queue_entry", name)
