"""A model of the slot finder that knows no windows: it walks through every minute of every start.

It asks the calendar only what a date is for a party, and compares wall times and instants.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from events.working_time import Weekday
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import (
    Asked,
    Engagement,
    Gathering,
    Neighbour,
    Search,
)
from services.working_time.days import Day, DayKind
from services.working_time.hours import Office

Breaches = Counter[tuple[Rule, str | None]]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def starts(search: Search) -> Iterator[datetime]:
    """Multiples of the step on the host's clock from which the meeting fits into the range."""
    zone = ZoneInfo(search.home.zone)
    on = search.starts.astimezone(zone).date()
    start = datetime.combine(on, time(), zone).astimezone(UTC)
    while start < search.ends:
        if search.starts <= start and sessions(search, start)[-1][1] <= search.ends:
            yield start
        start += search.step


def sessions(search: Search, start: datetime) -> list[tuple[datetime, datetime]]:
    zone = ZoneInfo(search.home.zone)
    noon = datetime.combine(start.astimezone(zone).date(), time(12))
    east = [(noon + n * DAY).replace(tzinfo=zone).utcoffset() for n in range(search.days)]
    begins = [start + n * DAY + (east[0] - other) for n, other in enumerate(east)]  # type: ignore[operator]
    return [(begin, begin + search.duration) for begin in begins]


def breaches(search: Search, start: datetime) -> Breaches:
    """The amount by which a meeting at `start` breaks each rule, for each party."""
    found: Breaches = Counter()
    held = sessions(search, start)
    for begin, end in held:
        for office in search.kept.offices:
            found.update(resting(search, office, begin, end))
        found.update(liked_less(search, begin, end))
    found.update(beside(search, start))
    taken = held if search.place is None else [(start, held[-1][1])]
    for other in search.engagements:
        for begin, end in taken:
            found.update(clashing(search, other, begin, end))
        found.update(near(search, other, start))
    for poll in search.asked:
        found.update(asked(search, poll, taken))
    for neighbour in search.neighbours:
        if not keeps_distance(search, neighbour, start, held[-1][1]):
            found[Rule.UNPREPARED if neighbour.late else Rule.PREPARATION, None] += 1
    if search.not_before and start < search.not_before:
        found[Rule.NOTICE, None] += 1
    return found


def resting(search: Search, office: Office, begin: datetime, end: datetime) -> Breaches:
    found: Breaches = Counter()
    here = office if search.place is None else search.kept.office(search.host)
    days: set[date] = set()
    for minute in minutes(begin, end):
        local = wall(minute, here.zone)
        if office == here and is_night(search, office, minute):
            found[Rule.HOST_NIGHT if office.party == search.host else Rule.NIGHT, office.party] += 1
        day = search.calendar.day(office.party, local.date())
        if office == here and (rule := hours_rule(office, local.time())):
            found[rule, office.party] += 1
        rule = day_rule(day)
        if office != here and rule is Rule.WEEKEND:
            continue
        if rule and day.on not in days:
            days.add(day.on)
            found[rule, office.party] += 1
    return found


def day_rule(day: Day) -> Rule | None:
    if day.kind is DayKind.HOLIDAY:
        return Rule.PROVISIONAL_HOLIDAY if day.provisional else Rule.HOLIDAY
    if day.kind is DayKind.WEEKEND:
        return Rule.WEEKEND
    return None


def hours_rule(office: Office, now: time) -> Rule | None:
    if not office.opens <= now < office.closes:
        return Rule.OFFICE_HOURS
    if office.lunch and office.lunch[0] <= now < office.lunch[1]:
        return Rule.LUNCH
    return None


def is_night(search: Search, office: Office, minute: datetime) -> bool:
    opens, closes = hours_on(office, wall(minute, office.zone).date())
    return minute < opens - search.night or minute >= closes + search.night


