"""Where a party works and at what hours: wall times of its own zone, and the days it rests.

No source states office hours of the parties. Nine to six with a lunch from one to two, Monday to
Friday, is ours, so each of them is a setting.
"""

from datetime import time
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from events.mechanisms import PartyFacts
from events.moments import Zone
from events.vocabulary import Identifier, Title
from events.working_time import Weekday
from services.working_time.countries import country_of


class Office(BaseModel):
    """A party at work. Hours are wall times in `zone`; `country` says whose holidays it keeps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    party: Identifier
    name: Title
    capital: Title
    capital_names: tuple[Title, ...] = ()
    zone: Zone
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2,3}$", description="ISO 3166")
    opens: time = time(9)
    closes: time = time(18)
    lunch: tuple[time, time] | None = (time(13), time(14))
    weekend: tuple[Weekday, ...] = (Weekday.SATURDAY, Weekday.SUNDAY)

    @classmethod
    def of(cls, facts: PartyFacts, **settings: Any) -> Self:
        """The office of a party of the registry; without a `country`, that of its zone."""
        known = facts.model_dump(include={"name", "capital", "capital_names", "zone"})
        country = {"country": country_of(facts.zone)}
        return cls.model_validate({"party": facts.id, **known, **country, **settings})

    @model_validator(mode="after")
    def can_be_kept(self) -> Self:
        times = (self.opens, self.closes, *(self.lunch or ()))
        if any(wall.tzinfo is not None or wall.second or wall.microsecond for wall in times):
            raise ValueError(
                f"the hours of {self.party} are wall times in {self.zone}, in whole minutes; "
                "write them like 09:00"
            )
        if self.opens == self.closes:
            raise ValueError(f"{self.party} has no office hours; let it close after it opens")
        if self.opens > self.closes:
            raise ValueError(
                f"{self.party} closes at {self.closes:%H:%M}, before it opens at "
                f"{self.opens:%H:%M}; exchange the two, or end the day before midnight"
            )
        if self.lunch:
            self.check_lunch(*self.lunch)
        if set(self.weekend) == set(Weekday):
            raise ValueError(f"{self.party} never works; leave it a weekday out of its weekend")
        return self

    def check_lunch(self, begins: time, ends: time) -> None:
        if begins >= ends:
            raise ValueError(
                f"the lunch of {self.party} ends at {ends:%H:%M} and begins at {begins:%H:%M}; "
                "let it end later, or set none"
            )
        if not self.opens < begins < ends < self.closes:
            raise ValueError(
                f"the lunch of {self.party}, {begins:%H:%M} to {ends:%H:%M}, must lie within its "
                f"hours, {self.opens:%H:%M} to {self.closes:%H:%M}; move the lunch or the hours"
            )
