"""A deadline knows the trace of what set it."""

import sqlalchemy as sa
from alembic import op

revision = "road_2"
down_revision = "road_1"


def upgrade() -> None:
    op.add_column("deadline", sa.Column("traceparent", sa.String(), nullable=True))
