"""What the date of a coming meeting stands on: the days and the clocks of its parties."""

import sqlalchemy as sa
from alembic import op

revision = "scheduling_3"
down_revision = "scheduling_2"


def upgrade() -> None:
    op.create_table(
        "recheck",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("mechanism", "found"):
        op.create_index(op.f(f"ix_recheck_{column}"), "recheck", [column], unique=False)
