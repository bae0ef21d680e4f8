"""What subscriptions keeps: who follows which feed, and the digest of its secret address."""

from typing import Any

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from services.records import Record, Records
from services.subscriptions.rules import subscription as rules
from services.subscriptions.rules.subscription import Subscription


class SubscriptionsTable(SQLModel):
    metadata = MetaData()


class SubscriptionRow(SubscriptionsTable, Record, table=True):
    """A subscription; `party` is its owner's, none for the secretary's own."""

    __tablename__ = "subscription"

    party: str | None = Field(default=None, index=True)
    owner: str = Field(index=True)


def searched_by(state: Subscription) -> dict[str, Any]:
    return {"party": state.owner.party, "owner": str(state.owner)}


SUBSCRIPTIONS = Records(SubscriptionRow, Subscription, rules.evolve, searched_by)
