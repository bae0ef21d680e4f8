"""What may be wanted of a time for a meeting: where, between which dates, despite what."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from events.moments import written
from events.vocabulary import Identifier, Title
from services.inputs import Input
from services.refusals import UnacceptableError
from services.scheduling.rules.length import MOST_DAYS, ONE_DAY
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.slots.rule import DEFAULTS, Rule
from services.working_time.hours import Office

FIRST_DATE, LAST_DATE = date(1990, 1, 1), date(2201, 12, 31)


def known_rule(name: Any) -> Any:
    """The same; ValueError with the rules that there are where it is none of them."""
    if name in list(Rule):
        return name
    held = "; ".join(f"{rule} ({rule.meaning})" for rule in Rule if DEFAULTS[rule].hard)
    raise ValueError(f"{name} is no rule that may give way; these are: {held}")


RelaxedRule = Annotated[Rule, BeforeValidator(known_rule)]


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
    relax: tuple[RelaxedRule, ...] = Field(
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
                f"{written(self.last)}, the last date, is not after {written(on)}; ask later ones"
            )
        return self.model_copy(update={"first": max(self.first, on + ONE_DAY)})

    @field_validator("last")
    @classmethod
    def comes_after_first(cls, last: date, info: ValidationInfo) -> date:
        first = info.data.get("first")
        if first is not None and last < first:
            raise ValueError(f"{last} is before {first}, the first date; exchange the two")
        return last
