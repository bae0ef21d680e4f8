"""Turns know who hosts which meeting, so that a cancellation gives that party its turn back."""

import json

import sqlalchemy as sa
from alembic import op

revision = "planning_3"
down_revision = "planning_2"

turns = sa.table("turns", sa.column("id"), sa.column("document"))
standing = sa.table("standing", sa.column("id"), sa.column("mechanism"), sa.column("document"))


def upgrade() -> None:
    connection = op.get_bind()
    meetings = connection.execute(sa.select(standing).order_by(standing.c.id)).all()
    for mechanism, document in connection.execute(sa.select(turns)).all():
        state = json.loads(document)
        own = {row.id: json.loads(row.document) for row in meetings if row.mechanism == mechanism}
        state["planned"] = len(own)
        state["hosts"] = {
            id_: meeting["host"] for id_, meeting in own.items() if meeting["stage"] != "cancelled"
        }
        connection.execute(
            turns.update()
            .where(turns.c.id == mechanism)
            .values(document=json.dumps(state, ensure_ascii=False))
        )
