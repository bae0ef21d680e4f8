"""Which meetings are restricted, and what hangs on them."""

import json

import sqlalchemy as sa
from alembic import op

revision = "scheduling_4"
down_revision = "scheduling_3"

meeting = sa.table("meeting", sa.column("id"), sa.column("mechanism"), sa.column("document"))
poll = sa.table("poll", sa.column("id"), sa.column("meeting"))
restriction = sa.table("known_restriction", sa.column("meeting"), sa.column("mechanism"))
tie = sa.table("known_tie", sa.column("thing"), sa.column("owner"))


def upgrade() -> None:
    create_tables()
    connection = op.get_bind()
    for id_, mechanism, document in connection.execute(sa.select(meeting)).all():
        if json.loads(document).get("restricted"):
            known = restriction.insert().values(meeting=id_, mechanism=mechanism)
            connection.execute(known)
    polls = sa.select(poll.c.id, poll.c.meeting)
    connection.execute(tie.insert().from_select(["thing", "owner"], polls))


def create_tables() -> None:
    op.create_table(
        "known_restriction",
        sa.Column("meeting", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("meeting"),
    )
    op.create_index(
        op.f("ix_known_restriction_mechanism"), "known_restriction", ["mechanism"], unique=False
    )
    op.create_table(
        "known_tie",
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("thing", "owner"),
    )
    op.create_index(op.f("ix_known_tie_owner"), "known_tie", ["owner"], unique=False)
