"""Rotations know the names of the parties, and when a turn was declined, as far as it was noted."""

import json

import sqlalchemy as sa
from alembic import op

revision = "scheduling_5"
down_revision = "scheduling_4"

rotation = sa.table("rotation", sa.column("id"), sa.column("document"))
mechanism = sa.table("known_mechanism", sa.column("id"), sa.column("document"))


def upgrade() -> None:
    connection = op.get_bind()
    known = {id_: json.loads(text) for id_, text in connection.execute(sa.select(mechanism)).all()}
    for id_, document in connection.execute(sa.select(rotation)).all():
        state = json.loads(document)
        state["names"] = {party["id"]: party["name"] for party in known[id_]["parties"]}
        state["declined"] = {
            party: {"reason": reason, "on": None}
            for party, reason in state.get("declined", {}).items()
        }
        connection.execute(
            rotation.update()
            .where(rotation.c.id == id_)
            .values(document=json.dumps(state, ensure_ascii=False))
        )
