"""The first tables of the listener."""

import sqlalchemy as sa
from alembic import op

revision = "effects_1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "effect",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
