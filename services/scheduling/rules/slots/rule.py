"""The rules that a slot may break, and what it costs to break one.

All costs are in one unit: as bad as one minute outside a party's office hours.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import Field

from events.event import Fact
from events.vocabulary import Identifier
from services.gaps import HOST_GAP_DAYS, PEOPLE_GAP_DAYS


class Rule(StrEnum):
    """What a slot is measured by. `meaning` is a breach of it, or what of is counted of one."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        rule = str.__new__(cls, value)
        rule._value_ = value
        rule.meaning = meaning
        return rule

    NOTICE = "notice", "it begins before notice has run out"
    PREPARATION = (
        "preparation",
        "it is too near to a meeting that it prepares or that prepares it, or too far from it",
    )
    UNPREPARED = "unprepared", "a meeting that it should prepare stands too early for that"
    OFFICE_HOURS = "office_hours", "minutes before or after office hours, on a day off too"
    NIGHT = "night", "minutes far outside the office hours of a party that comes online"
    HOST_NIGHT = "host_night", "minutes far outside the office hours of the host"
    LUNCH = "lunch", "minutes of lunch"
    WEEKEND = "weekend", "sessions on a weekend"
    HOLIDAY = "holiday", "sessions on a holiday that is certain"
    PROVISIONAL_HOLIDAY = "provisional_holiday", "sessions on a holiday that may yet move"
    UNCERTAIN = "uncertain", "holidays on the day before or after that may yet move"
    BUSY = "busy", "delegates who are in another meeting at the time"
    GAP = "gap", "delegates who have too little time between another meeting and this one"
    HOST_BUSY = "host_busy", "other meetings that the host holds at the time"
    HOST_GAP = (
        "host_gap",
        f"other meetings that the host holds, with fewer than {HOST_GAP_DAYS} days between",
    )
    PEOPLE_GAP = (
        "people_gap",
        f"other meetings of the same people, with fewer than {PEOPLE_GAP_DAYS} days between",
    )
    BODY_GAP = (
        "body_gap",
        "other meetings of the body, with less than half of its rhythm between, or out of order",
    )
    ASKED = "asked", "delegates whom other polls ask about the date, and the host"
    PREFERRED_DAY = "preferred_day", "sessions on another weekday than is liked"
    PREFERRED_HOURS = "preferred_hours", "minutes outside the hours that are liked"


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
        Rule.UNPREPARED: Treatment(hard=False, cost=480),
        Rule.OFFICE_HOURS: Treatment(hard=False, cost=1),
        Rule.NIGHT: Treatment(hard=False, cost=4),
        Rule.HOST_NIGHT: Treatment(hard=True, cost=4),
        Rule.LUNCH: Treatment(hard=False, cost=1),
        Rule.WEEKEND: Treatment(hard=True, cost=480),
        Rule.HOLIDAY: Treatment(hard=True, cost=960),
        Rule.PROVISIONAL_HOLIDAY: Treatment(hard=False, cost=240),
        Rule.UNCERTAIN: Treatment(hard=False, cost=60),
        Rule.BUSY: Treatment(hard=True, cost=480),
        Rule.GAP: Treatment(hard=True, cost=120),
        Rule.HOST_BUSY: Treatment(hard=True, cost=720),
        Rule.HOST_GAP: Treatment(hard=False, cost=240),
        Rule.PEOPLE_GAP: Treatment(hard=False, cost=240),
        Rule.BODY_GAP: Treatment(hard=False, cost=240),
        Rule.ASKED: Treatment(hard=False, cost=30),
        Rule.PREFERRED_DAY: Treatment(hard=False, cost=60),
        Rule.PREFERRED_HOURS: Treatment(hard=False, cost=1),
    }
)
