"""Whether a date still stands on what it stood on: the parties' days, clocks and office hours.

Days off are announced late, zones change their rules, and parties their hours. So what was known
of them is kept when the date of a meeting is fixed, or asked about in a poll, and compared whenever
that may have changed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from importlib.metadata import version

from events.event import Event, Fact
from events.mechanisms import MilestoneKind
from events.meetings import Change, Finding, MeetingRechecked, Shift
from events.moments import Moment, Span, Zone, written
from events.polls import PollRechecked
from events.vocabulary import Actor, Identifier
from services import rights
from services.icalendar.clocks import span_on_clocks
from services.refusals import UnacceptableError
from services.scheduling.rules.hours import kept_on, outside
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.poll import Poll
from services.state import State
from services.working_time.calendar import Calendar
from services.working_time.days import perhaps_off
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
    """What a date stands on, for one party: its days, and the beginning on its clocks.

    `slot` is the date's in a poll; none for the date of a meeting. `outside` is whether it begins
    or ends outside of the party's office hours; none where these do not matter.
    """

    party: Identifier
    zone: Zone
    starts: Moment
    days: tuple[KnownDay, ...]
    slot: Identifier | None = None
    outside: bool | None = None


class Recheck(State):
    """One meeting or one poll (the id is its): what its dates stood on, what is otherwise by now.

    `asks_for` is the meeting that a poll is about. `let_stand` are deadlines as they would be
    counted, which the secretary has seen and did not want. `settled` is why it may stand as it is.
    """

    asks_for: Identifier | None = None
    grounds: tuple[Ground, ...]
    data: str
    findings: tuple[Finding, ...] = ()
    shifts: tuple[Shift, ...] = ()
    let_stand: dict[MilestoneKind, Moment] = {}
    settled: str | None = None

    @property
    def together(self) -> list[tuple[Finding, ...]]:
        """The findings, those that say the same of several dates of a poll as one."""
        same: dict[tuple[str, ...], tuple[Finding, ...]] = {}
        for one in self.findings:
            key = (one.change, one.party, one.found, one.action)
            same[key] = (*same.get(key, ()), one)
        return list(same.values())

    @property
    def fixed_on_days_off(self) -> list[tuple[str, KnownDay]]:
        """The days that were known to be off when the date was fixed, and whose they are."""
        return [
            (ground.party, day)
            for ground in self.grounds
            for day in ground.days
            if day.off and not day.provisional
        ]


@dataclass(frozen=True, slots=True)
class Dates:
    """What is checked: the date of a meeting, or those of a poll by their slots.

    They are as clocks have them today, where the zone that they were said in has other rules by
    now: their wall time stands.
    """

    id: str
    meeting: Meeting
    spans: Mapping[str | None, Span]


def of_meeting(meeting: Meeting) -> Dates:
    assert meeting.span is not None
    return Dates(meeting.id, meeting, {None: span_on_clocks(meeting.span)})


def of_poll(poll: Poll, meeting: Meeting) -> Dates:
    return Dates(poll.id, meeting, {slot.slot: span_on_clocks(slot.span) for slot in poll.slots})


def begin(dates: Dates, calendar: Calendar) -> Recheck:
    """Keep what is known now."""
    return Recheck(
        id=dates.id,
        mechanism=dates.meeting.mechanism,
        asks_for=None if dates.id == dates.meeting.id else dates.meeting.id,
        grounds=tuple(grounds(dates, calendar)),
        data=DATA,
    )


def grounds(dates: Dates, calendar: Calendar) -> Iterator[Ground]:
    for slot, span in dates.spans.items():
        for party in dates.meeting.parties:
            there = clocks_for(dates, calendar, party)
            missed = bool(outside(span, calendar.office(party), there)) if there else None
            yield ground(span, calendar, party, slot, missed=missed)


def elsewhere(recheck: Recheck, dates: Dates, calendar: Calendar, before: Meeting) -> Recheck:
    """The same after its meeting, as it was `before`, got another place alone.

    Where hours matter on other clocks by that, how they are kept is known anew.
    """
    there = replace(dates, meeting=before)
    fresh = {(one.party, one.slot): one.outside for one in grounds(dates, calendar)}
    kept = (
        one
        if clocks_for(there, calendar, one.party) == clocks_for(dates, calendar, one.party)
        else one.model_copy(update={"outside": fresh[one.party, one.slot]})
        for one in recheck.grounds
    )
    return recheck.model_copy(update={"grounds": tuple(kept)})


def ground(
    span: Span,
    calendar: Calendar,
    party: str,
    slot: str | None = None,
    *,
    missed: bool | None = None,
) -> Ground:
    zone = calendar.office(party).zone
    first, last = span.starts.wall.date(), span.ends.wall.date()
    dates = (first + number * ONE_DAY for number in range((last - first).days + 1))
    return Ground(
        party=party,
        zone=zone,
        starts=Moment.of(span.starts.at, zone),
        days=tuple(known(calendar, party, on) for on in dates),
        slot=slot,
        outside=missed,
    )


def clocks_for(dates: Dates, calendar: Calendar, party: str) -> Office | None:
    """The office on whose clocks the hours of a party matter; none where they do not."""
    host = calendar.office(dates.meeting.turn.host)
    place = dates.meeting.place or host.capital
    return kept_on(place, host, calendar.office(party), calendar)


def known(calendar: Calendar, party: str, on: date) -> KnownDay:
    day = calendar.day(party, on)
    return KnownDay(
        on=on, off=not day.works, provisional=day.provisional, name=day.name, source=day.source
    )


def check(
    recheck: Recheck, dates: Dates, calendar: Calendar, shifts: tuple[Shift, ...] = ()
) -> list[Event]:
    """What became otherwise since the dates were fixed or asked, where that is not yet said."""
    findings = tuple(findings_of(recheck, dates, calendar))
    if (findings, shifts) == (recheck.findings, recheck.shifts):
        return []
    return [said(recheck, findings, shifts)]


def settle(
    recheck: Recheck, dates: Dates, calendar: Calendar, *, reason: str, actor: Actor
) -> tuple[Recheck, list[Event]]:
    """Let a meeting or a poll stand as it is; what is known now is what its dates stand on."""
    rights.secretary(actor, "let a meeting stand")
    if not recheck.findings and not recheck.shifts:
        raise UnacceptableError(f"{recheck.id} stands as it was fixed; nothing is to settle")
    seen = {one.kind: one.now for one in recheck.shifts}
    kept = {"revision": recheck.revision, "let_stand": {**recheck.let_stand, **seen}}
    fresh = begin(dates, calendar).model_copy(update=kept)
    return fresh, [said(fresh, reason=reason, let_stand=recheck.findings)]


def said(
    recheck: Recheck,
    findings: tuple[Finding, ...] = (),
    shifts: tuple[Shift, ...] = (),
    reason: str | None = None,
    let_stand: tuple[Finding, ...] = (),
) -> Event:
    if recheck.asks_for is None:
        return MeetingRechecked(
            mechanism=recheck.mechanism,
            meeting=recheck.id,
            findings=findings,
            shifts=shifts,
            data=DATA,
            reason=reason,
            let_stand=let_stand,
        )
    return PollRechecked(
        mechanism=recheck.mechanism,
        poll=recheck.id,
        meeting=recheck.asks_for,
        findings=findings,
        data=DATA,
        reason=reason,
    )


def findings_of(recheck: Recheck, dates: Dates, calendar: Calendar) -> Iterator[Finding]:
    """By slot and party, its clocks or its hours before its days."""
    host = dates.meeting.turn.host
    for then in recheck.grounds:
        span = dates.spans[then.slot]
        now = ground(span, calendar, then.party, then.slot)
        party = calendar.office(then.party)
        there = clocks_for(dates, calendar, then.party)
        if then.starts.wall != now.starts.wall:
            zones = changed_between(then, now, span.starts.zone)
            yield clocks_moved(then, now, party, zones, host=then.party == host)
        elif then.outside is False and there and (wall := outside(span, party, there)):
            yield hours_left(now, party, there, *wall)
        for before, after in zip(then.days, now.days, strict=True):
            if after.off and (not before.off or (before.provisional and not after.provisional)):
                yield day_lost(party, after, then.slot)


def changed_between(then: Ground, now: Ground, zone: str) -> list[str]:
    """The zones that have other rules by now: that of the date, which is `zone`, or the party's."""
    of_the_date = [zone] if then.starts.at != now.starts.at else []
    of_the_party = [now.zone] if then.starts.zone_has_changed or not of_the_date else []
    return list(dict.fromkeys([*of_the_date, *of_the_party]))


