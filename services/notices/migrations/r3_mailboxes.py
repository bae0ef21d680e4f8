"""Whose mailbox it is that was read so far; the next one that is read, where nobody kept that."""

import sqlalchemy as sa
from alembic import op

revision = "notices_3"
down_revision = "notices_2"


def upgrade() -> None:
    op.add_column("post", sa.Column("place", sa.String(), nullable=True))
