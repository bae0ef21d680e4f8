"""What scheduling does when its instants come."""

from events.road.transaction import Transaction
from services.scheduling.rules import poll as rules
from services.scheduling.tables import POLLS


async def remind(work: Transaction, poll: str) -> None:
    standing = await POLLS.get(work.session, poll)
    await POLLS.apply(work, standing, rules.remind(standing))


async def end(work: Transaction, poll: str) -> None:
    standing = await POLLS.get(work.session, poll)
    await POLLS.apply(work, standing, rules.end(standing))


deadlines = {"poll-reminder": remind, "poll-end": end}
