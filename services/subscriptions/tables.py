"""What subscriptions keeps: who follows which feed, and the digest of its secret address."""

from typing import Any

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from events.vocabulary import Actor, Role
from services import rights
from services.records import Record, Records
from services.subscriptions.rules import subscription as rules
from services.subscriptions.rules.subscription import Subscription


class SubscriptionsTable(SQLModel):
    metadata = MetaData()


class SubscriptionRow(SubscriptionsTable, Record, table=True):
    """A subscription; `party` is its owner's, none for the secretary's own.

    `digest` is that of the address which leads to it now, none once it is revoked.
    """

    __tablename__ = "subscription"

    party: str | None = Field(default=None, index=True)
    owner: str = Field(index=True)
    digest: str | None = Field(default=None, index=True, unique=True)


def searched_by(state: Subscription) -> dict[str, Any]:
    return {
        "party": state.owner.party,
        "owner": str(state.owner),
        "digest": None if state.revoked else state.digest,
    }


def those_of(actor: Actor) -> dict[str, str | None]:
    """By which the subscriptions are found that `actor` may see: all of them for the secretary."""
    if actor.role in rights.OFFICE:
        return {}
    if actor.role is Role.COORDINATOR:
        return {"party": actor.party}
    return {"party": actor.party, "owner": str(actor)}


SUBSCRIPTIONS = Records(SubscriptionRow, Subscription, rules.evolve, searched_by)
