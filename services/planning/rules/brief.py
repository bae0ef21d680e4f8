"""The brief: all that a plan of a year is made from.

The same brief, seed and amount of work give the same plan.
"""

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from events.event import Fact
from events.moments import written
from events.vocabulary import Identifier, Title
from services.gaps import HOST_GAP_DAYS, PEOPLE_GAP_DAYS
from services.planning.rules.poll import Refusal
from services.planning.rules.standing import LostDay
from services.planning.rules.written import Written
from services.preparation import PREPARATION_DAYS
from services.working_time.calendar import Calendar
from services.working_time.days import Override
from services.working_time.hours import Office


class Weights(Written):
    """What each broken wish costs. No source states any of them: all are settings."""

    rhythm: int = Field(default=2, ge=0, le=1000, description="A week off its part of the year")
    month: int = Field(default=20, ge=0, le=1000, description="A month to avoid")
    week: int = Field(default=6, ge=0, le=1000, description="A week that another meeting has")
    travel: int = Field(default=2, ge=0, le=1000, description="Travel on a weekend")
    uncertain: int = Field(default=8, ge=0, le=1000, description="A provisional holiday beside it")
    steadiness: int = Field(
        default=30, ge=0, le=1000, description="Another date than proposed or asked"
    )
    nearness: int = Field(
        default=3, ge=0, le=1000, description="A week away from the date that it had"
    )
    refusal: int = Field(default=20, ge=0, le=1000, description="For each party that refused it")
    preparation: int = Field(default=50, ge=0, le=1000, description="No preparatory meeting before")


class Settings(Written):
    """Gaps in whole days between the end of one meeting and the beginning of the other."""

    host_gap_days: int = Field(
        default=HOST_GAP_DAYS, ge=0, le=60, description="Between meetings of one host"
    )
    people_gap_days: int = Field(
        default=PEOPLE_GAP_DAYS, ge=0, le=60, description="Where people are in both"
    )
    preparation_days: int = Field(
        default=PREPARATION_DAYS, ge=0, le=180, description="From a preparatory one on"
    )
    poll_days: int = Field(default=21, ge=0, le=180, description="To ask, before the notice")
    avoid_months: tuple[int, ...] = Field(default=(7, 8), max_length=12, examples=[[7, 8]])
    weights: Weights = Weights()

    @model_validator(mode="after")
    def avoids_months_that_exist(self) -> Self:
        for month in self.avoid_months:
            if not 1 <= month <= 12:  # noqa: PLR2004
                raise ValueError(f"there is no month {month}; months are 1 to 12")
        return self


class Period(Written):
    """Dates that some bodies should keep out of, or to; all bodies where none is named.

    Without a `weight` it is no wish but a rule.
    """

    first: date = Field(examples=["2027-11-08"])
    last: date = Field(examples=["2027-11-19"])
    text: Title = Field(examples=["Climate conference"])
    keep_to: bool = Field(default=False, description="Meet within it, not outside of it")
    weight: int | None = Field(default=None, ge=0, le=1000, examples=[40])
    mechanisms: tuple[Identifier, ...] = Field(default=(), max_length=200, examples=[[]])

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        if self.last < self.first:
            ends, begins = written(self.last), written(self.first)
            raise ValueError(f"{self.text} ends on {ends}, before it begins on {begins}")
        return self

    def breaks(self, mechanism: str, first: date, last: date) -> bool:
        """Whether a meeting of `mechanism` from `first` to `last` is where it should not be."""
        if self.mechanisms and mechanism not in self.mechanisms:
            return False
        if self.keep_to:
            return not self.first <= first <= last <= self.last
        return first <= self.last and self.first <= last


class Circle(Written):
    """People who take part in the meetings of several bodies."""

    name: Title = Field(examples=["The ministers of economy"])
    mechanisms: tuple[Identifier, ...] = Field(
        min_length=2,
        max_length=200,
        examples=[["economy-trade-ministers", "industry-investment-ministers"]],
    )


class Body(Fact):
    """A mechanism, as far as its dates depend on it.

    `prepares` names the body whose meeting it prepares: that comes after its own.
    """

    id: Identifier
    name: Title
    parties: tuple[Identifier, ...]
    parent: Identifier | None = None
    prepares: Identifier | None = None


class Firmness(StrEnum):
    """Who knows of a date: it is called, delegations are asked, it was proposed, there is none."""

    CONVOKED = "convoked"
    ASKED = "asked"
    PROPOSED = "proposed"
    NONE = "none"


