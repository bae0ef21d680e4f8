"""Polls, and the links by which they are answered."""

import sqlalchemy as sa
from alembic import op

revision = "scheduling_2"
down_revision = "scheduling_1"


def upgrade() -> None:
    op.create_table(
        "poll",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("meeting", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("mechanism", "meeting", "stage"):
        op.create_index(op.f(f"ix_poll_{column}"), "poll", [column], unique=False)
    op.create_table(
        "poll_link",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("poll", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index(op.f("ix_poll_link_poll"), "poll_link", ["poll"], unique=False)
