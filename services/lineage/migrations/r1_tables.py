"""The first tables of lineage."""

import sqlalchemy as sa
from alembic import op

revision = "lineage_1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "act",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_act_node"), "act", ["node"], unique=False)
    op.create_table(
        "link",
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("before", "after"),
    )
    op.create_index(op.f("ix_link_after"), "link", ["after"], unique=False)
    op.create_table(
        "node",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_node_mechanism"), "node", ["mechanism"], unique=False)
