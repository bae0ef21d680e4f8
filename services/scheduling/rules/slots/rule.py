"""The rules that a slot may break, and what it costs to break one.

All costs are in one unit: as bad as one minute outside a party's office hours.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from events.event import Fact
from events.vocabulary import Identifier


class Rule(StrEnum):
    """What a slot is measured by. The amount of a breach is in minutes or counts what is said."""

    NOTICE = "notice"
    """It starts too early for the convocation: 1."""
    PREPARATION = "preparation"
    """It lies too near to a neighbour, or too far from it: 1 a neighbour."""
    OFFICE_HOURS = "office_hours"
    """Minutes before or after office hours, on a day off too."""
    NIGHT = "night"
    """Minutes in the night of a party that comes online; see `Search.night`."""
    HOST_NIGHT = "host_night"
    """Minutes in the host's night."""
    LUNCH = "lunch"
    """Minutes of lunch."""
    WEEKEND = "weekend"
    """Days of a weekend, one a session."""
    HOLIDAY = "holiday"
    """Days of a holiday that is certain, one a session."""
    PROVISIONAL_HOLIDAY = "provisional_holiday"
    """Days of a holiday that may yet move, one a session."""
    BUSY = "busy"
    """Delegates who are in another meeting, one for each of those."""
    GAP = "gap"
    """Delegates who come from or go to another meeting with too little time between."""
    HOST_BUSY = "host_busy"
    """Other meetings that the host holds at the time."""
    ASKED = "asked"
    """Delegates whom other polls ask about the date, one for each of those; and the host."""
    PREFERRED_DAY = "preferred_day"
    """Days that are not of the preferred weekdays, one a session."""
    PREFERRED_HOURS = "preferred_hours"
    """Minutes outside the preferred hours of a preferred day."""


Cost = Annotated[int, Field(ge=0, le=1_000_000)]


class Treatment(Fact):
    """How a rule is held. A hard one is never broken by a slot that is offered.

    `cost` is that of one unit of the rule's amount; `costs` is for parties that weigh differently.
    The cost of a hard rule counts where it has to be relaxed.
    """

    hard: bool
    cost: Cost
    costs: dict[Identifier, Cost] = {}

    def cost_for(self, party: str | None) -> int:
        return self.costs.get(party, self.cost) if party else self.cost


DEFAULTS: Mapping[Rule, Treatment] = MappingProxyType(
    {
        Rule.NOTICE: Treatment(hard=True, cost=480),
        Rule.PREPARATION: Treatment(hard=True, cost=480),
        Rule.OFFICE_HOURS: Treatment(hard=False, cost=1),
        Rule.NIGHT: Treatment(hard=False, cost=4),
        Rule.HOST_NIGHT: Treatment(hard=True, cost=4),
        Rule.LUNCH: Treatment(hard=False, cost=1),
        Rule.WEEKEND: Treatment(hard=True, cost=480),
        Rule.HOLIDAY: Treatment(hard=True, cost=960),
        Rule.PROVISIONAL_HOLIDAY: Treatment(hard=False, cost=240),
        Rule.BUSY: Treatment(hard=True, cost=480),
        Rule.GAP: Treatment(hard=True, cost=120),
        Rule.HOST_BUSY: Treatment(hard=True, cost=720),
        Rule.ASKED: Treatment(hard=False, cost=30),
        Rule.PREFERRED_DAY: Treatment(hard=False, cost=60),
        Rule.PREFERRED_HOURS: Treatment(hard=False, cost=1),
    }
)
