"""What minutes does when its instants come: silence expires."""

from events.mechanisms import DecisionMode
from events.road.transaction import Transaction
from services.minutes.commands import keep_decision, make_final, register_of
from services.minutes.rules import silence as silences
from services.minutes.tables import MINUTES, SILENCES


async def expire(work: Transaction, key: str) -> None:
    """Nobody has spoken: what was proposed is adopted, at the instant of the expiry."""
    silence = await SILENCES.get(work.session, key)
    held = await SILENCES.apply(work, silence, [silences.hold(silence)])
    if held.meeting is not None:
        minutes = await MINUTES.get(work.session, held.meeting)
        await make_final(work, minutes, DecisionMode.SILENCE, silence=key)
    else:
        adopted = silences.adopt_decision(held, await register_of(work, held.mechanism))
        await SILENCES.save(work, silences.evolve(held, adopted))
        await keep_decision(work, adopted)


deadlines = {"silence": expire}
