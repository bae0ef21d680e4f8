"""What the `planning` service says: when all bodies are to meet in a year, and what came of it.

What is said of a whole year is said of the body at the top; its key keeps it in order.
"""

from datetime import date
from enum import StrEnum

from pydantic import Field

from events.event import Event, Fact
from events.vocabulary import Identifier, Prose, Title


class Wish(StrEnum):
    """What a good date is; each wish that a date breaks costs.

    What two convoked meetings break of a `rule` costs nothing: people have seen to it.
    """

    RHYTHM = "rhythm"
    MONTH = "month"
    PERIOD = "period"
    WEEK = "week"
    TRAVEL = "travel"
    UNCERTAIN = "uncertain"
    STEADINESS = "steadiness"
    PREPARATION = "preparation"
    RULE = "rule"


class Broken(Fact):
    """A wish that a date breaks, what that costs, and in words.

    `let_stand` is why the secretary decided that the meeting stands on a day off all the same.
    """

    wish: Wish
    cost: int = Field(ge=0)
    text: Title
    let_stand: Prose | None = None


class Planned(Fact):
    """A meeting of the year. `firm`: its date stood already, and nobody is asked about it."""

    mechanism: Identifier
    meeting: Identifier
    host: Identifier
    first: date
    last: date = Field(description="The same as `first` where it lasts one day")
    firm: bool = False
    broken: tuple[Broken, ...] = ()

    @property
    def cost(self) -> int:
        return sum(one.cost for one in self.broken)


class LeftOut(Fact):
    """A meeting that the rules ask for and for which there is no date, and why."""

    mechanism: Identifier
    meeting: Identifier
    because: Prose


class Moved(Fact):
    """A meeting that had another date before. `confirmed`: delegations knew of that date.

    `asked`: they are only asked about it, and the meeting is not convoked.
    """

    mechanism: Identifier
    meeting: Identifier
    previous: date
    first: date | None = Field(description="None: there is no date for it any more")
    confirmed: bool
    asked: bool = False
    because: Prose


class PlanAsked(Event, name="plan.asked", about="plan"):
    """A plan of a year is being made; `based_on` is the one that it changes as little as it can."""

    plan: Identifier
    year: int = Field(ge=1990, le=2200)
    based_on: Identifier | None = None


class YearPlanned(Event, name="plan.proposed", about="plan"):
    """A year is proposed. `cost` is that of all wishes that its new dates break.

    `proven`: no plan leaves out less, moves less or, with as much of both, costs less.
    """

    plan: Identifier
    year: int = Field(ge=1990, le=2200)
    meetings: tuple[Planned, ...]
    left_out: tuple[LeftOut, ...]
    moved: tuple[Moved, ...]
    cost: int = Field(ge=0)
    proven: bool
    interrupted: bool
    holiday_data: Title


class PlanFailed(Event, name="plan.failed", about="plan"):
    """No plan was found."""

    plan: Identifier
    reason: Prose


class PlanPartAccepted(Event, name="plan.part-accepted", about="plan"):
    """The secretary wants the meetings of this body when the plan has them: ask the delegations."""

    plan: Identifier
    year: int = Field(ge=1990, le=2200)
    meetings: tuple[Planned, ...]


class PlanDateDropped(Event, name="plan.date-dropped", about="meeting"):
    """A date that was accepted holds no more, so that nobody is asked about it; and why."""

    plan: Identifier
    meeting: Identifier
    because: Prose


class PlanDismissed(Event, name="plan.dismissed", about="plan"):
    """What was not accepted of a plan is given up."""

    plan: Identifier
    reason: Prose