def clocks_moved(
    then: Ground, now: Ground, party: Office, zones: Sequence[str], *, host: bool
) -> Finding:
    was, is_now = f"{then.starts.wall:%H:%M}", f"{now.starts.wall:%H:%M}"
    tell = f"tell {party.name} that it begins at {is_now}"
    move = "ask for another date" if then.slot else "reschedule it"
    have = f"{' and '.join(zones)} {'has' if len(zones) == 1 else 'have'} other rules"
    return Finding(
        change=Change.CLOCKS,
        party=then.party,
        on=now.starts.wall.date(),
        found=f"{have}: it begins at {is_now} in {party.name}, no longer at {was}",
        action=f"{move} to keep {was} at the host's, or {tell}" if host else tell,
        slot=then.slot,
    )


def hours_left(now: Ground, party: Office, there: Office, begins: time, ends: time) -> Finding:
    move = "choose another date" if now.slot else "reschedule it into these hours"
    return Finding(
        change=Change.HOURS,
        party=now.party,
        on=now.starts.wall.date(),
        found=f"{party.name} works from {party.opens:%H:%M} to {party.closes:%H:%M} by now; "
        f"it begins at {begins:%H:%M} and ends at {ends:%H:%M} in {there.capital}",
        action=f"{move}, or let it stand if {party.name} comes at that time all the same",
        slot=now.slot,
    )


