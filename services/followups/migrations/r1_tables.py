"""The first tables of followups."""

import sqlalchemy as sa
from alembic import op

revision = "followups_1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_follow_up_decision"), "follow_up", ["decision"], unique=False)
    op.create_index(op.f("ix_follow_up_mechanism"), "follow_up", ["mechanism"], unique=False)
    op.create_index(op.f("ix_follow_up_party"), "follow_up", ["party"], unique=False)
    op.create_index(op.f("ix_follow_up_stage"), "follow_up", ["stage"], unique=False)
    op.create_table(
        "known_mechanism",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("chair", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "receipt",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "referral",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_referral_mechanism"), "referral", ["mechanism"], unique=False)
    op.create_index(op.f("ix_referral_to"), "referral", ["to"], unique=False)
