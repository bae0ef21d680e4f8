"""What subscriptions does when it hears of people: who lost the role loses the secret address."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from events.mechanisms import CoordinatorNamed, MechanismRegistered
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from events.vocabulary import Role
from services import coordinators, directory
from services.subscriptions.rules import subscription as rules
from services.subscriptions.tables import SUBSCRIPTIONS, SubscriptionRow

heard = Handlers(directory.heard, coordinators.heard)
LIVE = col(SubscriptionRow.digest).is_not(None)
PARTY, OWNER = col(SubscriptionRow.party), col(SubscriptionRow.owner)


@heard.on(CoordinatorNamed)
async def end_of_coordinators(work: Transaction, event: CoordinatorNamed) -> None:
    capacity = f"{event.party}/{Role.COORDINATOR}"
    mine = OWNER.startswith(capacity, autoescape=True)
    await end(work, mine)


@heard.on(MechanismRegistered)
async def end_of_delegations(work: Transaction, event: MechanismRegistered) -> None:
    """Those that are no party of it (any more) may have followed it."""
    await end(work, PARTY.not_in([party.id for party in event.parties]))


async def end(work: Transaction, *those: ColumnElement[bool]) -> None:
    """End those addresses whose owners have no role left in what they lead to."""
    people = await coordinators.people(work.session)
    for state in await SUBSCRIPTIONS.all(work.session, LIVE, *those):
        if events := rules.lose(state, people):
            await SUBSCRIPTIONS.apply(work, state, events)
