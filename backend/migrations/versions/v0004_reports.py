"""Services, incidents, requests, and what happened to them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "service",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("group_name", sa.String(length=120), nullable=False),
        sa.Column("keywords", sa.String(length=300), nullable=False),
        sa.Column("severity_band", sa.Integer(), nullable=False),
        sa.Column("target_hours", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("severity_band BETWEEN 0 AND 4", name="ck_service_severity_band"),
        sa.CheckConstraint("target_hours > 0", name="ck_service_target_hours"),
        sa.PrimaryKeyConstraint("code", name="pk_service"),
    )
    op.create_table(
        "incident",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("service_code", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("request_count", sa.Integer(), nullable=False),
        sa.Column("merged_into_id", ROW_ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name="fk_incident_district_id"),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["incident.id"], name="fk_incident_merged_into_id"
        ),
        sa.ForeignKeyConstraint(
            ["service_code"], ["service.code"], name="fk_incident_service_code"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sa.UniqueConstraint("number", name="uq_incident_number"),
    )
    op.create_index("ix_incident_district_id", "incident", ["district_id"])
    op.create_index("ix_incident_state_service_code", "incident", ["state", "service_code"])
    op.create_table(
        "service_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("incident_id", ROW_ID, nullable=False),
        sa.Column("service_code", sa.String(length=60), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("reporter_hash", sa.String(length=64), nullable=True),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("source", sa.String(length=60), nullable=True),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name="fk_service_request_district_id"
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="fk_service_request_incident_id"
        ),
        sa.ForeignKeyConstraint(
            ["service_code"], ["service.code"], name="fk_service_request_service_code"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_service_request"),
        sa.UniqueConstraint("number", name="uq_service_request_number"),
        sa.UniqueConstraint("source", "external_id", name="uq_service_request_source_external_id"),
    )
    op.create_index("ix_service_request_incident_id", "service_request", ["incident_id"])
    op.create_table(
        "contact",
        sa.Column("service_request_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_request_id"], ["service_request.id"], name="fk_contact_service_request_id"
        ),
        sa.PrimaryKeyConstraint("service_request_id", name="pk_contact"),
    )
    op.create_table(
        "inspection",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("incident_id", ROW_ID, nullable=False),
        sa.Column("inspected_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_inspection_incident_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inspection"),
    )
    op.create_index("ix_inspection_incident_id", "inspection", ["incident_id"])
    op.create_table(
        "incident_change",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("incident_id", ROW_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="fk_incident_change_incident_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_incident_change"),
    )
    op.create_index("ix_incident_change_incident_id", "incident_change", ["incident_id"])


def downgrade() -> None:
    op.drop_table("incident_change")
    op.drop_table("inspection")
    op.drop_table("contact")
    op.drop_table("service_request")
    op.drop_table("incident")
    op.drop_table("service")
