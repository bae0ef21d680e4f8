"""What scheduling does when it hears of mechanisms: it keeps their turns and who comes to them."""

from events.mechanisms import CoordinatorNamed, MechanismRegistered, RulesAmended
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services import directory
from services.scheduling.rules import rotation, routine
from services.scheduling.tables import ROTATIONS, ROUTINES, KnownCoordinator

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


@heard.on(MechanismRegistered)
async def start_routines(work: Transaction, event: MechanismRegistered) -> None:
    for party in event.parties:
        if await ROUTINES.find(work.session, party.id) is None:
            await ROUTINES.add(work, routine.start(event.mechanism, party))


@heard.on(CoordinatorNamed)
async def learn_coordinator(work: Transaction, event: CoordinatorNamed) -> None:
    await work.session.merge(
        KnownCoordinator(mechanism=event.mechanism, party=event.party, name=event.coordinator)
    )
