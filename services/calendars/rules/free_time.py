"""When a party is busy, out of the meetings of its bodies, and nothing of why.

Two answers with one UID are told apart by DTSTAMP. So it never goes back: whatever changed last in
these bodies counts, of whatever date, and so does when anybody joined or left a body last.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from services.calendars.rules.assembly import EARLIEST, LATEST, Meeting
from services.icalendar.freebusy import Period, free_busy
from services.icalendar.lines import in_utc


def of_bodies(
    mechanisms: Iterable[str], known: Mapping[str, Mapping[str, Meeting]]
) -> list[Meeting]:
    """Their meetings, without what is owed."""
    return [one for key in mechanisms for one in known.get(key, {}).values() if one.party is None]


def between(
    party: str, meetings: Collection[Meeting], first: datetime, last: datetime, joined: datetime
) -> bytes:
    """When `party` is busy from `first` to `last`; `joined` is when its bodies changed last."""
    return free_busy(
        party,
        taken(meetings),
        first=first,
        last=last,
        changed=changed(meetings, joined),
        uid=f"free-busy.{party}.{in_utc(first)}-{in_utc(last)}",
    )


def throughout(party: str, meetings: Collection[Meeting], joined: datetime) -> bytes:
    """The same in all years that have meetings: whoever asks at an address gives no dates."""
    years = [year for one in meetings for year in (one.starts.year, one.ends.year)]
    known = [year for year in years if EARLIEST <= year <= LATEST] or [joined.year]
    return free_busy(
        party,
        taken(meetings),
        first=datetime(min(known), 1, 1, tzinfo=UTC),
        last=datetime(max(known) + 1, 1, 1, tzinfo=UTC),
        changed=changed(meetings, joined),
        uid=f"free-busy.{party}",
    )


def taken(meetings: Iterable[Meeting]) -> list[Period]:
    return [(one.starts, one.ends) for one in meetings if not one.cancelled]


def changed(meetings: Iterable[Meeting], joined: datetime) -> datetime:
    return max((joined, *(one.changed for one in meetings)))
