"""The calendars of several parties side by side: days that all of them work, and office hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.working_time.days import Day, Override, days_of
from services.working_time.hours import Office
from services.working_time.minutes import instant_of
from services.working_time.public_holidays import public_holidays
from services.working_time.stretches import Stretch, Use, stretches_of

ONE_DAY = timedelta(days=1)
LONGEST_REST = 366


@dataclass(frozen=True)
class Calendar:
    """Offices and what is announced of their days.

    Where a method takes `parties`, it is about days that each of them works; none means all.
    """

    offices: tuple[Office, ...]
    overrides: tuple[Override, ...] = ()

    def __post_init__(self) -> None:
        parties = [office.party for office in self.offices]
        for position, party in enumerate(parties):
            if party in parties[:position]:
                raise ValueError(f"{party} has two offices; keep one of them")
        for override in self.overrides:
            if override.party not in parties:
                raise ValueError(f"{override.source} is about {override.party}, no party here")

    def office(self, party: str) -> Office:
        for office in self.offices:
            if office.party == party:
                return office
        parties = ", ".join(office.party for office in self.offices)
        raise ValueError(f"{party} has no office here; these have: {parties}")

    def day(self, party: str, on: date) -> Day:
        """What `on` is for `party`."""
        days = days_of(self.office(party), self.overrides, on.year)
        return days[on.timetuple().tm_yday - 1]

    def knows_holidays(self, party: str, year: int) -> bool:
        """Whether there is data; without it only weekends and overrides are days off."""
        return public_holidays(self.office(party).country, year).known

    def works(self, on: date, *parties: str) -> bool:
        return all(self.day(party, on).works for party in self.meant(parties))

    def next_working_day(self, after: date, *parties: str) -> date:
        return self.working_day_from(after, 1, *parties)

    def previous_working_day(self, before: date, *parties: str) -> date:
        return self.working_day_from(before, -1, *parties)

    def working_day_from(self, on: date, count: int, *parties: str) -> date:
        """The working day `count` after `on`, or before it where `count` is negative.

        ValueError when no day is worked by all within a year.
        """
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            on = self.nearest(on, step, parties)
        return on

    def working_days(self, first: date, last: date, *parties: str) -> tuple[date, ...]:
        """From `first` to `last`, both included."""
        length = (last - first).days + 1
        dates = (first + n * ONE_DAY for n in range(length))
        return tuple(on for on in dates if self.works(on, *parties))

    def office_hours(self, party: str, on: date) -> tuple[tuple[datetime, datetime], ...]:
        """When `party` is in its office on its date `on`, lunch cut out, in UTC."""
        return tuple(
            (instant_of(stretch.starts), instant_of(stretch.ends))
            for stretch in self.stretches(party, on, on)
            if stretch.use is Use.OFFICE
        )

    def stretches(self, party: str, first: date, last: date) -> Iterator[Stretch]:
        """The dates of `party` from `first` to `last`, cut; both included."""
        office = self.office(party)
        for year in range(first.year, last.year + 1):
            for day in stretches_of(office, self.overrides, year):
                if first <= day[0].day.on <= last:
                    yield from day

    def meant(self, parties: tuple[str, ...]) -> tuple[str, ...]:
        return parties or tuple(office.party for office in self.offices)

    def nearest(self, on: date, step: timedelta, parties: tuple[str, ...]) -> date:
        for count in range(1, LONGEST_REST + 1):
            if self.works(on + count * step, *parties):
                return on + count * step
        names = ", ".join(self.meant(parties))
        raise ValueError(
            f"no day is worked by all of {names} within a year of {on}; ask for fewer of them, or "
            "change a weekend"
        )
