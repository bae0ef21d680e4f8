"""What is asked: how long, for whom, between when and when, and what stands in the way."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from events.event import Fact
from events.moments import MINUTE, Instant, Span
from events.vocabulary import Identifier, Title
from events.working_time import Weekday
from services.gaps import HOST_GAP_DAYS, PEOPLE_GAP_DAYS
from services.scheduling.rules.slots.city import (
    capitals_of,
    in_one_city,
    office_at,
    unless_online,
)
from services.scheduling.rules.slots.rule import DEFAULTS, Rule, Treatment
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from services.working_time.minutes import date_of, minute_of

LONGEST_RANGE = timedelta(days=1100)
MOST_PARTIES = 27


def whole_minutes(length: timedelta) -> timedelta:
    if length % MINUTE:
        raise ValueError(f"{length} is no whole number of minutes; round it")
    return length


Place = Annotated[Title | None, AfterValidator(unless_online)]
Length = Annotated[timedelta, AfterValidator(whole_minutes), Field(ge=timedelta())]


class Delegate(Fact):
    """Somebody without whom the meeting is not held."""

    id: Identifier
    party: Identifier
    name: Title


class Gathering(Fact):
    """Another meeting: who is in it, by id, who holds it, and where; no place is online."""

    label: Title
    place: Place = None
    host: Identifier | None = None
    co_hosts: tuple[Identifier, ...] = ()
    delegates: tuple[Identifier, ...] = ()


Side = Literal["before", "after"]


class Engagement(Gathering):
    """One whose date is fixed; `related` where either body answers to the other.

    Of one of the `same_body`, `this_comes` says on which side of it this meeting is by its number;
    none where either has no place in their order.
    """

    starts: Instant
    ends: Instant
    related: bool = False
    same_body: bool = False
    this_comes: Side | None = None

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.ends <= self.starts:
            raise ValueError(f"{self.label} ends before it starts; exchange the two")
        return self

    def dates_in(self, zone: str) -> tuple[date, date]:
        """The first and the last that it is on."""
        first, last = (date_of(minute_of(at), zone) for at in (self.starts, self.ends - MINUTE))
        return first, last


class Asked(Gathering):
    """One that may come to be on any of `dates`: its delegations are being asked about them."""

    dates: tuple[Span, ...]


class Neighbour(Fact):
    """A meeting that this one comes before, since it prepares it, or after: it is prepared by it.

    By some days on the host's calendar, at the most any number where that is none. One that is
    `late` stands so early that nobody can be called before it any more.
    """

    starts: Instant
    ends: Instant
    label: Title
    this_comes: Side
    min_days: int = Field(default=0, ge=0, le=730)
    max_days: int | None = Field(default=None, ge=0, le=730)
    late: bool = False

    @model_validator(mode="after")
    def can_be_kept(self) -> Self:
        if self.ends <= self.starts:
            raise ValueError(f"{self.label} ends before it starts; exchange the two")
        if self.max_days is not None and self.max_days < self.min_days:
            raise ValueError(
                f"at least {self.min_days} and at most {self.max_days} days {self.this_comes} "
                f"{self.label} is never; exchange the two"
            )
        return self


class Preference(Fact):
    """Weekdays and wall times at the host's that are liked best; none means any."""

    weekdays: tuple[Weekday, ...] = ()
    hours: tuple[time, time] | None = None

    @model_validator(mode="after")
    def can_be_liked(self) -> Self:
        if self.hours and not self.hours[0] < self.hours[1]:
            raise ValueError(
                f"the preferred hours end at {self.hours[1]:%H:%M}, not after they begin; swap them"
            )
        return self


