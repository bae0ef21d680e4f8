"""Who speaks for each party: who loses that role loses what is followed by it."""

import sqlalchemy as sa
from alembic import op

revision = "subscriptions_3"
down_revision = "subscriptions_2"


def upgrade() -> None:
    op.create_table(
        "known_coordinator",
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("mechanism", "party"),
    )
