"""What the `scheduling` service says of when a party works; all of it is the party's to set."""

from datetime import date, time
from enum import StrEnum
from typing import Self

from pydantic import Field

from events.event import Event, Fact
from events.vocabulary import Identifier, Title


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @classmethod
    def of(cls, on: date) -> Self:
        return list(cls)[on.weekday()]


class Ruling(StrEnum):
    """What an override says: the day is free, it is worked, or the computed data are right."""

    HOLIDAY = "holiday"
    WORKING = "working"
    CERTAIN = "certain"


class Hours(Fact):
    """Wall times in the party's zone, in whole minutes, and the days on which it rests."""

    opens: time = Field(examples=["09:00"])
    closes: time = Field(examples=["18:00"])
    lunch: tuple[time, time] | None = Field(default=None, examples=[["13:00", "14:00"]])
    weekend: tuple[Weekday, ...] = Field(examples=[["saturday", "sunday"]])


class HoursSet(Event, name="working-time.hours-set", about="party"):
    """A party keeps these hours from now on."""

    party: Identifier
    hours: Hours


class DayRuled(Event, name="working-time.day-ruled", about="party"):
    """A party has announced what a date is; `source` and `dated` say where and when."""

    party: Identifier
    on: date
    ruling: Ruling
    name: Title | None = None
    source: Title
    dated: date