class Search(Fact):
    """A meeting that looks for a time between `starts` and `ends`, in which all of it must lie.

    It has `days` sessions, each of `duration`, at the same wall time on consecutive dates at the
    host's. In person (with a `place`) the host's hours count for all, on the clocks there, and
    delegates are taken from the first session to the last; online each party keeps its own hours,
    and is free between. Holidays of each party count either way. What its co-hosts hold besides
    counts like what its host does; it is held at the host's, so their hours do not.
    """

    title: Title = Field(default="the meeting", description="What it is called")
    starts: Instant
    ends: Instant
    duration: Length = Field(gt=timedelta(), le=timedelta(days=1))
    days: int = Field(default=1, ge=1, le=14)
    step: Length = Field(default=timedelta(minutes=30), ge=timedelta(minutes=5))
    calendar: Calendar
    host: Identifier
    co_hosts: tuple[Identifier, ...] = ()
    place: Place = None
    delegates: tuple[Delegate, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    asked: tuple[Asked, ...] = ()
    gap: Length = Field(default=timedelta(), description="Between meetings of a delegate")
    travel: Length = Field(default=timedelta(days=1), description="The same, from place to place")
    host_gap_days: int = Field(
        default=HOST_GAP_DAYS, ge=0, le=60, description="Between two meetings of one host"
    )
    people_gap_days: int = Field(
        default=PEOPLE_GAP_DAYS, ge=0, le=60, description="Where people are in both"
    )
    body_gap_days: int = Field(
        default=0, ge=0, le=366, description="From one meeting of the body to another"
    )
    night: Length = Field(
        default=timedelta(hours=2),
        description="On each date, what lies further from office hours than this is night",
    )
    not_before: Instant | None = Field(default=None, description="When notice has run out")
    neighbours: tuple[Neighbour, ...] = ()
    preference: Preference | None = None
    rules: dict[Rule, Treatment] = Field(default={}, description="Where not as by default")
    limit: int = Field(default=10, ge=1, le=100)
    per_day: int = Field(default=2, ge=1, description="Slots on one date of the host's")
    spread: bool = Field(default=False, description="Those of like cost lie far apart")

    @model_validator(mode="after")
    def can_be_searched(self) -> Self:
        if not timedelta() < self.ends - self.starts <= LONGEST_RANGE:
            raise ValueError(
                f"search from one instant to a later one, at most {LONGEST_RANGE.days} days apart"
            )
        if len(self.calendar.offices) > MOST_PARTIES:
            raise ValueError(f"at most {MOST_PARTIES} parties are searched at once; leave some out")
        for party in (self.host, *self.co_hosts, *(each.party for each in self.delegates)):
            self.calendar.office(party)
        if len({delegate.id for delegate in self.delegates}) < len(self.delegates):
            raise ValueError("a delegate stands in it twice; keep one of each id")
        return self

    @property
    def home(self) -> Office:
        """The office of the host: its zone is the meeting's."""
        return self.calendar.office(self.host)

    @property
    def kept(self) -> Calendar:
        """The hours by which it is held.

        In person the host's, which go by the clocks of the capital that the place names.
        """
        offices = self.calendar.offices
        there = office_at(self.place, offices)
        if there is None or there == self.home:
            return self.calendar
        moved = self.home.model_copy(update={"zone": there.zone, "capital": there.capital})
        kept = tuple(moved if office == self.home else office for office in offices)
        return replace(self.calendar, offices=kept)

    def holding_both(self, other: Gathering) -> tuple[str, ...]:
        """The hosts and co-hosts of this meeting that are it of `other` as well."""
        return tuple(
            party for party in (self.host, *self.co_hosts) if party in {other.host, *other.co_hosts}
        )

    def treatment(self, rule: Rule) -> Treatment:
        return self.rules.get(rule, DEFAULTS[rule])

    def gap_to(self, other: Gathering) -> timedelta:
        """What a delegate needs between this meeting and `other`; going online needs no travel."""
        if self.place is None or other.place is None:
            return self.gap
        if in_one_city(self.place, other.place, capitals_of(self.calendar.offices)):
            return self.gap
        return max(self.gap, self.travel)
