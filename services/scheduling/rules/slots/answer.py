"""What is found: slots with their reasons, or what stands in the way of any."""

from events.event import Fact
from events.moments import Moment, Span
from events.vocabulary import Identifier, Title
from services.scheduling.rules.slots.rule import Rule
from services.working_time.public_holidays import HOLIDAY_DATA


class Reason(Fact):
    """A rule that a slot breaks: by how much, what that costs whom, and in words."""

    rule: Rule
    party: Identifier | None
    amount: int
    cost: int
    text: str


class Line(Fact):
    """What one thing that a slot meets costs all together, by the rule that it breaks, in words."""

    rule: Rule
    cost: int
    text: str


class LocalTime(Fact):
    """The sessions as the clocks of one party show them."""

    party: Identifier
    sessions: tuple[Span, ...]


class Slot(Fact):
    """A time for the meeting, in the host's zone. `reasons` make up its cost, dearest first.

    `in_short` says the same once for each meeting that is in the way, not once for each party.
    """

    span: Span
    cost: int
    reasons: tuple[Reason, ...]
    in_short: tuple[Line, ...]
    local: tuple[LocalTime, ...]

    def cost_for(self, party: str | None) -> int:
        """What it costs `party`; none means what the meeting itself bears."""
        return sum(reason.cost for reason in self.reasons if reason.party == party)


class Relaxation(Fact):
    """The fewest hard rules that have to give way, and the best slot that this opens.

    `in_short` says the same once for each meeting that is in the way, not once for each party.
    """

    gives_way: tuple[Reason, ...]
    in_short: tuple[str, ...]
    slot: Slot

    def __str__(self) -> str:
        return "; ".join(self.in_short)


class Answer(Fact):
    """Slots: cheapest first, then near office hours, then early. Without any, what to relax.

    `since` is when the search began, where dates that were asked for lie before it. Of the parties
    that are `unnamed` nobody is known to come, so nothing else that they do is counted.
    """

    slots: tuple[Slot, ...]
    relaxation: Relaxation | None = None
    since: Moment | None = None
    unnamed: tuple[Identifier, ...] = ()
    holiday_data: Title = HOLIDAY_DATA
