"""Finding a time for a meeting, from all that scheduling knows."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from events.faults import first_fault
from events.mechanisms import Rules
from events.moments import Moment, written
from events.road.session import Session
from services import directory
from services.reading import Reader
from services.refusals import UnacceptableError, WrongStateError
from services.scheduling.commands.gatherings import asked, delegates, engagements, rhythm_of
from services.scheduling.commands.lengths import usual_sessions
from services.scheduling.commands.neighbours import named, registered
from services.scheduling.commands.wanted import Wanted
from services.scheduling.queries import calendar_of
from services.scheduling.rules.asking import Given, Suggestion, suggestion, zone_of
from services.scheduling.rules.meeting import Meeting, Stage
from services.scheduling.rules.slots.answer import Answer
from services.scheduling.rules.slots.find import find
from services.scheduling.rules.slots.rule import DEFAULTS, Rule
from services.scheduling.rules.slots.search import Search
from services.scheduling.tables import MEETINGS
from services.working_time.counting import first_start

AROUND = timedelta(days=30)
HELD_SURE = DEFAULTS[Rule.PROVISIONAL_HOLIDAY].model_copy(update={"hard": True})


async def slots_for(
    reader: Reader,
    key: str,
    wanted: Wanted,
    now: datetime,
    *,
    called: datetime | None = None,
    to_ask: bool = False,
) -> Answer:
    """Ranked times for the meeting, or the fewest rules that would have to give way.

    All meetings count; those that the reader may not read are not named. What lies before `now` is
    not searched. Notice is given when the meeting is `called`: now, unless said otherwise. Where
    they are `to_ask` about, times of like cost lie far apart, and none may yet be a day off while
    there is another.
    """
    meeting = await MEETINGS.get(reader.session, key)
    if meeting.stage not in {Stage.PLANNED, Stage.SCHEDULED}:
        raise WrongStateError(f"{key} is {meeting.stage}; only a coming meeting needs a time")
    wanted = in_its_year(meeting, wanted)
    try:
        search = await search_for(reader, meeting, wanted, now, called or now)
    except ValidationError as error:
        raise UnacceptableError(first_fault(error, "the search")) from None
    except ValueError as error:
        raise UnacceptableError(str(error)) from None
    comes = {delegate.party for delegate in search.delegates}
    first = datetime.combine(wanted.first, time(), ZoneInfo(search.home.zone))
    return (to_ask_about(search) if to_ask else find(search)).model_copy(
        update={
            "since": Moment.of(now, search.home.zone) if first < now else None,
            "unnamed": tuple(party for party in meeting.parties if party not in comes),
        }
    )


def to_ask_about(search: Search) -> Answer:
    """Times far apart that nobody may yet have off; others only where there is none of these.

    Or where the search itself lets a holiday that may yet move give way.
    """
    spread = search.model_copy(update={"spread": True})
    kept = {Rule.PROVISIONAL_HOLIDAY: HELD_SURE, **search.rules}
    answer = find(spread.model_copy(update={"rules": kept}))
    return answer if answer.slots else find(spread)


async def search_for(
    reader: Reader, meeting: Meeting, wanted: Wanted, now: datetime, called: datetime
) -> Search:
    session = reader.session
    calendar = await calendar_of(session, meeting.parties)
    host = calendar.office(meeting.turn.host)
    rules = await rules_of(session, meeting)
    starts, ends = (
        datetime.combine(on, time(), ZoneInfo(host.zone))
        for on in (wanted.first, wanted.last + timedelta(days=1))
    )
    if ends <= now:
        raise UnacceptableError(f"{written(wanted.last)} has passed; search for later dates")
    notified = first_start(Moment.of(called, host.zone), rules, calendar, host.party)
    not_before = Moment.of(now, host.zone) if wanted.short_notice else notified
    people = await delegates(session)
    body = await rhythm_of(reader, meeting)
    usual_days, duration = await usual_sessions(session, meeting)
    days = wanted.days or usual_days
    by_registry = await registered(
        reader,
        meeting,
        zone=host.zone,
        days=days,
        earliest=not_before,
        but=(wanted.prepares, wanted.prepared_by),
    )
    return Search(
        title=meeting.title,
        starts=max(starts, now),
        ends=ends,
        duration=timedelta(minutes=wanted.minutes) if wanted.minutes else duration,
        days=days,
        calendar=calendar,
        host=host.party,
        co_hosts=meeting.turn.co_hosts,
        place=wanted.place_of(meeting, host),
        delegates=tuple(people.get(meeting.mechanism, {}).values()),
        engagements=await engagements(
            reader, meeting, people, body, starts - AROUND, ends + AROUND
        ),
        asked=await asked(reader, meeting, people),
        gap=timedelta(minutes=wanted.gap),
        body_gap_days=body.waits,
        not_before=not_before.at,
        neighbours=(*await named(reader, meeting, wanted), *by_registry),
        rules={rule: DEFAULTS[rule].model_copy(update={"hard": False}) for rule in wanted.relax},
        limit=wanted.limit,
        per_day=wanted.per_day,
    )


def in_its_year(meeting: Meeting, wanted: Wanted) -> Wanted:
    """The same, of the dates in the year that the meeting bears: it is held in no other.

    UnacceptableError where there are none.
    """
    begins, ends = date(meeting.year, 1, 1), date(meeting.year, 12, 31)
    if wanted.first > ends or wanted.last < begins:
        raise UnacceptableError(
            f"this is the meeting of {meeting.year}; look for dates in {meeting.year}"
        )
    dates = {"first": max(wanted.first, begins), "last": min(wanted.last, ends)}
    return wanted.model_copy(update=dates)


async def suggestion_for(reader: Reader, key: str, now: datetime, given: Given) -> Suggestion:
    """What to begin with when a date is asked for the meeting."""
    meeting = await reader.get(MEETINGS, key)
    body = await directory.find(reader.session, meeting.mechanism)
    there = zone_of(meeting, {party.id: party for party in body.parties})
    calendar = await calendar_of(reader.session, meeting.parties)
    rules, others = await rules_of(reader.session, meeting), await rhythm_of(reader, meeting)
    try:
        return suggestion(meeting, there, rules, calendar, others, now, given)
    except ValueError as error:
        raise UnacceptableError(str(error)) from None


async def rules_of(session: Session, meeting: Meeting) -> Rules:
    """Those that the meeting is convoked under, or would be."""
    return meeting.rules or (await directory.find(session, meeting.mechanism)).rules
