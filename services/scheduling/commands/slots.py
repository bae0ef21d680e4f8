"""Finding a time for a meeting, from all that scheduling knows."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from sqlmodel import col

from events.faults import first_fault
from events.mechanisms import Rules
from events.moments import Moment, Span
from events.road.session import Session
from events.road.transaction import Transaction
from events.vocabulary import Identifier, Title
from services import coordinators, directory
from services.inputs import Input
from services.reading import Reader
from services.refusals import UnacceptableError, WrongStateError
from services.scheduling.commands.lengths import usual_sessions
from services.scheduling.commands.withdrawing import UNANSWERED
from services.scheduling.queries import calendar_of
from services.scheduling.rules.length import MOST_DAYS, ONE_DAY, sessions_of
from services.scheduling.rules.meeting import Meeting, Stage
from services.scheduling.rules.poll import tally
from services.scheduling.rules.recheck import unsure
from services.scheduling.rules.slots.answer import Answer, Reason
from services.scheduling.rules.slots.city import at_capital
from services.scheduling.rules.slots.find import examine, find
from services.scheduling.rules.slots.rule import DEFAULTS, Rule
from services.scheduling.rules.slots.search import (
    Asked,
    Delegate,
    Engagement,
    Neighbour,
    Search,
)
from services.scheduling.tables import MEETINGS, POLLS, MeetingRow, PollRow
from services.working_time.calendar import Calendar
from services.working_time.counting import first_start
from services.working_time.hours import Office
from services.working_time.minutes import instant_of, minute_of

HELD = (Stage.SCHEDULED, Stage.OPEN)
AROUND = timedelta(days=30)
FIRST_DATE, LAST_DATE = date(1990, 1, 1), date(2201, 12, 31)
RESTRICTED = "a restricted meeting"
CLASHES = (Rule.BUSY, Rule.GAP, Rule.HOST_BUSY, Rule.WEEKEND, Rule.HOLIDAY)


class Whereabouts(Input):
    """Where a meeting would be, and how much time its delegates need around it."""

    place: Title | None = Field(
        default=None,
        description="None: where the meeting is, or else the capital of its host",
        examples=["Tashkent, Palace of Conventions"],
    )
    online: bool = Field(default=False, description="Nobody travels")
    gap: int = Field(
        default=0,
        ge=0,
        le=10_080,
        description="Minutes that a delegate needs between two meetings in one city or online",
        examples=[30],
    )

    @model_validator(mode="after")
    def is_somewhere(self) -> Self:
        if self.online and self.place:
            raise ValueError("give place or online, not both")
        return self

    def place_of(self, meeting: Meeting, host: Office) -> str | None:
        """None where it would be online."""
        return None if self.online else self.place or meeting.place or host.capital


class Wanted(Whereabouts):
    """A time for a meeting: between which dates at the host's, how long, on how many days.

    How long and on how many days not said: as the meeting is, else as its body's last one was,
    else 240 minutes on one day.
    """

    first: date = Field(ge=FIRST_DATE, le=LAST_DATE, examples=["2027-05-03"])
    last: date = Field(ge=FIRST_DATE, le=LAST_DATE, examples=["2027-06-30"])
    minutes: int | None = Field(default=None, gt=0, le=1440, examples=[240])
    days: int | None = Field(default=None, ge=1, le=MOST_DAYS)
    limit: int = Field(default=5, ge=1, le=40)
    per_day: int = Field(default=1, ge=1, le=48)
    short_notice: bool = Field(default=False, description="The parties agreed to less notice")
    relax: tuple[Rule, ...] = Field(
        default=(), max_length=len(Rule), description="Rules that may be broken, at a price"
    )
    prepares: Identifier | None = Field(default=None, description="A meeting after this one")
    prepared_by: Identifier | None = Field(default=None, description="A meeting before this one")
    min_days: int = Field(default=1, ge=0, le=365, description="Between the two, at least")
    max_days: int = Field(default=120, ge=0, le=730, description="Between the two, at most")

    def after(self, on: date) -> Self:
        """The same, of the dates after `on`; UnacceptableError where none is."""
        if self.last <= on:
            raise UnacceptableError(
                f"{self.last}, the last date, is not after {on}; ask later ones"
            )
        return self.model_copy(update={"first": max(self.first, on + ONE_DAY)})

    @field_validator("last")
    @classmethod
    def comes_after_first(cls, last: date, info: ValidationInfo) -> date:
        first = info.data.get("first")
        if first is not None and last < first:
            raise ValueError(f"{last} is before {first}, the first date; exchange the two")
        return last


async def slots_for(
    reader: Reader, key: str, wanted: Wanted, now: datetime, called: datetime | None = None
) -> Answer:
    """Ranked times for the meeting, or the fewest rules that would have to give way.

    All meetings count; those that the reader may not read are not named. What lies before `now` is
    not searched. Notice is given when the meeting is `called`: now, unless said otherwise.
    """
    meeting = await MEETINGS.get(reader.session, key)
    if meeting.stage not in {Stage.PLANNED, Stage.SCHEDULED}:
        raise WrongStateError(f"{key} is {meeting.stage}; only a coming meeting needs a time")
    try:
        search = await search_for(reader, meeting, wanted, now, called or now)
    except ValidationError as error:
        raise UnacceptableError(first_fault(error, "the search")) from None
    except ValueError as error:
        raise UnacceptableError(str(error)) from None
    comes = {delegate.party for delegate in search.delegates}
    first = datetime.combine(wanted.first, time(), ZoneInfo(search.home.zone))
    return find(search).model_copy(
        update={
            "since": Moment.of(now, search.home.zone) if first < now else None,
            "unnamed": tuple(party for party in meeting.parties if party not in comes),
        }
    )


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
        raise UnacceptableError(f"{wanted.last} has passed; search for later dates")
    notified = first_start(Moment.of(called, host.zone), rules, calendar, host.party).at
    people = await delegates(session)
    days, duration = await usual_sessions(session, meeting)
    return Search(
        starts=max(starts, now),
        ends=ends,
        duration=timedelta(minutes=wanted.minutes) if wanted.minutes else duration,
        days=wanted.days or days,
        calendar=calendar,
        host=host.party,
        place=wanted.place_of(meeting, host),
        delegates=tuple(people.get(meeting.mechanism, {}).values()),
        engagements=await engagements(reader, meeting, people, starts - AROUND, ends + AROUND),
        asked=await asked(reader, meeting, people),
        gap=timedelta(minutes=wanted.gap),
        not_before=now if wanted.short_notice else notified,
        neighbours=await neighbours(reader, wanted),
        rules={rule: DEFAULTS[rule].model_copy(update={"hard": False}) for rule in wanted.relax},
        limit=wanted.limit,
        per_day=wanted.per_day,
    )


async def rules_of(session: Session, meeting: Meeting) -> Rules:
    """Those that the meeting is convoked under, or would be."""
    return meeting.rules or (await directory.find(session, meeting.mechanism)).rules


async def neighbours(reader: Reader, wanted: Wanted) -> tuple[Neighbour, ...]:
    """The meetings that this one is to come before or after; WrongStateError if one has no date."""
    named: tuple[tuple[Literal["before", "after"], str | None], ...] = (
        ("before", wanted.prepares),
        ("after", wanted.prepared_by),
    )
    found = []
    for this_comes, key in named:
        if key is None:
            continue
        other = await reader.get(MEETINGS, key)
        if other.span is None or other.stage is Stage.CANCELLED:
            raise WrongStateError(f"{key} is {other.stage} and has no date; find one for it first")
        found.append(
            Neighbour(
                starts=other.span.starts.at,
                ends=other.span.ends.at,
                label=other.title,
                this_comes=this_comes,
                min_days=wanted.min_days,
                max_days=wanted.max_days,
            )
        )
    return tuple(found)


async def reader_in(work: Transaction) -> Reader:
    """Whoever acts, as a reader of other meetings."""
    return await Reader.of(work.session, work.cause.actor)


async def check_clashes(
    work: Transaction,
    meeting: Meeting,
    calendar: Calendar,
    spans: Sequence[Span],
    where: Whereabouts,
) -> None:
    """Refuse dates at which somebody is elsewhere or has a day off, or outside office hours.

    Raises UnacceptableError.
    """
    reader = await reader_in(work)
    people = await delegates(work.session)
    mine = tuple(people.get(meeting.mechanism, {}).values())
    host = calendar.office(meeting.turn.host)
    there = office_at(where.place_of(meeting, host), host, calendar)
    for span in spans:
        first, last = span.starts.at - AROUND, span.ends.at + AROUND
        others = await engagements(reader, meeting, people, first, last)
        found = [one.text for one in clashes(meeting, span, where, calendar, mine, others)]
        if odd := out_of_hours(span, host, there):
            found.append(odd)
        if found:
            raise UnacceptableError(
                f"{span.starts}: {'; '.join(found)}; choose another date, or say despite_clashes"
            )


def clashes(
    meeting: Meeting,
    span: Span,
    where: Whereabouts,
    calendar: Calendar,
    people: tuple[Delegate, ...],
    others: tuple[Engagement, ...],
) -> tuple[Reason, ...]:
    """What keeps `people` from `meeting` at `span`: `others`, and days that are surely off."""
    days, duration = sessions_of(span)
    host = calendar.office(meeting.turn.host)
    slot = examine(
        Search(
            starts=instant_of(minute_of(span.starts.at)),
            ends=span.ends.at + ONE_DAY,
            duration=duration,
            days=days,
            calendar=calendar,
            host=host.party,
            place=where.place_of(meeting, host),
            delegates=people,
            engagements=others,
            gap=timedelta(minutes=where.gap),
        )
    )
    return tuple(reason for reason in slot.reasons if reason.rule in CLASHES)


def office_at(place: str | None, host: Office, calendar: Calendar) -> Office:
    """The one whose clocks a meeting goes by: of the capital that `place` names, else the host."""
    return at_capital(place, {office.capital: office for office in calendar.offices}) or host


def out_of_hours(span: Span, host: Office, there: Office) -> str | None:
    """That clocks `there` show what is not within the hours that the host keeps, if so."""
    _, duration = sessions_of(span)
    starts = Moment.of(span.starts.at, there.zone).wall
    ends = starts + duration
    opens, closes = (datetime.combine(starts, wall) for wall in (host.opens, host.closes))
    if opens <= starts and ends <= closes:
        return None
    return (
        f"{starts:%H:%M} to {ends:%H:%M} in {there.capital} is outside the office hours that "
        f"{host.name} keeps, {host.opens:%H:%M} to {host.closes:%H:%M}"
    )


def check_sure(meeting: Meeting, calendar: Calendar, span: Span) -> None:
    """Refuse, with UnacceptableError, a date that may yet become a day off."""
    if found := list(unsure(span, calendar, meeting.parties)):
        raise UnacceptableError(f"{'; '.join(found)}; choose another date, or say despite_clashes")


async def delegates(session: Session) -> dict[str, dict[str, Delegate]]:
    """Who comes to each mechanism for each party; somebody of one name is one person."""
    people: dict[str, dict[str, Delegate]] = {}
    for row in await coordinators.everybody(session):
        people.setdefault(row.mechanism, {})[row.party] = Delegate(
            id=sha256(f"{row.party} {row.name}".encode()).hexdigest()[:16],
            party=row.party,
            name=row.name,
        )
    return people


async def engagements(
    reader: Reader,
    meeting: Meeting,
    people: dict[str, dict[str, Delegate]],
    first: datetime,
    last: datetime,
) -> tuple[Engagement, ...]:
    """The other meetings between `first` and `last`, with who is in them."""
    others = await MEETINGS.all(
        reader.session,
        col(MeetingRow.stage).in_(HELD),
        col(MeetingRow.starts) >= first,
        col(MeetingRow.starts) < last,
        col(MeetingRow.id) != meeting.id,
    )
    hidden = await reader.hidden_among(other.id for other in others)
    return tuple(
        engagement(
            other,
            other.span,
            people.get(other.mechanism, {}),
            RESTRICTED if other.id in hidden else other.title,
        )
        for other in others
        if other.span
    )


async def asked(
    reader: Reader, meeting: Meeting, people: dict[str, dict[str, Delegate]]
) -> tuple[Asked, ...]:
    """The other meetings whose delegations are asked for dates, as far as the reader may know.

    Not those dates that everybody has refused.
    """
    polls = await POLLS.all(
        reader.session,
        col(PollRow.stage).in_(UNANSWERED),
        col(PollRow.meeting) != meeting.id,
        reader.may_see(PollRow.meeting),
    )
    ids = {poll.meeting for poll in polls}
    others = await MEETINGS.all(reader.session, col(MeetingRow.id).in_(ids))
    about = {other.id: other for other in others}
    hosts = tuple(sorted({other.turn.host for other in others}))
    calendar = await calendar_of(reader.session, hosts)
    return tuple(
        Asked(
            label=f"{other.title} in {poll.id}",
            place=other.place or calendar.office(other.turn.host).capital,
            host=other.turn.host,
            delegates=tuple(one.id for one in people.get(other.mechanism, {}).values()),
            dates=tuple(one.span for one in tally(poll) if not one.blocked),
        )
        for poll in polls
        if (other := about.get(poll.meeting))
    )


def engagement(other: Meeting, span: Span, people: dict[str, Delegate], label: str) -> Engagement:
    return Engagement(
        starts=span.starts.at,
        ends=span.ends.at,
        label=label,
        place=other.place,
        host=other.turn.host,
        delegates=tuple(delegate.id for delegate in people.values()),
    )
