"""What a secretary who asks for a date might begin with: until when, and between which days."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field, NaiveDatetime

from events.event import Fact
from events.mechanisms import PartyFacts, Rules
from events.moments import Moment, Zone
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.rhythm import Rhythm
from services.scheduling.rules.slots.city import at_capital, capital_of
from services.working_time.calendar import ONE_DAY, Calendar
from services.working_time.counting import first_start, last_call

TO_ANSWER = timedelta(days=14)
CLOSES = time(18)
AROUND = timedelta(days=21)


class Given(Fact):
    """What a secretary has decided already; wall times, and dates, are those of `zone`."""

    zone: Zone | None = None
    closes: NaiveDatetime | None = Field(default=None, description="Until when answers are taken")
    first: date | None = None
    last: date | None = None
    on: date | None = Field(default=None, description="The earliest date that is asked itself")
    short_notice: bool = Field(default=False, description="The parties agreed to less notice")


NOTHING = Given()


class Suggestion(Fact):
    """Answers are taken until `closes`; dates are asked from `first` to `last`, if any are left.

    Wall times, and dates, are those of `zone`.
    """

    zone: Zone
    closes: datetime
    first: date | None
    last: date | None


def suggestion(
    meeting: Meeting,
    zone: str,
    rules: Rules,
    calendar: Calendar,
    others: Rhythm,
    now: datetime,
    given: Given = NOTHING,
) -> Suggestion:
    """Six weeks around the date that the meeting has, or else as soon as there is notice.

    They come after the body's meeting before and before the next, `others`, and as long as it waits
    where there is room. What is `given` stands, and the rest follows it. ValueError where no clock
    shows its `closes`.
    """
    zone = given.zone or zone
    if given.short_notice:
        rules = rules.model_copy(update={"notice_days": 0})
    closes = given.closes or closing(meeting, zone, rules, calendar, now, given.on or given.last)
    called = Moment.at_wall(closes, zone)
    noticed = first_start(called, rules, calendar, meeting.turn.host).wall.date() + ONE_DAY
    earliest = max(noticed, date(meeting.year, 1, 1))
    first = given.first or beginning(meeting, earliest, given.last, tomorrow(now, zone))
    year_ends = date(meeting.year, 12, 31)
    begins = max(first, earliest)
    if given.last is None and begins > year_ends:
        return Suggestion(zone=zone, closes=closes, first=given.first, last=None)
    until = year_ends
    if given.first is None and given.last is None:
        first, until = room(begins, year_ends, zone, others)
    last = given.last or min(max(first, begins) + 2 * AROUND, until)
    return Suggestion(zone=zone, closes=closes, first=first, last=last)


def closing(
    meeting: Meeting,
    zone: str,
    rules: Rules,
    calendar: Calendar,
    now: datetime,
    asked: date | None,
) -> datetime:
    """In two weeks; sooner where the date `asked` would be past then, or without notice."""
    on = Moment.of(now + TO_ANSWER, zone).wall.date()
    if asked is not None:
        dawn = Moment.of(datetime.combine(asked, time(), ZoneInfo(zone)), zone)
        called = last_call(dawn, rules, calendar, meeting.turn.host).wall.date()
        possible = (
            day - ONE_DAY for day in (called, asked) if day - ONE_DAY >= tomorrow(now, zone)
        )
        on = min(on, next(possible, on))
    return datetime.combine(on, CLOSES)


def beginning(meeting: Meeting, earliest: date, last: date | None, soonest: date) -> date:
    """The `earliest` date or, where the meeting has one, three weeks before that.

    Where that leaves less than six weeks up to the `last` date, they begin sooner.
    """
    first = earliest
    if meeting.span is not None:
        first = max(first, meeting.span.starts.wall.date() - AROUND)
    return first if last is None else min(first, max(last - 2 * AROUND, soonest), last)


def tomorrow(now: datetime, zone: str) -> date:
    return Moment.of(now, zone).wall.date() + ONE_DAY


def room(first: date, last: date, zone: str, others: Rhythm) -> tuple[date, date]:
    """What of these dates keeps the days that a body waits; else its order; else all of them."""
    for waits in (others.waits, 1):
        begins, ends = others.between(zone, waits)
        kept = max(first, begins), min(last, ends)
        if kept[0] <= kept[1]:
            return kept
    return first, last


def zone_of(meeting: Meeting, parties: Mapping[str, PartyFacts]) -> str:
    """The zone of the capital that the place names; else that of the date; else of the host."""
    zones = {capital_of(party): party.zone for party in parties.values()}
    named = at_capital(meeting.place, zones)
    if named:
        return named
    if meeting.span:
        return meeting.span.starts.zone
    host = parties.get(meeting.turn.host)
    return host.zone if host else "UTC"
