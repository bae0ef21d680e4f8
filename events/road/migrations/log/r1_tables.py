"""The first tables of the local road's log."""

import sqlalchemy as sa
from alembic import op

revision = "log_1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "log",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("envelope", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("source", "id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "position",
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("service"),
    )
