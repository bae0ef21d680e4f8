"""What a date is for a party: worked or not, why, how sure that is, and who says so."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from events.moments import written
from events.vocabulary import Identifier, Title
from events.working_time import Ruling, Weekday
from services.working_time.hours import Office
from services.working_time.public_holidays import HOLIDAY_DATA, Year, public_holidays


class DayKind(StrEnum):
    WORKING = "working"
    MADE_UP = "made_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Day:
    """One date of one party. A `made_up` day is of its weekend, and worked for a bridged one."""

    on: date
    kind: DayKind
    source: str
    name: str | None = None
    provisional: bool = False

    @property
    def works(self) -> bool:
        return self.kind in {DayKind.WORKING, DayKind.MADE_UP}


class Override(BaseModel):
    """What a party has announced of a date. It wins over the package; of two, the later dated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    party: Identifier
    on: date
    ruling: Ruling
    name: Title | None = None
    source: Title
    dated: date

    @model_validator(mode="after")
    def names_the_holiday(self) -> Self:
        if self.ruling is Ruling.HOLIDAY and self.name is None:
            raise ValueError(f"say what {self.on} is in {self.party}: give the day off a name")
        return self


def perhaps_off(on: date, where: str, name: str | None) -> str:
    """That a date may yet be a day off, like `17 May 2027 may be a day off in China: Eid`."""
    return f"{written(on)} may be a day off in {where}: {name}"


@lru_cache(maxsize=1024)
def days_of(office: Office, overrides: tuple[Override, ...], year: int) -> tuple[Day, ...]:
    """All dates of `year` for `office`, 1 January first. Overrides of other parties are ignored."""
    data = public_holidays(office.country, year)
    rulings = {
        override.on: override
        for override in sorted(overrides, key=lambda override: override.dated)
        if override.party == office.party
    }
    first = date(year, 1, 1)
    dates = (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))
    return tuple(
        ruled(computed(office, data, on), rulings[on], office)
        if on in rulings
        else computed(office, data, on)
        for on in dates
    )


def computed(office: Office, data: Year, on: date) -> Day:
    """What the package and the office's weekend make of `on`."""
    source = HOLIDAY_DATA if data.known else f"no holidays known of {office.country or office.zone}"
    if holiday := data.holidays.get(on):
        return Day(on, DayKind.HOLIDAY, source, holiday.name, holiday.provisional)
    if Weekday.of(on) not in office.weekend:
        return Day(on, DayKind.WORKING, source)
    return Day(on, DayKind.MADE_UP if on in data.made_up else DayKind.WEEKEND, source)


def ruled(day: Day, override: Override, office: Office) -> Day:
    """`day` as `override` has it."""
    source = f"{override.source}, {override.dated}"
    match override.ruling:
        case Ruling.HOLIDAY:
            return Day(day.on, DayKind.HOLIDAY, source, override.name)
        case Ruling.WORKING:
            rested = Weekday.of(day.on) in office.weekend
            kind = DayKind.MADE_UP if rested else DayKind.WORKING
            return Day(day.on, kind, source, override.name)
        case Ruling.CERTAIN:
            return Day(day.on, day.kind, source, override.name or day.name)
