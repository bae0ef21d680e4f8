"""The dates of a year as slots, from 0 on 1 January, and which of them a meeting may have."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from events.moments import written
from services.planning.rules.brief import Brief, Firmness, Meeting
from services.planning.rules.poll import blocked
from services.working_time.days import Day, DayKind

ONE_DAY = timedelta(days=1)
DAYS_OF_WEEK = 7


def slot_of(on: date) -> int:
    return on.timetuple().tm_yday - 1


def date_of(year: int, slot: int) -> date:
    return date(year, 1, 1) + slot * ONE_DAY


def length_of(year: int) -> int:
    """How many days the year has."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def week_of(year: int, slot: int) -> int:
    """The running number of the week, from Monday, that the slot lies in."""
    return (slot + date(year, 1, 1).weekday()) // DAYS_OF_WEEK


def last_day(meeting: Meeting, first: date) -> date:
    return first + (meeting.days - 1) * ONE_DAY


def written_both(one: date, other: date) -> str:
    """Like 3 and 6 April 2027, or 30 March and 2 April 2027: two days of a year."""
    before = str(one.day) if one.month == other.month else f"{one.day} {one:%B}"
    return f"{before} and {written(other)}"


def off(day: Day, name: str) -> str:
    """Like `12 April 2028 is a day off in China: weekend`, by the `name` of the party."""
    what = day.name if day.kind is DayKind.HOLIDAY else "weekend"
    return f"{written(day.on)} is a day off in {name}: {what}"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a meeting may not begin on a date, and of which `sort` the date is in a sum of many.

    `remedy` is how to do without the rule, where the secretary has made it.
    """

    why: str
    sort: str
    remedy: str = ""


class Year:
    """The dates of a brief's year: who has a day off, and why a meeting may not begin on one."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.length = length_of(brief.year)
        self.dates = [date_of(brief.year, slot) for slot in range(self.length)]
        calendar = brief.calendar
        self.days: list[dict[str, Day]] = [
            {office.party: calendar.day(office.party, on) for office in brief.offices}
            for on in self.dates
        ]

    def day(self, party: str, on: date) -> Day | None:
        """What `on` is for `party`; none outside of the year."""
        return self.days[slot_of(on)][party] if on.year == self.brief.year else None

    def spanned(self, meeting: Meeting, first: date) -> Iterator[date]:
        return (first + n * ONE_DAY for n in range(meeting.days))

    def obstacle(self, meeting: Meeting, first: date) -> str | None:
        """Why `meeting` may not begin on `first`, whatever else is planned; none if it may."""
        return next((each.why for each in self.obstacles(meeting, first)), None)

    def obstacles(self, meeting: Meeting, first: date) -> Iterator[Obstacle]:
        """Every rule that `meeting` breaks by itself if it begins on `first`."""
        last = last_day(meeting, first)
        if last.year != self.brief.year:
            yield Obstacle(f"it would not end in {self.brief.year}", "too late to end in the year")
            return
        called = meeting.firmness is Firmness.CONVOKED and first == meeting.on
        known = first in {meeting.on, *meeting.asked}
        soonest = meeting.last_chance if known else meeting.earliest
        if first < soonest and not called:
            soon = f"before {written(soonest)}"
            yield Obstacle(
                f"no date {soon} leaves time to ask and to convoke",
                f"{soon}, too soon to ask and to convoke",
            )
        if not called and first in self.blocked(meeting):
            yield Obstacle(f"every party refused {written(first)}", "refused by every party")
        for period in self.brief.periods:
            if period.weight is None and period.breaks(meeting.mechanism, first, last):
                where = f"{'outside of' if period.keep_to else 'within'} {period.text}"
                yield Obstacle(f"it is {where}", where, f"plan without {period.text}")
        if not called:
            for each in meeting.taken_by(first):
                yield Obstacle(each.why, each.sort, each.remedy)
        if why := self.news(meeting) if called else self.day_off(meeting, first):
            yield Obstacle(why, "on a day off")

    def blocked(self, meeting: Meeting) -> set[date]:
        """The dates that every party has refused."""
        if not meeting.refused:
            return set()
        return set(blocked(meeting.refused, self.brief.body[meeting.mechanism].parties))

    def news(self, meeting: Meeting) -> str | None:
        """A day that it has lost since it was called; whoever called it knew of the others."""
        found = (self.off(lost.party, lost.on) for lost in meeting.lost)
        return next((why for why in found if why), None)

    def day_off(self, meeting: Meeting, first: date) -> str | None:
        """A party that does not work on a day of the meeting, and why."""
        for on in self.spanned(meeting, first):
            for party in self.brief.body[meeting.mechanism].parties:
                if why := self.off(party, on):
                    return why
        return None

    def off(self, party: str, on: date) -> str | None:
        """That the party does not work on `on`, and why; none if it does."""
        day = self.day(party, on)
        return off(day, self.brief.party[party]) if day and not day.works else None

    def allowed(self, meeting: Meeting) -> list[int]:
        """The slots in which `meeting` may begin; only one, if it is settled."""
        if meeting.settled:
            return [slot_of(meeting.settled)]
        return [slot for slot, on in enumerate(self.dates) if self.obstacle(meeting, on) is None]
