"""The secret of busy blocks, names of bodies in what is kept, and the look of the fragments.

Fragments that have none yet are written anew by the program, which gives them theirs.
"""

import json
import secrets

import sqlalchemy as sa
from alembic import op

revision = "calendars_4"
down_revision = "calendars_3"

BYTES = 32

secret = sa.table("secret", sa.column("name"), sa.column("value", sa.LargeBinary()))
known = sa.table("known_mechanism", sa.column("id"), sa.column("document"))
kept = [
    sa.table(name, *(sa.column(each) for each in ("id", "mechanism", "document")))
    for name in ("entry", "task")
]


def upgrade() -> None:
    op.create_table(
        "secret",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column("mark", sa.Column("look", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("mark") as marks:
        marks.alter_column("look", server_default=None)
    connection = op.get_bind()
    connection.execute(secret.insert().values(name="busy", value=secrets.token_bytes(BYTES)))
    names = {
        row.id: json.loads(row.document)["short_name"]
        for row in connection.execute(sa.select(known)).all()
    }
    for table in kept:
        for row in connection.execute(sa.select(table)).all():
            document = json.loads(row.document) | {"short_name": names.get(row.mechanism)}
            connection.execute(
                table.update().where(table.c.id == row.id).values(document=json.dumps(document))
            )
