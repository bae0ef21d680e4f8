"""What agendas does when its instants come."""

from events.road.transaction import Transaction
from events.vocabulary import SYSTEM
from services.agendas.commands import circulate_by
from services.agendas.rules import agenda as rules
from services.agendas.tables import AGENDAS


async def close_submissions(work: Transaction, meeting: str) -> None:
    agenda = await AGENDAS.get(work.session, meeting)
    await AGENDAS.apply(work, agenda, rules.close_submissions(agenda))


async def circulate(work: Transaction, meeting: str) -> None:
    await circulate_by(work, await AGENDAS.get(work.session, meeting), SYSTEM)


deadlines = {"submissions": close_submissions, "circulation": circulate}
