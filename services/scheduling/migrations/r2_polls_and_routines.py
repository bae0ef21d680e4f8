"""Polls with the links by which they are answered, and when parties work."""

import json

import sqlalchemy as sa
from alembic import op

revision = "scheduling_2"
down_revision = "scheduling_1"

known = sa.table("known_mechanism", sa.column("id"), sa.column("document"))
routine = sa.table(
    "routine", *(sa.column(name) for name in ("id", "mechanism", "revision", "document"))
)


def upgrade() -> None:
    create_tables()
    connection = op.get_bind()
    rows = connection.execute(sa.select(known.c.id, known.c.document).order_by(known.c.id)).all()
    parties = {
        facts["id"]: (mechanism, facts)
        for mechanism, document in reversed(rows)
        for facts in json.loads(document)["parties"]
    }
    for party, (mechanism, facts) in parties.items():
        state = {"id": party, "mechanism": mechanism, "revision": 0, "facts": facts}
        document = json.dumps(state, ensure_ascii=False)
        connection.execute(
            routine.insert().values(id=party, mechanism=mechanism, revision=0, document=document)
        )


def create_tables() -> None:
    op.create_table(
        "poll",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("meeting", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("mechanism", "meeting", "stage"):
        op.create_index(op.f(f"ix_poll_{column}"), "poll", [column], unique=False)
    op.create_table(
        "poll_link",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("poll", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index(op.f("ix_poll_link_poll"), "poll_link", ["poll"], unique=False)
    op.create_table(
        "routine",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_routine_mechanism"), "routine", ["mechanism"], unique=False)
    op.create_table(
        "known_coordinator",
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("mechanism", "party"),
    )
