"""What each recipient was told of a meeting before, where only its former date was kept."""

import json

import sqlalchemy as sa
from alembic import op

revision = "notices_4"
down_revision = "notices_3"

mail = sa.table("mail", sa.column("id"), sa.column("document"))


def upgrade() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(mail)).all():
        document = json.loads(row.document)
        previous = document.pop("previous", None)
        document["known"] = document["entry"] | {"span": previous} if previous else None
        connection.execute(
            mail.update().where(mail.c.id == row.id).values(document=json.dumps(document))
        )
