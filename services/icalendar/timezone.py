"""The VTIMEZONE of an IANA zone (RFC 5545, 3.6.5), out of the data that `zoneinfo` reads.

A zone whose clocks never change has one STANDARD block. Where they change by the rule that the data
end in (the footer of RFC 9636), each half of the year is a block with an RRULE; any other change
is a block of its own. RDATE is not used: Outlook misreads it.
"""

import re
import zoneinfo
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from events.moments import Moment
from services.icalendar.lines import OF_UTC, lines

EVER = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall time before all meetings
RULE = re.compile(r",M(\d+)\.([1-5])\.([0-6])(?:/(\d+)(?::(\d\d))?)?")
WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
LAST = 5


class Change(NamedTuple):
    """Clocks go from one offset to another when they show `wall`, yearly by `rule` if there is one.

    `name` is what the time is called from then on, `summer` whether it is summer time.
    """

    wall: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool
    rule: str | None = None


class Yearly(NamedTuple):
    """The n-th `weekday` (0 is Sunday) of `month`, the last where n is 5, at a wall time."""

    month: int
    nth: int
    weekday: int
    time: timedelta

    @property
    def rule(self) -> str:
        nth = -1 if self.nth == LAST else self.nth
        return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={nth}{WEEKDAYS[self.weekday]}"

    def includes(self, wall: datetime) -> bool:
        midnight = wall.replace(hour=0, minute=0, second=0)
        week = timedelta(days=7)
        nth = (
            (wall + week).month != self.month
            if self.nth == LAST
            else self.nth == (wall.day - 1) // week.days + 1
        )
        return (
            wall.month == self.month
            and wall.isoweekday() % week.days == self.weekday
            and wall - midnight == self.time
            and nth
        )


def timezones(moments: Iterable[Moment]) -> str:
    """A VTIMEZONE for each zone that `moments` were said in, in the order of their names.

    UTC needs none.
    """
    years: dict[str, set[int]] = {}
    for moment in moments:
        if moment.zone not in OF_UTC:
            years.setdefault(moment.zone, set()).add(moment.wall.year)
    return "".join(vtimezone(zone, min(seen), max(seen)) for zone, seen in sorted(years.items()))


@lru_cache(maxsize=256)
def vtimezone(zone: str, first_year: int, last_year: int) -> str:
    """The VTIMEZONE of `zone`, right from the beginning of `first_year` to after `last_year`."""
    changes = list(changes_of(zone, first_year - 1, last_year + 1))
    yearly = rules_of(zone)
    regular = [change for change in changes if any(rule.includes(change.wall) for rule in yearly)]
    if changes and len(regular) == len(changes) == 2 * (last_year - first_year + 3):
        first = {change.summer: change for change in reversed(changes)}
        changes = [
            change._replace(rule=rule.rule)
            for change in first.values()
            for rule in yearly
            if rule.includes(change.wall)
        ]
    else:
        changes = [standing(zone, first_year - 1), *changes]
    blocks = (line for change in sorted(changes) for line in block(change))
    return lines(["BEGIN:VTIMEZONE", f"TZID:{zone}", *blocks, "END:VTIMEZONE"])


def block(change: Change) -> Iterator[str]:
    kind = "DAYLIGHT" if change.summer else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{change.wall:%Y%m%dT%H%M%S}"
    if change.rule:
        yield f"RRULE:{change.rule}"
    yield f"TZNAME:{change.name}"
    yield f"TZOFFSETFROM:{offset(change.before)}"
    yield f"TZOFFSETTO:{offset(change.after)}"
    yield f"END:{kind}"


def offset(value: timedelta) -> str:
    """UTC-OFFSET (RFC 5545, 3.3.14)."""
    minutes, seconds = divmod(abs(value) // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    sign = "-" if value < timedelta() else "+"
    return f"{sign}{hours:02}{minutes:02}" + (f"{seconds:02}" if seconds else "")


def standing(zone: str, year: int) -> Change:
    """What holds at the beginning of `year`, written as if it always had."""
    now = change_at(zone, datetime(year, 1, 1, tzinfo=UTC))
    return now._replace(wall=EVER, before=now.after)


def changes_of(zone: str, first_year: int, last_year: int) -> Iterator[Change]:
    """All changes of the clocks of `zone` in these years, found by looking at every day."""
    place = zoneinfo.ZoneInfo(zone)
    day = timedelta(days=1)
    at = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC)
    while at < end:
        if at.astimezone(place).utcoffset() != (at + day).astimezone(place).utcoffset():
            yield change_at(zone, onset(place, at, at + day))
        at += day


def onset(place: zoneinfo.ZoneInfo, early: datetime, late: datetime) -> datetime:
    """The instant between the two at which the offset changes."""
    second = timedelta(seconds=1)
    new = late.astimezone(place).utcoffset()
    while late - early > second:
        middle = early + (late - early) // (2 * second) * second
        if middle.astimezone(place).utcoffset() == new:
            late = middle
        else:
            early = middle
    return late


def change_at(zone: str, instant: datetime) -> Change:
    place = zoneinfo.ZoneInfo(zone)
    before = (instant - timedelta(seconds=1)).astimezone(place).utcoffset()
    local = instant.astimezone(place)
    after = local.utcoffset()
    assert before is not None
    assert after is not None
    return Change(
        wall=instant.replace(tzinfo=None) + before,
        before=before,
        after=after,
        name=local.tzname() or zone,
        summer=bool(local.dst()),
    )


def rules_of(zone: str) -> list[Yearly]:
    """When clocks change in every year to come; none where no RRULE would say it."""
    data = resources.files("tzdata.zoneinfo").joinpath(*zone.split("/")).read_bytes()
    footer = data.rsplit(b"\n", 2)[1].decode()
    return [
        Yearly(
            int(month),
            int(nth),
            int(weekday),
            timedelta(hours=int(hour or 2), minutes=int(minute or 0)),
        )
        for month, nth, weekday, hour, minute in RULE.findall(footer)
    ]
