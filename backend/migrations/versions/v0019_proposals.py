"""Proposals, from the first words to the ballot: words, people, reviews, packs."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rearrangement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("drafts", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_rearrangement_cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rearrangement"),
    )
    op.create_index("ix_rearrangement_cycle_id", "rearrangement", ["cycle_id"])
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("part_code", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("appealed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_proposal_cycle_id"),
        sa.ForeignKeyConstraint(
            ["cycle_id", "part_code"],
            ["cycle_part.cycle_id", "cycle_part.code"],
            name="fk_proposal_cycle_id_part_code",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.UniqueConstraint("number", name="uq_proposal_number"),
    )
    op.create_index("ix_proposal_cycle_id_state", "proposal", ["cycle_id", "state"])
    op.create_table(
        "proposal_change",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=30), nullable=True),
        sa.Column("to_state", sa.String(length=30), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("was", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_change_proposal_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_change"),
    )
    op.create_index("ix_proposal_change_proposal_id", "proposal_change", ["proposal_id"])
    op.create_table(
        "proposal_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("author_hash", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked", sa.String(length=10), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("hidden_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answers_id"], ["proposal_comment.id"], name="fk_proposal_comment_answers_id"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_comment_proposal_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_comment"),
    )
    op.create_index("ix_proposal_comment_author_hash", "proposal_comment", ["author_hash"])
    op.create_index("ix_proposal_comment_proposal_id", "proposal_comment", ["proposal_id"])
    op.create_table(
        "proposal_cost_change",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("old_cost", sa.BigInteger(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_cost_change_proposal_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_cost_change"),
    )
    op.create_index("ix_proposal_cost_change_proposal_id", "proposal_cost_change", ["proposal_id"])
    op.create_table(
        "proposal_endorsement",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("person_hash", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_endorsement_proposal_id"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "person_hash", name="pk_proposal_endorsement"),
    )
    op.create_index("ix_proposal_endorsement_person_hash", "proposal_endorsement", ["person_hash"])
    op.create_table(
        "proposal_finding",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_finding_proposal_id"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "round", "criterion", name="pk_proposal_finding"),
    )
    op.create_table(
        "proposal_invitation",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_invitation_proposal_id"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_proposal_invitation"),
    )
    op.create_index("ix_proposal_invitation_proposal_id", "proposal_invitation", ["proposal_id"])
    op.create_table(
        "proposal_origin",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["proposal.id"], name="fk_proposal_origin_origin_id"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_origin_proposal_id"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "origin_id", name="pk_proposal_origin"),
    )
    op.create_index("ix_proposal_origin_origin_id", "proposal_origin", ["origin_id"])
    op.create_table(
        "proposal_outcome",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reviewer", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_outcome_proposal_id"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "round", name="pk_proposal_outcome"),
    )
    op.create_table(
        "proposal_pack",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("pros", sa.JSON(), nullable=False),
        sa.Column("cons", sa.JSON(), nullable=False),
        sa.Column("cost_lines", sa.JSON(), nullable=False),
        sa.Column("minority_statements", sa.JSON(), nullable=False),
        sa.Column("is_undisputed", sa.Boolean(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_pack_proposal_id"
        ),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_proposal_pack"),
    )
    op.create_table(
        "proposal_proposer",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("person_hash", sa.String(length=64), nullable=True),
        sa.Column("display_name", sa.String(length=80), nullable=True),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_proposer_proposal_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_proposer"),
        sa.UniqueConstraint(
            "proposal_id", "person_hash", name="uq_proposal_proposer_proposal_id_person_hash"
        ),
    )
    op.create_index("ix_proposal_proposer_person_hash", "proposal_proposer", ["person_hash"])
    op.create_table(
        "proposal_translation",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_translation_proposal_id"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "language", name="pk_proposal_translation"),
    )
    op.create_table(
        "rearrangement_origin",
        sa.Column("rearrangement_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_rearrangement_origin_proposal_id"
        ),
        sa.ForeignKeyConstraint(
            ["rearrangement_id"],
            ["rearrangement.id"],
            name="fk_rearrangement_origin_rearrangement_id",
        ),
        sa.PrimaryKeyConstraint("rearrangement_id", "proposal_id", name="pk_rearrangement_origin"),
    )
    op.create_index("ix_rearrangement_origin_proposal_id", "rearrangement_origin", ["proposal_id"])
    op.create_table(
        "proposal_contact",
        sa.Column("proposer_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposer_id"], ["proposal_proposer.id"], name="fk_proposal_contact_proposer_id"
        ),
        sa.PrimaryKeyConstraint("proposer_id", name="pk_proposal_contact"),
    )
    op.create_table(
        "rearrangement_consent",
        sa.Column("rearrangement_id", sa.Uuid(), nullable=False),
        sa.Column("proposer_id", sa.BigInteger(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposer_id"], ["proposal_proposer.id"], name="fk_rearrangement_consent_proposer_id"
        ),
        sa.ForeignKeyConstraint(
            ["rearrangement_id"],
            ["rearrangement.id"],
            name="fk_rearrangement_consent_rearrangement_id",
        ),
        sa.PrimaryKeyConstraint("rearrangement_id", "proposer_id", name="pk_rearrangement_consent"),
    )


def downgrade() -> None:
    op.drop_table("rearrangement_consent")
    op.drop_table("proposal_contact")
    op.drop_table("rearrangement_origin")
    op.drop_table("proposal_translation")
    op.drop_table("proposal_proposer")
    op.drop_table("proposal_pack")
    op.drop_table("proposal_outcome")
    op.drop_table("proposal_origin")
    op.drop_table("proposal_invitation")
    op.drop_table("proposal_finding")
    op.drop_table("proposal_endorsement")
    op.drop_table("proposal_cost_change")
    op.drop_table("proposal_comment")
    op.drop_table("proposal_change")
    op.drop_table("proposal")
    op.drop_table("rearrangement")
