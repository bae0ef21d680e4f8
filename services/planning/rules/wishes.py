"""What a good date is: the wishes that a date breaks by itself, each with its cost and in words.

That another meeting is in the same week depends on the whole plan, and is counted in `reading`.
"""

from collections.abc import Iterator
from datetime import date

from events.moments import written
from events.plans import Broken, Wish
from services.planning.rules.brief import Brief, Meeting
from services.planning.rules.dates import DAYS_OF_WEEK, ONE_DAY, Year, last_day, length_of, slot_of
from services.quantities import counted
from services.working_time.days import DayKind, perhaps_off

FRIDAY, MONDAY = 4, 0
AROUND = 28  # days either way that count as the same time of the year


def broken(year: Year, meeting: Meeting, first: date) -> Iterator[Broken]:
    """The wishes that `meeting` breaks if it begins on `first`; those of weight 0 are no wishes."""
    for wish in (rhythm, month, period, travel, uncertain, steadiness, freedom, refusal, nearness):
        yield from (one for one in wish(year, meeting, first) if one.cost)


def rhythm(year: Year, meeting: Meeting, first: date) -> Iterator[Broken]:
    """A meeting should be about when it was last year.

    Without one last year, the second of four should be in the second quarter, and so on.
    """
    begins, ends = usual_part(year.brief, meeting)
    days = max(begins - slot_of(first), slot_of(first) - ends, 0)
    weeks = weeks_begun(days)
    if weeks:
        way = "before" if slot_of(first) < begins else "after"
        yield Broken(
            wish=Wish.RHYTHM,
            cost=weeks * year.brief.settings.weights.rhythm,
            text=(
                f"{weeks_of(days + AROUND)} {way} last year's "
                f"{meeting.usual.day} {meeting.usual:%B}; {AROUND // DAYS_OF_WEEK} are free"
                if meeting.usual
                else f"{weeks_of(days)} {way} its part of the year "
                f"({meeting.number} of {meeting.of})"
            ),
        )


def weeks_begun(days: int) -> int:
    return -(-days // DAYS_OF_WEEK)


def weeks_of(days: int) -> str:
    """Like `5 weeks and 3 days`."""
    weeks, rest = divmod(days, DAYS_OF_WEEK)
    parts = [counted(weeks, "week")] * bool(weeks) + [counted(rest, "day")] * bool(rest)
    return " and ".join(parts)


def usual_part(brief: Brief, meeting: Meeting) -> tuple[int, int]:
    """The first and the last slot of the part of the year in which the meeting should be."""
    if meeting.usual is None:
        return part_of_year(brief, meeting)
    return slot_of(meeting.usual) - AROUND, slot_of(meeting.usual) + AROUND


def part_of_year(brief: Brief, meeting: Meeting) -> tuple[int, int]:
    """The first and the last slot of its half, third or other equal part of the year."""
    days = length_of(brief.year)
    begins = (meeting.number - 1) * days // meeting.of
    return begins, meeting.number * days // meeting.of - 1


def month(year: Year, meeting: Meeting, first: date) -> Iterator[Broken]:
    settings = year.brief.settings
    if first.month in settings.avoid_months or last_day(meeting, first).month in (
        settings.avoid_months
    ):
        yield Broken(
            wish=Wish.MONTH, cost=settings.weights.month, text=f"{first:%B} is a month to avoid"
        )


def period(year: Year, meeting: Meeting, first: date) -> Iterator[Broken]:
    for one in year.brief.periods:
        if one.weight and one.breaks(meeting.mechanism, first, last_day(meeting, first)):
            where = "outside of" if one.keep_to else "within"
            yield Broken(wish=Wish.PERIOD, cost=one.weight, text=f"{where} {one.text}"[:300])


def travel(year: Year, meeting: Meeting, first: date) -> Iterator[Broken]:
    """Who has to be there on a Monday morning travels on Sunday."""
    for on, day in ((first, MONDAY), (last_day(meeting, first), FRIDAY)):
        if on.weekday() == day:
            way = "there" if day == MONDAY else "home"
            yield Broken(
                wish=Wish.TRAVEL,
                cost=year.brief.settings.weights.travel,
                text=f"delegations travel {way} on a weekend",
            )


def uncertain(year: Year, meeting: Meeting, first: date) -> Iterator[Broken]:
    """A provisional holiday the day before or after may yet fall on the meeting."""
    for on in (first - ONE_DAY, last_day(meeting, first) + ONE_DAY):
        for party in year.brief.body[meeting.mechanism].parties:
            day = year.day(party, on)
            if day and day.provisional and day.kind is DayKind.HOLIDAY:
                what = perhaps_off(on, year.brief.party[party], day.name)
                cost = year.brief.settings.weights.uncertain
                yield Broken(wish=Wish.UNCERTAIN, cost=cost, text=what[:300])
                return


def steadiness(year: Year, meeting: Meeting, first: date) -> Iterator[Broken]:
    """Delegations that are asked about dates keep those free."""
    if meeting.asked and first not in meeting.asked:
        until = f" to {written(meeting.asked[-1])}" if len(meeting.asked) > 1 else ""
        yield Broken(
            wish=Wish.STEADINESS,
            cost=year.brief.settings.weights.steadiness,
            text=f"delegations are asked about {written(meeting.asked[0])}{until}",
        )


def freedom(year: Year, meeting: Meeting, first: date) -> Iterator[Broken]:
    """A date is not free while delegations are asked whether another meeting moves to it."""
    for one in meeting.asked_near_to(first):
        yield Broken(
            wish=Wish.STEADINESS,
            cost=year.brief.settings.weights.steadiness,
            text=one.text[:300],
        )


def refusal(year: Year, meeting: Meeting, first: date) -> Iterator[Broken]:
    """Delegations were asked about dates in order to keep to what they said."""
    for one in meeting.refused:
        if one.on == first:
            name = year.brief.party[one.party]
            yield Broken(
                wish=Wish.STEADINESS,
                cost=year.brief.settings.weights.refusal,
                text=f"{name} refused it in {one.poll}"[:300],
            )


def nearness(year: Year, meeting: Meeting, first: date) -> Iterator[Broken]:
    """Who has kept a date free is more likely to be free about it."""
    if meeting.confirmed_on and first != meeting.confirmed_on:
        days = abs((first - meeting.confirmed_on).days)
        way = "before" if first < meeting.confirmed_on else "after"
        yield Broken(
            wish=Wish.STEADINESS,
            cost=weeks_begun(days) * year.brief.settings.weights.nearness,
            text=f"{weeks_of(days)} {way} {written(meeting.confirmed_on)}, which delegations know",
        )


def said(one: Broken) -> str:
    """What is broken with its price; a rule that somebody has set aside has none."""
    if one.let_stand:
        return f"stands as decided: {one.text}; “{one.let_stand}”"
    return f"breaks a rule: {one.text}" if one.wish is Wish.RULE else f"{one.text} ({one.cost})"
