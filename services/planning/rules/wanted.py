"""What a secretary asks of a plan, beyond what the rules of procedure say."""

from datetime import date

from pydantic import Field

from events.vocabulary import Identifier
from services.planning.rules.brief import Circle, Period, Settings
from services.planning.rules.written import Written


class Fixture(Written):
    """A body meets on this date, whatever else."""

    mechanism: Identifier = Field(examples=["heads-of-state"])
    on: date = Field(examples=["2027-06-17"])


class Custom(Written):
    """How one body differs from what its rules say of the year."""

    mechanism: Identifier = Field(examples=["heads-of-state"])
    meetings: int | None = Field(default=None, ge=0, le=12, description="None: as its rules say")
    days: int = Field(default=1, ge=1, le=14, description="How long one lasts", examples=[2])
    prepares: bool | None = Field(
        default=None, description="Whether it prepares its parent's meeting; ministers do"
    )


class Wanted(Written):
    """Dates that are fixed, bodies that differ, people in several of them, dates to avoid."""

    settings: Settings = Settings()
    fixed: tuple[Fixture, ...] = Field(default=(), max_length=500)
    bodies: tuple[Custom, ...] = Field(default=(), max_length=200)
    circles: tuple[Circle, ...] = Field(default=(), max_length=200)
    periods: tuple[Period, ...] = Field(default=(), max_length=200)

    def custom(self, mechanism: str) -> Custom:
        found = (custom for custom in self.bodies if custom.mechanism == mechanism)
        return next(found, Custom(mechanism=mechanism))
