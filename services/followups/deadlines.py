"""What followups does when its instants come."""

from collections.abc import Awaitable, Callable

from events.event import Event
from events.road.transaction import Transaction
from services.followups.commands import change
from services.followups.rules import followup as rules
from services.followups.rules.followup import FollowUp
from services.followups.tables import FOLLOW_UPS


def when(rule: Callable[[FollowUp], list[Event]]) -> Callable[[Transaction, str], Awaitable[None]]:
    """A deadline that asks `rule` what happens, and lets it happen."""

    async def come(work: Transaction, key: str) -> None:
        follow_up = await FOLLOW_UPS.get(work.session, key)
        if events := rule(follow_up):
            await change(work, follow_up, events)

    return come


deadlines = {
    "reminder": when(rules.remind),
    "due": when(rules.day_is_over),
    "escalation": when(rules.escalate),
}
