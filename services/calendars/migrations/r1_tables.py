"""The first tables of calendars."""

import sqlalchemy as sa
from alembic import op

revision = "calendars_1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fragment", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_entry_mechanism"), "entry", ["mechanism"], unique=False)
    op.create_index(op.f("ix_entry_starts"), "entry", ["starts"], unique=False)
    op.create_table(
        "known_mechanism",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("chair", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
