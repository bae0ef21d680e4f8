"""The first tables of mechanisms."""

import sqlalchemy as sa
from alembic import op

revision = "mechanisms_1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_agreement_mechanism"), "agreement", ["mechanism"], unique=False)
    op.create_index(op.f("ix_agreement_number"), "agreement", ["number"], unique=False)
    op.create_table(
        "format",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_format_mechanism"), "format", ["mechanism"], unique=False)
    op.create_table(
        "mechanism",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_mechanism_mechanism"), "mechanism", ["mechanism"], unique=False)
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