def day_lost(party: Office, day: KnownDay, slot: str | None = None) -> Finding:
    what = f"{day.name or 'a day of rest'} ({day.source})"
    if day.provisional:
        reserve = "choose another date" if slot else "keep another date in reserve"
        return Finding(
            change=Change.MAY_BE_OFF,
            party=party.party,
            on=day.on,
            found=f"{perhaps_off(day.on, party.name, what)}, not announced yet",
            action=f"{reserve} until {party.name} announces it",
            slot=slot,
        )
    move = "choose another date, or withdraw the poll and ask others" if slot else "reschedule"
    return Finding(
        change=Change.DAY_OFF,
        party=party.party,
        on=day.on,
        found=f"{written(day.on)} is a day off in {party.name}: {what}",
        action=f"{move}, or let it stand if {party.name} comes all the same",
        slot=slot,
    )


def unsure(
    span: Span, calendar: Calendar, parties: Iterable[str], slot: str | None = None
) -> Iterator[Finding]:
    """The days of a meeting, or of a date that is asked, that may yet be off, and whose."""
    for party in parties:
        for day in ground(span, calendar, party).days:
            if day.off and day.provisional:
                yield day_lost(calendar.office(party), day, slot)


def unsure_of(poll: Poll, calendar: Calendar) -> Iterator[Finding]:
    """The days of its dates that may yet be off."""
    for slot in poll.slots:
        yield from unsure(span_on_clocks(slot.span), calendar, poll.parties, slot.slot)


def evolve(recheck: Recheck, event: Event) -> Recheck:
    """The recheck after `event`."""
    assert isinstance(event, MeetingRechecked | PollRechecked)
    shifts = event.shifts if isinstance(event, MeetingRechecked) else ()
    change = {
        "findings": event.findings,
        "shifts": shifts,
        "data": event.data,
        "settled": event.reason,
    }
    return recheck.model_copy(update=change)
