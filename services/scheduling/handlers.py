"""What scheduling does when it hears of mechanisms: it keeps their turns."""

from events.mechanisms import MechanismRegistered, RulesAmended
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services import directory
from services.scheduling.rules import rotation
from services.scheduling.tables import ROTATIONS

heard = Handlers(directory.heard)


@heard.on(MechanismRegistered)
async def start_rotation(work: Transaction, event: MechanismRegistered) -> None:
    order = event.rules.host_order or tuple(party.id for party in event.parties)
    turns = await ROTATIONS.find(work.session, event.mechanism)
    if turns is None:
        await ROTATIONS.add(work, rotation.start(event.mechanism, order))
    else:
        await ROTATIONS.save(work, rotation.reorder(turns, order))


@heard.on(RulesAmended)
async def reorder_rotation(work: Transaction, event: RulesAmended) -> None:
    if event.rules.host_order:
        turns = await ROTATIONS.get(work.session, event.mechanism)
        await ROTATIONS.save(work, rotation.reorder(turns, event.rules.host_order))
