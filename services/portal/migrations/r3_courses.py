"""The courses of meetings: what happened to each, and what is due because of its date."""

import sqlalchemy as sa
from alembic import op

revision = "portal_3"
down_revision = "portal_2"


def upgrade() -> None:
    op.create_table(
        "course",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_course_mechanism"), "course", ["mechanism"], unique=False)
