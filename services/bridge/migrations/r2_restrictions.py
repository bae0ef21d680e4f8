"""Which meetings are restricted, what hangs on them, and who has a seat."""

import json

import sqlalchemy as sa
from alembic import op

revision = "bridge_2"
down_revision = "bridge_1"

said = sa.table("said", sa.column("seq"), sa.column("envelope"), sa.column("thing"))


def upgrade() -> None:
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
    op.create_table(
        "known_coordinator",
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("mechanism", "party"),
    )
    op.create_table(
        "known_mechanism",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("chair", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("said", sa.Column("thing", sa.String(), nullable=False, server_default=""))
    connection = op.get_bind()
    for seq, envelope in connection.execute(sa.select(said.c.seq, said.c.envelope)).all():
        thing = json.loads(envelope)["subject"]
        connection.execute(said.update().where(said.c.seq == seq).values(thing=thing))
    with op.batch_alter_table("said", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("thing", server_default=None)
