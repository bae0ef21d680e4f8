"""The days that a meeting loses are heard; when it was called, and they were ruled, is let go."""

import json

import sqlalchemy as sa
from alembic import op

revision = "planning_6"
down_revision = "planning_5"

standing = sa.table("standing", sa.column("id"), sa.column("document"))
party = sa.table("known_party", sa.column("id"), sa.column("overrides"))


def upgrade() -> None:
    connection = op.get_bind()
    for id_, document in connection.execute(sa.select(standing)).all():
        state = json.loads(document)
        state.pop("called", None)
        connection.execute(
            standing.update()
            .where(standing.c.id == id_)
            .values(document=json.dumps(state, ensure_ascii=False))
        )
    for id_, overrides in connection.execute(sa.select(party)).all():
        ruled = json.loads(overrides)
        for one in ruled:
            one.pop("announced", None)
        connection.execute(
            party.update()
            .where(party.c.id == id_)
            .values(overrides=json.dumps(ruled, ensure_ascii=False))
        )
