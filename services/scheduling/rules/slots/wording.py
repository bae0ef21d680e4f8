"""Why a slot costs what it does, in words."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from events.moments import MINUTE, Moment, written
from events.working_time import Weekday
from services.quantities import counted
from services.scheduling.rules.length import spoken
from services.scheduling.rules.slots.legs import minute_up, taken
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Delegate, Engagement, Neighbour, Search
from services.scheduling.rules.slots.window import Beside, Clash, Near, Obstacle, Window
from services.working_time.days import perhaps_off
from services.working_time.hours import Office
from services.working_time.minutes import date_of, instant_of, minute_of
from services.working_time.stretches import Stretch, Use

MOST_NAMED = 3
ONE_DAY = timedelta(days=1)


def said(search: Search, obstacle: Obstacle, window: Window, start: int) -> str:
    """What a meeting that starts in the minute `start` breaks by being in `window`."""
    office = search.calendar.office(obstacle.party or search.host)
    match window.subject:
        case Stretch() as stretch:
            there = search.kept.office(office.party)
            return of_stretch(search, obstacle.rule, there, stretch, start + window.after)
        case Clash() as clash:
            names = ", ".join(delegate.name for delegate in clash.delegates)
            return of_clash(search, obstacle.rule, office, clash, f"{names} ({office.name})")
        case Near() as close:
            return of_near(search, obstacle.rule, office, close, start)
        case Beside() as holiday:
            return perhaps_off(holiday.on, ", ".join(holiday.parties), holiday.name)
        case Neighbour() as other:
            return of_neighbour(search, other)
        case None:
            assert search.not_before is not None
            return f"before {Moment.of(search.not_before, office.zone)}, when notice has run out"


def of_stretch(search: Search, rule: Rule, office: Office, stretch: Stretch, session: int) -> str:
    day = stretch.day
    off = f"{day.name} in {office.name}, {written(day.on)}"
    weekday = f"{Weekday.of(day.on).capitalize()}, {written(day.on)}"
    late = f"more than {spoken(search.night)}"
    side = "before" if stretch.use is Use.BEFORE else "after"
    return {
        Rule.OFFICE_HOURS: f"{clock(search, office, stretch, session)}, {side} office hours",
        Rule.NIGHT: f"{clock(search, office, stretch, session)}, {late} {side} office hours",
        Rule.HOST_NIGHT: f"{clock(search, office, stretch, session)}, {late} {side} office hours",
        Rule.LUNCH: f"lunch in {office.capital}",
        Rule.WEEKEND: f"weekend in {office.name}: {weekday}",
        Rule.HOLIDAY: f"holiday: {off}",
        Rule.PROVISIONAL_HOLIDAY: f"provisional holiday: {off}",
        Rule.PREFERRED_DAY: f"no preferred day: {weekday} in {office.capital}",
        Rule.PREFERRED_HOURS: f"{clock(search, office, stretch, session)}, not in preferred hours",
    }[rule]


def clock(search: Search, office: Office, stretch: Stretch, session: int) -> str:
    """The end of the session that lies in `stretch`, as clocks show it there: its start if both."""
    if stretch.starts <= session < stretch.ends:
        return f"{local(session, office):%H:%M} in {office.capital}"
    ends = session + search.duration // MINUTE
    return f"until {local(ends, office):%H:%M} in {office.capital}"


def of_clash(search: Search, rule: Rule, office: Office, clash: Clash, people: str) -> str:
    label = clash.other.label
    match rule:
        case Rule.HOST_BUSY:
            return f"{office.name} holds {label}"
        case Rule.BUSY:
            return f"{people} in {label}"
        case Rule.ASKED if clash.delegates:
            return f"{people} also asked for {label}, about the same date"
        case Rule.ASKED:
            return f"{office.name} may hold {label} that day"
        case _:
            assert isinstance(clash.other, Engagement)
            on = written(local(minute_of(clash.other.starts), search.home).date())
            return f"{people} less than {spoken(search.gap_to(clash.other))} from {label} on {on}"


def of_near(search: Search, rule: Rule, office: Office, close: Near, start: int) -> str:
    """Who is in another meeting how many days before or after, and how many a plan keeps."""
    if rule is Rule.BODY_GAP:
        return of_body(search, close, start)
    first, last = close.other.dates_in(search.home.zone)
    begins = date_of(start, search.home.zone)
    after = first - begins - timedelta(days=search.days)
    before = begins - last - ONE_DAY
    meeting = f"{close.other.label} on {written(last if before > after else first)}"
    between = max(before, after).days
    kept = f"with {counted(between, 'day') if between > 0 else 'no day'} between"
    if rule is Rule.HOST_GAP:
        who = f"{office.name} hosts"
    elif close.delegates:
        who = f"{people(search, close.delegates)} in"
    else:
        who = "the same people may be called to"
    if meanwhile(search, close.other, start):
        return f"{who} {meeting}, at the same time"
    return f"{who} {meeting}, {kept}; a year's plan keeps {close.gap}"


def meanwhile(search: Search, other: Engagement, start: int) -> bool:
    """Whether `other` goes on while a meeting that starts in the minute `start` takes delegates."""
    starts, ends = minute_of(other.starts), minute_up(other.ends)
    return any(begins < ends and starts < past for begins, past in taken(search, start))


def of_body(search: Search, close: Near, start: int) -> str:
    """When the body meets besides, on which side of that, and how long it waits by a plan."""
    zone, other = search.home.zone, close.other
    first, _ = other.dates_in(zone)
    days = (first - date_of(start, zone)).days
    apart = (
        f"{counted(abs(days), 'day')} {'later' if days > 0 else 'before'}" if days else "that day"
    )
    if other.this_comes == "after" and days >= 0:
        meeting = f"{other.label}, which comes first, is on {written(first)}"
    elif other.this_comes == "before" and days <= 0:
        meeting = f"{other.label}, which comes after it, is on {written(first)}"
    else:
        meeting = f"the body meets in {other.label} on {written(first)}"
    waits = f"; a year's plan waits {close.gap}" if abs(days) < close.gap else ""
    return f"{meeting}, {apart}{waits}"


def of_neighbour(search: Search, other: Neighbour) -> str:
    """Which of the two prepares which, how far apart, and to which date that leads."""
    zone = search.home.zone
    first, last = (Moment.of(at, zone).wall.date() for at in (other.starts, other.ends - MINUTE))
    between = f"with {counted(other.min_days - 1, 'day')} between"
    if other.this_comes == "after":
        ready, prepared = f"{other.label} on {written(last)}", search.title
        until = f"{between}, so from {written(last + timedelta(days=other.min_days))} on"
    else:
        ready, prepared = search.title, f"{other.label} on {written(first)}"
        until = f"{between}, so by {written(first - timedelta(days=other.min_days))}"
    if other.late:
        return f"{ready} can no longer prepare {prepared}, {between}"
    if other.max_days is not None:
        until = f"{other.min_days} to {other.max_days} days before"
    return f"{ready} prepares {prepared}, {until}"


def people(search: Search, delegates: Iterable[Delegate]) -> str:
    """Like `A. Omarova (Kazakhstan), L. Wang (China)`, or `6 people (China, Kazakhstan, ...)`."""
    named = [(one.name, search.calendar.office(one.party).name) for one in delegates]
    if len(named) <= MOST_NAMED:
        return ", ".join(f"{name} ({party})" for name, party in named)
    return f"{len(named)} people ({', '.join(dict.fromkeys(party for _, party in named))})"


def local(minute: int, office: Office) -> datetime:
    return instant_of(minute).astimezone(ZoneInfo(office.zone))
