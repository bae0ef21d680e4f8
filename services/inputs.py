"""What commands are told: closed to fields that they do not know, each with an example."""

from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NaiveDatetime,
    model_validator,
)

from events.moments import Moment, Zone
from events.vocabulary import Prose


class Input(BaseModel):
    """What a person sends with a command. The examples of its fields make one that is accepted."""

    model_config = ConfigDict(extra="forbid")


class Reason(Input):
    """Why."""

    reason: Prose = Field(examples=["The host asks for it: the venue is not ready"])


def with_an_hour(value: object) -> object:
    if isinstance(value, str) and "T" in value:
        return value
    raise ValueError("write date and hour, like 2027-09-14T09:30:00")


def of_a_place(zone: str) -> str:
    """`zone`; ValueError for the one of IANA's that says nothing of where a clock is."""
    if zone == "Factory":
        raise ValueError("Factory is the zone of no place; write one like Asia/Tashkent")
    return zone


PlaceZone = Annotated[Zone, AfterValidator(of_a_place)]


class WallTime(Input):
    """What clocks show in a zone; refused where they skip it or show it twice."""

    wall: Annotated[NaiveDatetime, BeforeValidator(with_an_hour)] = Field(
        examples=["2027-09-14T09:30:00"]
    )
    zone: PlaceZone

    @model_validator(mode="after")
    def exists_once(self) -> Self:
        Moment.at_wall(self.wall, self.zone)
        return self

    @property
    def moment(self) -> Moment:
        return Moment.at_wall(self.wall, self.zone)
