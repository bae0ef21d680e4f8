"""What mechanisms does when it hears of decisions: obligations advance."""

from events.decisions import DecisionAdopted
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services import coordinators, directory, restrictions
from services.mechanisms.rules import agreement as agreements
from services.mechanisms.tables import AGREEMENTS

heard = Handlers(directory.heard, coordinators.heard, restrictions.heard)


@heard.on(DecisionAdopted)
async def advance_obligations(work: Transaction, event: DecisionAdopted) -> None:
    for key in sorted({agreements.agreement_of(o) for o in agreements.touched(event)}):
        agreement = await AGREEMENTS.find(work.session, key)
        if agreement is not None and (events := agreements.advance_by(agreement, event)):
            await AGREEMENTS.apply(work, agreement, events)
