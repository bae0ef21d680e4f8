"""Whether a date still stands on what it stood on: the parties' days, and their clocks.

Days off are announced late, and zones change their rules. So what was known of the days and the
clocks of a meeting is kept when its date is fixed, and compared whenever that may have changed.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version

from events.event import Event, Fact
from events.meetings import Change, Finding, MeetingRechecked
from events.moments import Moment, Zone
from events.vocabulary import Actor, Identifier
from services import rights
from services.refusals import UnacceptableError
from services.scheduling.rules.meeting import Meeting
from services.state import State
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from services.working_time.public_holidays import HOLIDAY_DATA

DATA = f"{HOLIDAY_DATA}, tzdata {version('tzdata')}"
ONE_DAY = timedelta(days=1)


class KnownDay(Fact):
    """A date of the meeting as a party has it; an `off` day may be `provisional`.

    `source` is who says so.
    """

    on: date
    off: bool
    provisional: bool
    name: str | None
    source: str | None = None


class Ground(Fact):
    """What a date stands on, for one party: its days, and the beginning on its clocks."""

    party: Identifier
    zone: Zone
    starts: Moment
    days: tuple[KnownDay, ...]


class Recheck(State):
    """One meeting (the id is its): what its date stood on, and what is otherwise by now."""

    grounds: tuple[Ground, ...]
    data: str
    findings: tuple[Finding, ...] = ()


def begin(meeting: Meeting, calendar: Calendar) -> Recheck:
    """Keep what is known now of a meeting that has a date."""
    return Recheck(
        id=meeting.id,
        mechanism=meeting.mechanism,
        grounds=tuple(ground(meeting, calendar, party) for party in meeting.parties),
        data=DATA,
    )


def ground(meeting: Meeting, calendar: Calendar, party: str) -> Ground:
    assert meeting.span is not None
    zone = calendar.office(party).zone
    first, last = meeting.span.starts.wall.date(), meeting.span.ends.wall.date()
    dates = (first + number * ONE_DAY for number in range((last - first).days + 1))
    return Ground(
        party=party,
        zone=zone,
        starts=Moment.of(meeting.span.starts.at, zone),
        days=tuple(known(calendar, party, on) for on in dates),
    )


def known(calendar: Calendar, party: str, on: date) -> KnownDay:
    day = calendar.day(party, on)
    return KnownDay(
        on=on, off=not day.works, provisional=day.provisional, name=day.name, source=day.source
    )


def check(recheck: Recheck, meeting: Meeting, calendar: Calendar) -> list[Event]:
    """What became otherwise since the date was fixed, where that is not yet said."""
    findings = tuple(findings_of(recheck, meeting, calendar))
    if findings == recheck.findings:
        return []
    return [said(recheck, findings)]


def settle(
    recheck: Recheck, meeting: Meeting, calendar: Calendar, *, reason: str, actor: Actor
) -> tuple[Recheck, list[Event]]:
    """Let the meeting stand as it is; what is known now is what its date stands on."""
    rights.secretary(actor, "let a meeting stand")
    if not recheck.findings:
        raise UnacceptableError(f"{recheck.id} stands as it was fixed; nothing is to settle")
    fresh = begin(meeting, calendar).model_copy(update={"revision": recheck.revision})
    return fresh, [said(fresh, (), reason)]


def said(
    recheck: Recheck, findings: tuple[Finding, ...], reason: str | None = None
) -> MeetingRechecked:
    return MeetingRechecked(
        mechanism=recheck.mechanism,
        meeting=recheck.id,
        findings=findings,
        data=DATA,
        reason=reason,
    )


def findings_of(recheck: Recheck, meeting: Meeting, calendar: Calendar) -> Iterator[Finding]:
    """By party, its clocks before its days."""
    for then in recheck.grounds:
        now = ground(meeting, calendar, then.party)
        party = calendar.office(then.party)
        if then.starts.wall != now.starts.wall:
            yield clocks_moved(then, now, party, host=then.party == meeting.turn.host)
        for before, after in zip(then.days, now.days, strict=True):
            if after.off and (not before.off or (before.provisional and not after.provisional)):
                yield day_lost(party, after)


def clocks_moved(then: Ground, now: Ground, party: Office, *, host: bool) -> Finding:
    was, is_now = f"{then.starts.wall:%H:%M}", f"{now.starts.wall:%H:%M}"
    tell = f"tell {party.name} that it begins at {is_now}"
    return Finding(
        change=Change.CLOCKS,
        party=then.party,
        on=now.starts.wall.date(),
        found=f"{now.zone} has other rules: it begins at {is_now} there, no longer at {was}",
        action=f"reschedule it to keep {was} at the host's, or {tell}" if host else tell,
    )


def day_lost(party: Office, day: KnownDay) -> Finding:
    what = f"{day.name or 'a day of rest'} ({day.source})"
    if day.provisional:
        return Finding(
            change=Change.MAY_BE_OFF,
            party=party.party,
            on=day.on,
            found=f"{day.on} may be a day off in {party.name}: {what}, not announced yet",
            action=f"keep another date in reserve until {party.name} announces it",
        )
    return Finding(
        change=Change.DAY_OFF,
        party=party.party,
        on=day.on,
        found=f"{day.on} is a day off in {party.name}: {what}",
        action=f"reschedule, or let it stand if {party.name} comes all the same",
    )


def evolve(recheck: Recheck, event: Event) -> Recheck:
    """The recheck after `event`."""
    assert isinstance(event, MeetingRechecked)
    return recheck.model_copy(update={"findings": event.findings, "data": event.data})
