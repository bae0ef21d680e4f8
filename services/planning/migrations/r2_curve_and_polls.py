"""How far a search has been when, and the polls that dates of plans became."""

import sqlalchemy as sa
from alembic import op

revision = "planning_2"
down_revision = "planning_1"


def upgrade() -> None:
    op.add_column("search", sa.Column("curve", sa.String(), nullable=False, server_default="[]"))
    with op.batch_alter_table("search") as table:
        table.alter_column("curve", server_default=None)
        for column in ("cost", "bound", "spent"):
            table.drop_column(column)
    op.create_table(
        "known_poll",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("meeting", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("mechanism", "meeting"):
        op.create_index(op.f(f"ix_known_poll_{column}"), "known_poll", [column], unique=False)
