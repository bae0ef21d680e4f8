"""What keeps a meeting from the date that somebody gives it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from events.moments import Moment, Span
from events.polls import Slot
from events.road.transaction import Transaction
from events.vocabulary import Identifier
from services.icalendar.clocks import span_on_clocks
from services.reading import Reader
from services.refusals import UnacceptableError
from services.scheduling.commands.gatherings import asked, delegates, engagements, rhythm_of
from services.scheduling.commands.neighbours import registered
from services.scheduling.commands.slots import AROUND, rules_of
from services.scheduling.commands.wanted import Whereabouts
from services.scheduling.queries import calendar_of
from services.scheduling.rules.hours import kept_on, missed, outside
from services.scheduling.rules.length import ONE_DAY, sessions_of
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.recheck import unsure
from services.scheduling.rules.slots.city import unless_online
from services.scheduling.rules.slots.clashes import BESIDE, clashes
from services.scheduling.rules.slots.rule import Rule
from services.scheduling.rules.slots.search import Search
from services.working_time.calendar import Calendar
from services.working_time.counting import first_start
from services.working_time.hours import Office
from services.working_time.minutes import instant_of, minute_of


async def reader_in(work: Transaction) -> Reader:
    """Whoever acts, as a reader of other meetings."""
    return await Reader.of(work.session, work.cause.actor)


async def check_clashes(
    work: Transaction,
    meeting: Meeting,
    calendar: Calendar,
    spans: Sequence[Span],
    where: Whereabouts,
    *,
    unprepared: bool = False,
) -> None:
    """Refuse dates at which somebody is elsewhere or has a day off, or outside office hours.

    Or, unless it may be `unprepared`, at which what prepares another meeting comes too late for it.
    Raises UnacceptableError.
    """
    reader = await reader_in(work)
    host = calendar.office(meeting.turn.host)
    for span in spans:
        search = await search_at(reader, meeting, calendar, span, where, work.now)
        if unprepared:
            search = search.model_copy(update={"neighbours": ()})
        found = [*clashes(search), *out_of_hours(span, search.place, host, calendar)]
        if found:
            raise UnacceptableError(
                f"{span.starts}: {'; '.join(found)}; choose another date, or say despite_clashes"
            )


async def near_each(
    reader: Reader, meeting: Meeting, slots: Sequence[Slot], where: Whereabouts, now: datetime
) -> dict[Identifier, tuple[str, ...]]:
    """By those of `slots` that are too near to another meeting, or asked about for it, to which."""
    found = await beside_each(reader, meeting, [one.span for one in slots], where, now)
    return {one.slot: found[one.span] for one in slots if found[one.span]}


async def beside_each(
    reader: Reader, meeting: Meeting, spans: Iterable[Span], where: Whereabouts, now: datetime
) -> dict[Span, tuple[str, ...]]:
    """By span, to which meetings it leaves fewer days than a plan keeps, and who else asks for it.

    These are polls about other meetings that ask the same people, or the host. Beside that, which
    holiday on the day before or after may yet move onto it.
    """
    calendar = await calendar_of(reader.session, meeting.parties)
    others = {"asked": await asked(reader, meeting, await delegates(reader.session))}
    found = {}
    for span in spans:
        search = await search_at(reader, meeting, calendar, span, where, now)
        found[span] = tuple(clashes(search.model_copy(update=others), BESIDE))
    return found


async def check_place(work: Transaction, meeting: Meeting, calendar: Calendar, place: str) -> None:
    """Refuse another place for the same date where it is what makes for a clash, or a graver one.

    What stood in the way at the place before stands as it did. Raises UnacceptableError.
    """
    assert meeting.span is not None
    span, host = span_on_clocks(meeting.span), calendar.office(meeting.turn.host)
    where = Whereabouts(place=place)
    search = await search_at(await reader_in(work), meeting, calendar, span, where, work.now)
    before = search.model_copy(update={"place": unless_online(meeting.place)})
    stood = clashes(before)
    found = [clash for clash in clashes(search) if clash not in stood]
    if beyond(span, search.place, host, calendar) > beyond(span, before.place, host, calendar):
        found += out_of_hours(span, search.place, host, calendar)
    if found:
        raise UnacceptableError(
            f"{place}, {span.starts}: {'; '.join(found)}; choose another place, or say "
            "despite_clashes"
        )


async def also_asked(
    reader: Reader, meeting: Meeting, calendar: Calendar, now: datetime
) -> tuple[str, ...]:
    """Which polls about other meetings ask the same people, or the host, about its date."""
    people = await delegates(reader.session)
    others = await asked(reader, meeting, people)
    if meeting.span is None or not others:
        return ()
    span = span_on_clocks(meeting.span)
    search = await search_at(reader, meeting, calendar, span, Whereabouts(), now)
    return tuple(clashes(search.model_copy(update={"asked": others}), {Rule.ASKED}))


async def search_at(
    reader: Reader,
    meeting: Meeting,
    calendar: Calendar,
    span: Span,
    where: Whereabouts,
    now: datetime,
) -> Search:
    """The search of which `span` is the first slot."""
    people = await delegates(reader.session)
    host = calendar.office(meeting.turn.host)
    days, duration = sessions_of(span)
    first, last = span.starts.at - AROUND, span.ends.at + AROUND
    called = Moment.of(now, host.zone)
    known = await rules_of(reader.session, meeting)
    body = await rhythm_of(reader, meeting)
    return Search(
        title=meeting.title,
        starts=instant_of(minute_of(span.starts.at)),
        ends=span.ends.at + ONE_DAY,
        duration=duration,
        days=days,
        calendar=calendar,
        host=host.party,
        co_hosts=meeting.turn.co_hosts,
        place=where.place_of(meeting, host),
        delegates=tuple(people.get(meeting.mechanism, {}).values()),
        engagements=await engagements(reader, meeting, people, body, first, last),
        gap=timedelta(minutes=where.gap),
        body_gap_days=body.waits,
        neighbours=await registered(
            reader,
            meeting,
            zone=host.zone,
            days=days,
            earliest=first_start(called, known, calendar, host.party),
        ),
    )


def out_of_hours(span: Span, place: str | None, host: Office, calendar: Calendar) -> Iterator[str]:
    """That clocks where the meeting is show what is not within the hours that the host keeps."""
    there = kept_on(place, host, host, calendar)
    if there and (wall := outside(span, host, there)):
        begins, ends = wall
        yield (
            f"{begins:%H:%M} to {ends:%H:%M} in {there.capital} is outside the office hours that "
            f"{host.name} keeps, {host.opens:%H:%M} to {host.closes:%H:%M}"
        )


def beyond(span: Span, place: str | None, host: Office, calendar: Calendar) -> timedelta:
    """How far it reaches beyond the hours that the host keeps, on clocks where the meeting is."""
    there = kept_on(place, host, host, calendar)
    return missed(span, host, there) if there else timedelta()


def check_sure(meeting: Meeting, calendar: Calendar, span: Span) -> None:
    """Refuse, with UnacceptableError, to fix a date that may yet become a day off.

    It may be asked about: the delegations know best, and are told.
    """
    if found := [one.found for one in unsure(span, calendar, meeting.parties)]:
        raise UnacceptableError(f"{'; '.join(found)}; choose another date, or say despite_clashes")
