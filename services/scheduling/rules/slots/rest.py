"""When parties are not at work, or the host would rather not meet: windows of starts to avoid."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from events.moments import MINUTE
from events.working_time import Weekday
from services.scheduling.rules.slots.legs import Leg, range_of
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Preference, Search
from services.scheduling.rules.slots.window import Window
from services.working_time.calendar import Calendar
from services.working_time.days import DayKind
from services.working_time.hours import Office
from services.working_time.minutes import date_of, midnight
from services.working_time.stretches import Stretch, Use, hours

Sorted = dict[Rule, list[Stretch]]


def resting(search: Search, leg: Leg) -> Iterator[tuple[Rule, str | None, list[Window]]]:
    """What each party's clock and calendar forbid, and last what is liked less."""
    kept = search.kept
    home = kept.office(search.host)
    for office in kept.offices:
        if search.place is None or office == home:
            rests = resting_of(search, kept, office, office.zone)
        else:
            rests = of_guest(search, office, home.zone)
        for rule, stretches in rests.items():
            nights = rule is Rule.NIGHT and office == home
            yield Rule.HOST_NIGHT if nights else rule, office.party, touching(leg, stretches)
    if search.preference:
        for rule, stretches in liked_less(search, search.preference).items():
            yield rule, None, touching(leg, stretches)


def touching(leg: Leg, stretches: Iterable[Stretch]) -> list[Window]:
    """The starts of which a session shares time with one of `stretches`."""
    return [
        Window(first, past, stretch, after)
        for stretch in stretches
        for after in leg.sessions
        if (first := max(stretch.starts - after - leg.duration + 1, leg.first))
        < (past := min(stretch.ends - after, leg.past))
    ]


def resting_of(search: Search, kept: Calendar, office: Office, zone: str) -> Sorted:
    """When an office rests on the dates of the search, as they are in `zone`."""
    night = search.night // MINUTE
    return by_rule(kept, office.party, night, *dates(search, zone))


@lru_cache(maxsize=256)
def by_rule(calendar: Calendar, party: str, night: int, first: date, last: date) -> Sorted:
    """The time from `first` to `last` that `party` is not at work, by the rule that says so.

    On a day off its hours count too: who comes all the same does not come at midnight. Night is
    what lies more than so many minutes before the office opens or after it closes.
    """
    rests: Sorted = {}
    for stretch in calendar.stretches(party, first, last):
        off = stretch.use is Use.OFF
        for part in (stretch, *(hours(calendar.office(party), stretch.day) if off else ())):
            if part.use is not Use.OFFICE:
                rests.setdefault(rule_of(part), []).append(part)
            if dark := night_in(part, night):
                rests.setdefault(Rule.NIGHT, []).append(dark)
    return rests


def night_in(part: Stretch, night: int) -> Stretch | None:
    """What of a stretch before or after office hours is further from them than `night` minutes."""
    match part.use:
        case Use.BEFORE:
            dark = replace(part, ends=part.ends - night)
        case Use.AFTER:
            dark = replace(part, starts=part.starts + night)
        case _:
            return None
    return dark if dark.starts < dark.ends else None


def rule_of(stretch: Stretch) -> Rule:
    if stretch.use is Use.LUNCH:
        return Rule.LUNCH
    if stretch.use is not Use.OFF:
        return Rule.OFFICE_HOURS
    if stretch.day.kind is DayKind.WEEKEND:
        return Rule.WEEKEND
    return Rule.PROVISIONAL_HOLIDAY if stretch.day.provisional else Rule.HOLIDAY


def of_guest(search: Search, office: Office, zone: str) -> Sorted:
    """A guest in person keeps the host's hours, and its own holidays, by midnight in `zone`."""
    rests = resting_of(search, search.calendar, office, zone)
    return {
        rule: [at_home(stretch, zone) for stretch in rests[rule]]
        for rule in (Rule.HOLIDAY, Rule.PROVISIONAL_HOLIDAY)
        if rule in rests
    }


def at_home(stretch: Stretch, zone: str) -> Stretch:
    """The same date in `zone`."""
    on = stretch.day.on
    ends = midnight(on + timedelta(days=1), zone)
    return Stretch(midnight(on, zone), ends, stretch.use, stretch.day)


def liked_less(search: Search, preference: Preference) -> Sorted:
    """As the rest of an office that keeps the preferred hours on the preferred weekdays."""
    liked_hours = preference.hours
    liked = preference.weekdays or tuple(Weekday)
    settings = {
        "weekend": tuple(day for day in Weekday if day not in liked),
        "lunch": None,
        "country": None,
        **({"opens": liked_hours[0], "closes": liked_hours[1]} if liked_hours else {}),
    }
    office = Office.model_validate(search.home.model_dump() | settings)
    rests = by_rule(Calendar((office,)), office.party, 0, *dates(search, office.zone))
    named = {Rule.WEEKEND: Rule.PREFERRED_DAY}
    if liked_hours:
        named[Rule.OFFICE_HOURS] = Rule.PREFERRED_HOURS
    worked = {Rule.OFFICE_HOURS: True, Rule.WEEKEND: False}
    return {
        named[rule]: [stretch for stretch in stretches if stretch.day.works is worked[rule]]
        for rule, stretches in rests.items()
        if rule in named
    }


def dates(search: Search, zone: str) -> tuple[date, date]:
    """The first and the last date of the range in `zone`."""
    first, last = range_of(search)
    return date_of(first, zone), date_of(last, zone)
