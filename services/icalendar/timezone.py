"""The VTIMEZONE of an IANA zone (RFC 5545, 3.6.5)."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from icalendar import Timezone

from events.moments import Moment


def timezones(moments: Iterable[Moment]) -> str:
    """A VTIMEZONE for each zone that `moments` were said in, in the order of their names."""
    years: dict[str, set[int]] = {}
    for moment in moments:
        years.setdefault(moment.zone, set()).add(moment.wall.year)
    return "".join(vtimezone(zone, min(seen), max(seen)) for zone, seen in sorted(years.items()))


@lru_cache(maxsize=256)
def vtimezone(zone: str, first_year: int, last_year: int) -> str:
    """The VTIMEZONE of `zone` for those years and the one after."""
    block = Timezone.from_tzid(
        zone, first_date=date(first_year, 1, 1), last_date=date(last_year + 2, 1, 1)
    )
    block.pop("COMMENT", None)
    written: bytes = block.to_ical()
    return written.decode()
