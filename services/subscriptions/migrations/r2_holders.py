"""A subscription is found by the digest of its address too, for who holds that."""

import json

import sqlalchemy as sa
from alembic import op

revision = "subscriptions_2"
down_revision = "subscriptions_1"

subscription = sa.table("subscription", sa.column("id"), sa.column("document"), sa.column("digest"))


def upgrade() -> None:
    op.add_column("subscription", sa.Column("digest", sa.String(), nullable=True))
    connection = op.get_bind()
    for key, document in connection.execute(
        sa.select(subscription.c.id, subscription.c.document)
    ).all():
        state = json.loads(document)
        if not state["revoked"]:
            connection.execute(
                subscription.update().where(subscription.c.id == key).values(digest=state["digest"])
            )
    op.create_index(op.f("ix_subscription_digest"), "subscription", ["digest"], unique=True)