@lru_cache(maxsize=10_000)
def hours_on(office: Office, on: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(office.zone)
    opens, closes = (datetime.combine(on, at, zone) for at in (office.opens, office.closes))
    return opens.astimezone(UTC), closes.astimezone(UTC)


def far(search: Search, start: datetime) -> timedelta:
    """How much earlier than offices open its sessions begin, and how much later they end."""
    total = timedelta()
    keeping = search.kept.offices
    if search.place is not None:
        keeping = (search.kept.office(search.host),)
    for begin, end in sessions(search, start):
        for office in keeping:
            first, last = (wall(at, office.zone).date() for at in (begin, end - MINUTE))
            for on in {first, first + DAY, last}:
                if first <= on <= last:
                    opens, closes = hours_on(office, on)
                    midnight = datetime.combine(on + DAY, time(), ZoneInfo(office.zone))
                    if begin < opens:
                        total += opens - begin
                    if closes < end and begin < midnight.astimezone(UTC):
                        total += end - closes
    return total


def liked_less(search: Search, begin: datetime, end: datetime) -> Breaches:
    found: Breaches = Counter()
    if search.preference is None:
        return found
    days: set[date] = set()
    for minute in minutes(begin, end):
        local = wall(minute, search.home.zone)
        liked, hours = search.preference.weekdays, search.preference.hours
        if liked and Weekday.of(local) not in liked:
            days.add(local.date())
        elif hours and not hours[0] <= local.time() < hours[1]:
            found[Rule.PREFERRED_HOURS, None] += 1
    if days:
        found[Rule.PREFERRED_DAY, None] = len(days)
    return found


def clashing(search: Search, other: Engagement, begin: datetime, end: datetime) -> Breaches:
    found: Breaches = Counter()
    meanwhile = begin < other.ends and other.starts < end
    gap = gap_to(search, other)
    near = begin < other.ends + gap and other.starts - gap < end
    for delegate in search.delegates:
        if delegate.id in other.delegates and near:
            found[Rule.BUSY if meanwhile else Rule.GAP, delegate.party] += 1
    if meanwhile:
        found.update((Rule.HOST_BUSY, host) for host in of_both(search, other))
    return found


def near(search: Search, other: Engagement, start: datetime) -> Breaches:
    """By the dates alone, as a plan of the year counts."""
    found: Breaches = Counter()
    zone = search.home.zone
    first = wall(start, zone).date()
    last = first + (search.days - 1) * DAY
    starts, ends = wall(other.starts, zone).date(), wall(other.ends - MINUTE, zone).date()
    between = max((first - ends).days, (starts - last).days) - 1
    both = any(delegate.id in other.delegates for delegate in search.delegates)
    if between < search.host_gap_days:
        found.update((Rule.HOST_GAP, host) for host in of_both(search, other))
    if other.same_body:
        too_soon = abs((first - starts).days) < search.body_gap_days
        early, late = other.this_comes == "after", other.this_comes == "before"
        if too_soon or (early and first < starts) or (late and first > starts):
            found[Rule.BODY_GAP, None] += 1
    elif (both or other.related) and between < search.people_gap_days:
        found[Rule.PEOPLE_GAP, None] += 1
    return found


def beside(search: Search, start: datetime) -> Breaches:
    """The dates before and after it on which somebody has a holiday that may yet move."""
    first = wall(start, search.home.zone).date()
    dates = (first - DAY, first + search.days * DAY)
    days = [[search.calendar.day(one.party, on) for one in search.calendar.offices] for on in dates]
    unsure = [any(day_rule(day) is Rule.PROVISIONAL_HOLIDAY for day in each) for each in days]
    return Counter({(Rule.UNCERTAIN, None): sum(unsure)} if any(unsure) else {})


def asked(search: Search, poll: Asked, taken: list[tuple[datetime, datetime]]) -> Breaches:
    """However many of its dates are in the way, only one of them comes true."""
    found: Breaches = Counter()
    gap = gap_to(search, poll)
    pairs = [(held, (date.starts.at, date.ends.at)) for held in taken for date in poll.dates]
    zone = search.home.zone
    same = any(
        wall(b, zone).date() <= wall(e - MINUTE, zone).date()
        and wall(s, zone).date() <= wall(end - MINUTE, zone).date()
        for (b, end), (s, e) in pairs
    )
    near = same or any(b < e + gap and s - gap < end for (b, end), (s, e) in pairs)
    for delegate in search.delegates:
        if delegate.id in poll.delegates and near:
            found[Rule.ASKED, delegate.party] += 1
    if same:
        found.update((Rule.ASKED, host) for host in of_both(search, poll))
    return found


def of_both(search: Search, other: Gathering) -> set[str]:
    return {search.host, *search.co_hosts} & {other.host, *other.co_hosts}


def gap_to(search: Search, other: Gathering) -> timedelta:
    away = search.place and other.place and search.place != other.place
    return max(search.gap, search.travel) if away else search.gap


def keeps_distance(search: Search, other: Neighbour, start: datetime, end: datetime) -> bool:
    zone = search.home.zone
    if other.this_comes == "after":
        between = wall(start, zone).date() - wall(other.ends - MINUTE, zone).date()
        follows = other.ends <= start
    else:
        between = wall(other.starts, zone).date() - wall(end - MINUTE, zone).date()
        follows = end <= other.starts
    most = between.days if other.max_days is None else other.max_days
    return follows and other.min_days <= between.days <= most


def cost(search: Search, found: Breaches) -> int:
    return sum(
        amount * search.treatment(rule).cost_for(party) for (rule, party), amount in found.items()
    )


def hard(search: Search, found: Breaches) -> frozenset[tuple[Rule, str | None]]:
    return frozenset((rule, party) for rule, party in found if search.treatment(rule).hard)


def minutes(begin: datetime, end: datetime) -> Iterator[datetime]:
    while begin < end:
        yield begin
        begin += MINUTE


@lru_cache(maxsize=1_000_000)
def wall(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