class Neighbour(Fact):
    """A convoked meeting of the year before or after takes the dates from `first` to `last`.

    `sort` and `remedy` are for a sum of what takes dates.
    """

    first: date
    last: date
    why: str
    sort: str
    remedy: str

    def forbids(self, on: date) -> bool:
        return self.first <= on <= self.last


class AskedNear(Fact):
    """A poll asks whether a convoked `meeting` moves, and it would take the dates to `last`."""

    meeting: Identifier
    first: date
    last: date
    text: str

    def takes(self, on: date) -> bool:
        return self.first <= on <= self.last


class Meeting(Fact):
    """A meeting to be planned: the `number`-th of `of` that its body holds in the year.

    `on` is its first day as it is, with how firm that is; it may not be moved where it `stays`,
    nor while it is `held`: others answer to its body, and the secretary has not released it.
    `fixed` is where the secretary wants it now, whatever it was. `asked` are dates that delegations
    are asked about, of no plan, while it has none of which they know, and `refused` what they
    refused whenever they were asked. `lost` are days off that became known after it was convoked,
    and that nobody has let stand; `let_stand` is why somebody did. `earliest` is for a new date,
    `last_chance` for one that it has or is asked about already, while it is not convoked; and
    `usual` is a year after the meeting before it. `neighbours` are of other years,
    and `asked_near` is what convoked ones would take if they moved to dates that polls ask about.
    """

    id: Identifier
    mechanism: Identifier
    host: Identifier
    co_hosts: tuple[Identifier, ...] = ()
    number: int = Field(ge=1)
    of: int = Field(ge=1)
    days: int = Field(default=1, ge=1, le=14)
    firmness: Firmness = Firmness.NONE
    on: date | None = None
    lost: tuple[LostDay, ...] = ()
    let_stand: str | None = None
    stays: bool = False
    held: bool = False
    fixed: date | None = None
    asked: tuple[date, ...] = ()
    refused: tuple[Refusal, ...] = ()
    earliest: date
    last_chance: date = date.min
    usual: date | None = None
    neighbours: tuple[Neighbour, ...] = ()
    asked_near: tuple[AskedNear, ...] = ()

    @model_validator(mode="after")
    def has_a_date_if_it_is_firm(self) -> Self:
        undated = self.on is None
        if undated != (self.firmness is Firmness.NONE) or (undated and (self.stays or self.held)):
            raise ValueError(f"{self.id} is {self.firmness}, and its date is {self.on}")
        return self

    def taken_by(self, on: date) -> list[Neighbour]:
        """The neighbours that keep it from beginning on a date."""
        return [each for each in self.neighbours if each.forbids(on)]

    def asked_near_to(self, on: date) -> list[AskedNear]:
        """By meeting that may move, the first of its dates that would take this one."""
        first = {one.meeting: one for one in reversed(self.asked_near) if one.takes(on)}
        return [one for _, one in sorted(first.items())]

    @property
    def hosts(self) -> tuple[str, ...]:
        """Who holds it together."""
        return (self.host, *self.co_hosts)

    @property
    def settled(self) -> date | None:
        """The date on which it is, and no other."""
        return self.fixed or (self.on if self.stays or self.held else None)

    @property
    def confirmed(self) -> bool:
        """Whether delegations know of the date that it has."""
        return self.firmness in {Firmness.CONVOKED, Firmness.ASKED}

    @property
    def confirmed_on(self) -> date | None:
        """The date that delegations know of."""
        return self.on if self.confirmed else None


class Brief(Fact):
    """What is known and wanted of a year. `today` is the date on which it was asked for."""

    year: int = Field(ge=1990, le=2200)
    today: date
    bodies: tuple[Body, ...]
    meetings: tuple[Meeting, ...]
    offices: tuple[Office, ...]
    overrides: tuple[Override, ...] = ()
    circles: tuple[Circle, ...] = ()
    periods: tuple[Period, ...] = ()
    settings: Settings = Settings()

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.offices, self.overrides)

    @property
    def body(self) -> dict[str, Body]:
        return {body.id: body for body in self.bodies}

    @property
    def meeting(self) -> dict[str, Meeting]:
        return {meeting.id: meeting for meeting in self.meetings}

    @property
    def party(self) -> dict[str, str]:
        """The names of the parties by their id."""
        return {office.party: office.name for office in self.offices}

    def name(self, meeting: Meeting) -> str:
        """Like `Heads of customs (customs-heads-2027-1)`."""
        return f"{self.body[meeting.mechanism].name} ({meeting.id})"
