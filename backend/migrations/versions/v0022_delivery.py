"""What becomes of winning projects: plans, spending, and what a second look found."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What a city begins with; it may close these and add its own.
PURPOSES = {
    "planning": "Planning and permits",
    "land": "Land and rights",
    "works": "Building works",
    "equipment": "Equipment and furniture",
    "greenery": "Trees and planting",
    "access": "Access for everybody",
    "supervision": "Supervision and safety",
    "participation": "Asking and informing people",
    "upkeep": "Upkeep",
    "reassessment": "Looking again",
    "other": "Anything else",
}


def upgrade() -> None:
    op.create_table(
        "project_delivery",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deliverer", sa.String(length=200), nullable=True),
        sa.Column("public_contact", sa.String(length=300), nullable=True),
        sa.Column("first_reassess_on", sa.Date(), nullable=True),
        sa.Column("reassess_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=20), nullable=True),
        sa.Column("result_words", sa.Text(), nullable=True),
        sa.Column("reassessed_at", MOMENT, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["cycle_project.id"], name="fk_project_delivery_project_id"
        ),
        sa.PrimaryKeyConstraint("project_id", name="pk_project_delivery"),
    )
    op.create_table(
        "project_milestone",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project_delivery.project_id"],
            name="fk_project_milestone_project_id",
        ),
        sa.PrimaryKeyConstraint("project_id", "number", name="pk_project_milestone"),
    )
    purpose = op.create_table(
        "spending_purpose",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_spending_purpose"),
    )
    rows = [{"code": code, "name": name, "is_open": True} for code, name in PURPOSES.items()]
    op.bulk_insert(purpose, rows)
    op.create_table(
        "project_spending",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("payee", sa.String(length=200), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("takes_back", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project_delivery.project_id"], name="fk_project_spending_project_id"
        ),
        sa.ForeignKeyConstraint(
            ["purpose"], ["spending_purpose.code"], name="fk_project_spending_purpose"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_project_spending"),
        sa.UniqueConstraint("project_id", "number", name="uq_project_spending_project_id_number"),
        sa.UniqueConstraint(
            "project_id", "takes_back", name="uq_project_spending_project_id_takes_back"
        ),
    )
    op.create_table(
        "project_change",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("milestone", sa.Integer(), nullable=True),
        sa.Column("before", sa.String(length=200), nullable=True),
        sa.Column("after", sa.String(length=200), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project_delivery.project_id"], name="fk_project_change_project_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_project_change"),
    )
    op.create_index("ix_project_change_project_id", "project_change", ["project_id"])


def downgrade() -> None:
    op.drop_table("project_change")
    op.drop_table("project_spending")
    op.drop_table("spending_purpose")
    op.drop_table("project_milestone")
    op.drop_table("project_delivery")
